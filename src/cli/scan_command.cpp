// corten scan TARGET…
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/targets.h"

namespace corten::cli {

namespace {

constexpr std::array kOptions = {std::span<const OptionSpec>(kReportOptions),
                                 std::span<const OptionSpec>(kScanOptions),
                                 std::span<const OptionSpec>(kCommonOptions)};

// A target that is named twice is examined once.
std::vector<std::string> without_repetitions(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) out.push_back(name);
  }
  return out;
}

int run(const Context& context, const Arguments& arguments) {
  if (arguments.positionals.empty()) {
    return report_error({ErrorCode::Usage,
                         "scan what?",
                         {},
                         "corten scan IMAGE, ARCHIVE or FOLDER; corten scan --help"});
  }
  auto scanner = Scanner::create(context, arguments, "scan");
  if (!scanner) return report_error(scanner.error());
  const std::vector<std::string> targets = without_repetitions(arguments.positionals);
  for (const std::string& name : targets) {
    auto resolved = resolve_target(name, scanner->settings());
    if (!resolved) {
      scanner->add_error(name, resolved.error());
      continue;
    }
    scanner->add(name, resolved->target, resolved->type);
  }
  report::Subject whole;
  whole.type = "image";
  whole.name = targets.size() == 1 ? targets.front() : fmt::format("{} targets", targets.size());
  return scanner->finish(std::move(whole));
}

}  // namespace

const CommandSpec kScanCommand = {
    "scan",
    "known vulnerabilities and misconfiguration of images, archives and root file systems",
    "TARGET…",
    "corten scan nginx:1.27",
    "A TARGET is a file or folder (docker save archive, OCI layout, root file system as tar or "
    "folder, /), PATH:TAG for one image of several in it, - for an archive from standard input, or "
    "an image or container of the Docker engine by name or id.\n"
    "Exit status: 0 examined, and nothing at or above --fail-on; 1 something was; 2 bad usage; 3 "
    "something could not be examined.",
    kOptions,
    run,
};

}  // namespace corten::cli
