// What the rules say of a Dockerfile in a test.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "dockerfile/lint.h"

namespace corten::dockerfile {

// Tests live on this day.
inline RuleOptions options_of_today() {
  RuleOptions options;
  options.now = *parse_time("2026-11-01");
  return options;
}

inline RuleOptions options_of_hadolint() {
  RuleOptions options = options_of_today();
  options.compat = Compat::Hadolint;
  return options;
}

// {"DL3006:1", "DL3008:4"}: of the rules whose id begins with `prefix`, with the line of each.
inline std::set<std::string> verdicts(std::string content, std::string_view prefix = "",
                                      const RuleOptions& options = options_of_today(),
                                      const BaseLookup& base_facts = {},
                                      const BuildContext* context = nullptr) {
  const Analysis analysis(std::move(content), options, base_facts, context);
  std::set<std::string> out;
  for (const Problem& problem : analysis.run_rules()) {
    if (!problem.rule->check.id.starts_with(prefix)) continue;
    out.insert(fmt::format("{}:{}", problem.rule->check.id,
                           analysis.file().source.line_of(problem.range.begin)));
  }
  return out;
}

// Without lines: {"DL3006", "DL3008"}.
inline std::set<std::string> ids(std::string content, std::string_view prefix = "",
                                 const RuleOptions& options = options_of_today()) {
  std::set<std::string> out;
  for (const std::string& verdict : verdicts(std::move(content), prefix, options))
    out.insert(verdict.substr(0, verdict.find(':')));
  return out;
}

inline bool fires(std::string_view id, std::string content,
                  const RuleOptions& options = options_of_today()) {
  return ids(std::move(content), id, options).contains(std::string(id));
}

}  // namespace corten::dockerfile
