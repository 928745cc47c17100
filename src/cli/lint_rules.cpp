#include "cli/lint_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/terminal.h"
#include "lint/lint.h"
#include "lint/mending.h"

namespace corten::cli {

namespace {

using lint::Mending;

std::string_view option_for(Mending mending) {
  switch (mending) {
    case Mending::Safe:
      return "--fix";
    case Mending::Unsafe:
      return "--fix=unsafe";
    case Mending::No:
      return {};
  }
  return {};
}

std::string title_of(const Check& rule) {
  const std::string_view option = option_for(lint::mending_of(rule));
  return option.empty() ? std::string(rule.title) : fmt::format("{} · {}", rule.title, option);
}

// One line a rule, for scripts and pagers.
std::string rule_lines(const std::vector<Check>& rules) {
  std::size_t widest = 0;
  for (const Check& rule : rules) widest = std::max(widest, rule.id.size());
  std::string out;
  for (const Check& rule : rules) {
    out +=
        fmt::format("{:<{}}  {:<8}  {}\n", rule.id, widest, name_of(rule.severity), title_of(rule));
  }
  return out;
}

// For a terminal: long ids stand on a line of their own, so that titles have room.
std::string rule_screen(const std::vector<Check>& rules, std::size_t width) {
  constexpr std::size_t kIdColumns = 11;  // "CTN-LINT-01"
  constexpr std::size_t kIndent = kIdColumns + 2 + 8 + 2;
  std::string out;
  for (const Check& rule : rules) {
    const bool is_long = rule.id.size() > kIdColumns;
    if (is_long) out += fmt::format("{}\n", rule.id);
    out += fmt::format("{:<{}}  {:<8}  {}\n", is_long ? "" : rule.id, kIdColumns,
                       name_of(rule.severity),
                       wrapped(title_of(rule), kIndent, std::max<std::size_t>(width, 60)));
  }
  return out;
}

std::string rules_json(const std::vector<Check>& rules) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Check& rule : rules) {
    Json aliases = Json::array();
    for (const std::string_view alias : split(rule.aliases, ' ')) {
      if (!alias.empty()) aliases.push_back(alias);
    }
    const Mending mending = lint::mending_of(rule);
    Json fix = nullptr;
    if (mending != Mending::No) fix = mending == Mending::Safe ? "safe" : "unsafe";
    list.push_back({{"id", rule.id},
                    {"kind", name_of(rule.kind)},
                    {"severity", name_of(rule.severity)},
                    {"title", rule.title},
                    {"description", rule.description},
                    {"remediation", rule.remediation},
                    {"file", name_of(lint::kind_of_example(rule))},
                    {"fix", std::move(fix)},
                    {"bad", rule.bad},
                    {"good", rule.good},
                    {"aliases", std::move(aliases)}});
  }
  return Json{{"schema", 1}, {"rules", std::move(list)}}.dump(2) + "\n";
}

}  // namespace

int list_rules(const Context& context, const Arguments& arguments) {
  std::vector<Check> rules = lint::lint_catalogue();
  std::ranges::sort(rules, {}, &Check::id);
  const std::string format = arguments.get("format").value_or("table");
  if (format != "table" && format != "json") {
    return report_error({ErrorCode::Usage,
                         fmt::format("--list-rules has no format '{}'", format),
                         {},
                         "one of: table, json"});
  }
  const std::string out = format == "json"             ? rules_json(rules)
                          : context.stdout_is_terminal ? rule_screen(rules, context.terminal_width)
                                                       : rule_lines(rules);
  const Status written = write_output(out);
  return written ? static_cast<int>(kExitClean) : report_error(written.error());
}

}  // namespace corten::cli
