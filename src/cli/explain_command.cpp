// corten explain ID
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scanner.h"

namespace corten::cli {

namespace {

constexpr auto kOwnOptions = std::to_array<OptionSpec>({
    {"db", 0, "DIR", "", "folder of the advisory database", Repeat::Once},
    {"markdown", 0, "", "", "write the page as Markdown, as docs/checks/ has it", Repeat::Once},
    {"list", 0, "", "", "list the ids of all checks", Repeat::Once},
});
constexpr std::array kOptions = {std::span<const OptionSpec>(kOwnOptions)};

std::string indented(std::string_view text) {
  std::string out;
  while (const auto line = next_line(text)) out += fmt::format("    {}\n", *line);
  return out;
}

std::string page_of(const Check& check) {
  std::string out =
      fmt::format("{}  {}\n{} · {}\n\n{}\n\n{}\n", check.id, check.title, name_of(check.severity),
                  name_of(check.kind), wrapped(check.description, 0),
                  wrapped(fmt::format("What to do: {}", check.remediation), 0));
  if (!check.bad.empty()) out += fmt::format("\nNot so:\n{}", indented(check.bad));
  if (!check.good.empty()) out += fmt::format("\nBetter:\n{}", indented(check.good));
  if (!check.aliases.empty())
    out += fmt::format("\nElsewhere: {}\n", fmt::join(split(check.aliases, ' '), ", "));
  if (!check.reference.empty()) out += fmt::format("\nSee {}\n", check.reference);
  return out;
}

std::string markdown_of(const Check& check) {
  std::string out = fmt::format("# {}: {}\n\n*{} · {}*\n\n{}\n\n**What to do:** {}\n", check.id,
                                check.title, name_of(check.severity), name_of(check.kind),
                                check.description, check.remediation);
  if (!check.bad.empty()) out += fmt::format("\nNot so:\n\n```\n{}```\n", check.bad);
  if (!check.good.empty()) out += fmt::format("\nBetter:\n\n```\n{}```\n", check.good);
  if (!check.aliases.empty())
    out += fmt::format("\nElsewhere: {}\n", fmt::join(split(check.aliases, ' '), ", "));
  return out;
}

// What everyone asks first stands first: how bad, is it exploited, what is affected and fixed
// where.
std::string page_of(const advisory::Explanation& flaw) {
  std::string out = fmt::format("{}  {}\n", printable(flaw.id),
                                wrapped(printable(flaw.title), flaw.id.size() + 2));
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

// "SC2086": its text is ShellCheck's, so the page says whose it is and where to read.
std::optional<std::string> shellcheck_page(std::string_view id) {
  const std::string upper = to_upper(id);
  const bool is_code = upper.size() == 6 && upper.starts_with("SC") &&
                       parse_number<unsigned>(std::string_view(upper).substr(2));
  if (!is_code) return std::nullopt;
  return fmt::format(
      "{0}  a check of ShellCheck\n\n{1}\n\n{2}\n\nSee https://www.shellcheck.net/wiki/{0}\n",
      upper,
      wrapped(
          "corten lint hands the shell in RUN to ShellCheck, where that is installed, and names "
          "its findings as it does. Without it, Corten's own checks find the most usual of them.",
          0),
      wrapped(
          fmt::format("What to do: the wiki page has examples; `# hadolint ignore={}` above the "
                      "instruction leaves it out",
                      upper),
          0));
}

int run(const Context& /*context*/, const Arguments& arguments) {
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
  if (const Check* check = find_check(catalogue, id)) {
    fmt::print("{}", arguments.has("markdown") ? markdown_of(*check) : page_of(*check));
    return kExitClean;
  }
  if (const auto page = shellcheck_page(id)) {
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
