// corten audit [PATH…]: what of all commands applies here, in one report.
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "cli/audit_targets.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"

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

int run(const Context& context, const Arguments& arguments) {
  auto scanner = Scanner::create(context, arguments, "audit");
  if (!scanner) return report_error(scanner.error());
  report::Subject whole;
  whole.type = "host";
  whole.name = host_name();
  whole.facts = add_engine(*scanner);
  auto sources = add_sources(*scanner, arguments.positionals);
  if (!sources) scanner->add_error("lint", sources.error());
  if (!sources) sources = Sources{};
  std::ranges::move(add_paths(*scanner, arguments.positionals, *sources),
                    std::back_inserter(whole.facts));
  std::ranges::move(sources->facts, std::back_inserter(whole.facts));
  if (whole.facts.empty()) whole.facts.emplace_back("nothing was examined");
  return scanner->finish(std::move(whole));
}

}  // namespace

const CommandSpec kAuditCommand = {
    "audit",
    "everything here in one report: the engine's images and containers, and the images, "
    "Dockerfiles, "
    "compose files and manifests in PATH",
    "[PATH…]",
    "corten audit examples/shop",
    "Without an engine, only the PATHs are examined, and the report says so.",
    kOptions,
    run,
};

}  // namespace corten::cli
