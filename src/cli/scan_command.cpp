// corten scan TARGET…
#include <fmt/format.h>

#include <filesystem>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/targets.h"

namespace corten::cli {

namespace {

constexpr std::array kOptions = {std::span<const OptionSpec>(kReportOptions),
                                 std::span<const OptionSpec>(kScanOptions),
                                 std::span<const OptionSpec>(kCommonOptions)};

int run(const Context& context, const Arguments& arguments) {
  if (arguments.positionals.empty()) {
    return report_error({ErrorCode::Usage,
                         "scan what?",
                         {},
                         "corten scan IMAGE, ARCHIVE or FOLDER; corten scan --help"});
  }
  auto scanner = Scanner::create(context, arguments, "scan");
  if (!scanner) return report_error(scanner.error());
  for (const std::string& name : arguments.positionals) {
    auto resolved = resolve_target(name, scanner->settings());
    if (!resolved) {
      scanner->add_error(name, resolved.error());
      continue;
    }
    scanner->add(name, resolved->target, resolved->type);
  }
  report::Subject whole;
  whole.type = "image";
  whole.name = arguments.positionals.size() == 1
                   ? arguments.positionals.front()
                   : fmt::format("{} targets", arguments.positionals.size());
  return scanner->finish(std::move(whole));
}

}  // namespace

const CommandSpec kScanCommand = {
    "scan",
    "known vulnerabilities and misconfiguration of images, archives and root file systems",
    "TARGET…",
    "corten scan nginx:1.27",
    "A TARGET is a file or folder (docker save archive, OCI layout, root file system as tar or "
    "folder, /), or an image or "
    "container of the Docker engine by name or id.\n"
    "Exit status: 0 examined, and nothing at or above --fail-on; 1 something was; 2 bad usage; 3 "
    "something could not be examined.",
    kOptions,
    run,
};

}  // namespace corten::cli
