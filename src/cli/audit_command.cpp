// corten audit [PATH…]: what of all commands applies here, in one report.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/audit_targets.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/targets.h"

namespace corten::cli {

namespace {

constexpr std::array kOptions = {std::span<const OptionSpec>(kReportOptions),
                                 std::span<const OptionSpec>(kScanOptions),
                                 std::span<const OptionSpec>(kCommonOptions)};

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "this host";
  return name.data();
}

// Images that a folder holds: layouts, archives and unpacked root file systems.
void add_paths(Scanner& scanner, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      scanner.add_error(path, {ErrorCode::NotFound, "no such file or folder", {}, {}});
      continue;
    }
    const auto found = find_image_files(path);
    if (found.empty()) scanner.add_note(fmt::format("{}: no images in it", path));
    for (const std::string& file : found) {
      auto resolved = resolve_target(file, scanner.settings());
      if (resolved) {
        scanner.add(file, resolved->target, resolved->type);
      } else {
        scanner.add_error(file, resolved.error());
      }
    }
  }
}

int run(const Context& context, const Arguments& arguments) {
  auto scanner = Scanner::create(context, arguments, "audit");
  if (!scanner) return report_error(scanner.error());
  add_engine(*scanner);
  add_paths(*scanner, arguments.positionals);
  report::Subject whole;
  whole.type = "host";
  whole.name = host_name();
  return scanner->finish(std::move(whole));
}

}  // namespace

const CommandSpec kAuditCommand = {
    "audit",
    "everything here in one report: the engine's images and containers, and the images in PATH",
    "[PATH…]",
    "corten audit examples/shop",
    "Without an engine, only the PATHs are examined, and the report says so.",
    kOptions,
    run,
};

}  // namespace corten::cli
