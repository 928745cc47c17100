// Tables of little Dockerfiles with the lines on which a rule is to fire.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/lint_helper.h"

namespace corten::dockerfile {

struct VerdictCase {
  std::string_view id;
  std::string_view file;
  std::set<std::uint32_t> lines;  // empty: silent
};

inline std::set<std::uint32_t> lines_of(std::string_view id, std::string_view file,
                                        const RuleOptions& options) {
  const Analysis analysis(std::string(file), options);
  std::set<std::uint32_t> lines;
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != id) continue;
    lines.insert(analysis.file().source.line_of(problem.range.begin));
  }
  return lines;
}

inline void expect_verdicts(const std::vector<VerdictCase>& cases,
                            const RuleOptions& options = options_of_today()) {
  for (const VerdictCase& c : cases) {
    EXPECT_EQ(lines_of(c.id, c.file, options), c.lines) << c.id << " in\n" << c.file;
  }
}

// The first problem of the rule: its text in the file, its evidence and its severity.
struct Seen {
  std::string text;
  std::string evidence;
  Severity severity = Severity::Info;
};
inline Seen first_seen(std::string_view id, std::string_view file,
                       const RuleOptions& options = options_of_today()) {
  const Analysis analysis(std::string(file), options);
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != id) continue;
    return {std::string(analysis.file().source.text(problem.range)), problem.evidence,
            problem.severity};
  }
  return {};
}

}  // namespace corten::dockerfile
