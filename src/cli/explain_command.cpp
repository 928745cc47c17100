// corten explain ID
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"
#include "cli/terminal.h"
#include "report/check_page.h"

namespace corten::cli {

namespace {

// Prose in longer lines is hard to read.
constexpr std::size_t kReadableColumns = 100;

constexpr auto kOwnOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the advisory database", Repeat::Once},
    {"markdown", 0, "", "", "write the page as Markdown, as docs/checks/ has it", Repeat::Once},
    {"list", 0, "", "", "list the ids of all checks", Repeat::Once},
    {"color", 0, "WHEN", "auto always never", "colour the output", Repeat::Once},
});
constexpr std::array kOptions = {std::span<const OptionSpec>(kOwnOptions)};

// What everyone asks first stands first: how bad, is it exploited, what is affected and fixed
// where.
std::string page_of(const advisory::Explanation& flaw) {
  std::string out = printable(flaw.id);
  if (!flaw.title.empty())
    out += fmt::format("  {}", wrapped(printable(flaw.title), flaw.id.size() + 2));
  out += '\n';
  std::vector<std::string> facts;
  if (flaw.severity)
    facts.push_back(fmt::format("{} (CVSS {:.1f})", name_of(*flaw.severity), flaw.score));
  if (!flaw.severity) facts.emplace_back("unknown severity: no CVSS score yet");
  if (flaw.kev)
    facts.push_back(flaw.kev->ransomware ? "known to be exploited, by ransomware too"
                                         : "known to be exploited");
  if (flaw.epss) facts.push_back(fmt::format("EPSS {:.2f}", flaw.epss->score));
  if (!flaw.published.empty()) facts.push_back(fmt::format("published {}", flaw.published));
  if (flaw.withdrawn) facts.emplace_back("withdrawn: it never matches");
  if (!facts.empty()) out += fmt::format("{}\n", join(facts, " · "));
  if (!flaw.vector.empty()) out += fmt::format("{}\n", printable(flaw.vector));
  if (!flaw.aliases.empty()) {
    out += fmt::format("{}\n", wrapped(printable("also " + join(flaw.aliases, ", ")), 0));
  }
  if (!flaw.packages.empty()) out += "\nAffected:\n";
  constexpr std::size_t kShown = 40;
  for (std::size_t i = 0; i < std::min(kShown, flaw.packages.size()); ++i) {
    const advisory::AffectedPackage& package = flaw.packages[i];
    out += fmt::format("  {:<16} {:<28} {}\n", printable(package.ecosystem),
                       printable(package.name), printable(package.versions));
  }
  if (flaw.packages.size() > kShown)
    out += fmt::format("  … {} more\n", flaw.packages.size() - kShown);
  if (!flaw.references.empty()) out += "\nSee:\n";
  for (const std::string& url : flaw.references) out += fmt::format("  {}\n", printable(url));
  return out;
}

// Ids of CVEs are upper case; people type them as they like.
std::string to_upper(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

std::string as_written(const std::string& id) {
  std::string upper = to_upper(id);
  return upper.starts_with("CVE-") ? upper : id;
}

Result<std::string> explain_vulnerability(const std::string& id, const Arguments& arguments) {
  const auto folder = arguments.get("db").value_or(default_database_folder());
  auto database = advisory::Database::open(folder);
  if (!database && database.error().code == ErrorCode::NotFound && !arguments.has("db"))
    database = advisory::Database::starter();
  if (!database) return std::unexpected(database.error());
  CORTEN_TRY(const auto flaw, database->explain(as_written(id)));
  if (flaw) return page_of(*flaw);
  return fail(
      ErrorCode::NotFound,
      fmt::format("{}: neither a check nor a vulnerability of the database", id),
      "corten explain --list has the checks; corten db update brings newer vulnerabilities");
}

int run(const Context& context, const Arguments& arguments) {
  const std::vector<Check> catalogue = whole_catalogue();
  if (arguments.has("list")) {
    for (const Check& check : catalogue)
      fmt::print("{:<12} {:<9} {}\n", check.id, name_of(check.severity), check.title);
    return kExitClean;
  }
  if (arguments.positionals.size() != 1) {
    return report_error({ErrorCode::Usage,
                         "explain what?",
                         {},
                         "corten explain CTN-IMG-01 or CVE-2021-44228; --list has all checks"});
  }
  const std::string& id = arguments.positionals[0];
  const bool markdown = arguments.has("markdown");
  report::Style style;
  style.width = std::min(context.terminal_width, kReadableColumns);
  style.color = use_color(context, arguments);
  if (const Check* check = find_check(catalogue, id)) {
    fmt::print("{}", markdown ? report::check_markdown(*check) : report::check_page(*check, style));
    return kExitClean;
  }
  const auto page = markdown ? report::shellcheck_markdown(id) : report::shellcheck_page(id, style);
  if (page) {
    fmt::print("{}", *page);
    return kExitClean;
  }
  const auto text = explain_vulnerability(id, arguments);
  if (!text) return report_error(text.error());
  fmt::print("{}", *text);
  return kExitClean;
}

}  // namespace

const CommandSpec kExplainCommand = {
    "explain",
    "what a finding means and what to do about it",
    "ID",
    "corten explain CTN-IMG-01",
    "An ID is that of a check (also under the name that another tool gives it) or of a "
    "vulnerability.",
    kOptions,
    run,
};

}  // namespace corten::cli
