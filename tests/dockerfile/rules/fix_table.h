// Fixes in a table: what a rule makes of a file.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "../lint_helper.h"
#include "dockerfile/edits.h"

namespace corten::dockerfile {

struct FixCase {
  const char* name;
  std::string_view id;
  std::string before;
  std::string after;  // empty: the rule finds something, and offers no fix
  Safety safety = Safety::Safe;
};

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct Offer {
  std::string after;
  Safety safety = Safety::Safe;
  std::string note;
  bool is_found = false;
};

// The file after the fix of the rule's first problem that has one.
inline Offer offer_of(std::string_view id, const std::string& content,
                      const RuleOptions& options = options_of_today(),
                      const BaseLookup& bases = {}) {
  const Analysis analysis(content, options, bases);
  Offer offer;
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != id) continue;
    offer.is_found = true;
    if (!problem.fix || !offer.after.empty()) continue;
    offer.after = apply_edits(content, problem.fix->edits);
    offer.safety = problem.fix->safety;
    offer.note = problem.fix->note;
  }
  return offer;
}

inline std::size_t count_of(std::string_view id, const std::string& content) {
  const RuleOptions options = options_of_today();
  const Analysis analysis(content, options);
  return static_cast<std::size_t>(std::ranges::count_if(
      analysis.run_rules(), [&](const Problem& problem) { return problem.rule->check.id == id; }));
}

inline void expect_fix(const FixCase& row, const std::string& before, const std::string& after) {
  const Offer offer = offer_of(row.id, before);
  EXPECT_TRUE(offer.is_found) << row.id << " finds nothing in\n" << before;
  EXPECT_EQ(offer.after, after);
  if (after.empty() || offer.after != after) return;
  EXPECT_EQ(offer.safety, row.safety);
  EXPECT_EQ(offer.note.empty(), row.safety == Safety::Safe);
  EXPECT_LT(count_of(row.id, after), count_of(row.id, before)) << "it is still there";
  const Analysis analysis(after, options_of_today());
  EXPECT_TRUE(analysis.file().errors.empty());
}

// The case as it stands, with CRLF, and with ` as the escape character.
inline void expect_fix(const FixCase& row) {
  SCOPED_TRACE(row.name);
  expect_fix(row, row.before, row.after);
  {
    SCOPED_TRACE("CRLF");
    expect_fix(row, replaced(row.before, "\n", "\r\n"), replaced(row.after, "\n", "\r\n"));
  }
  const std::string bare = replaced(row.before + row.after, "\\\n", "");
  if (bare.contains('\\') || bare.contains('`') || row.before.starts_with("#")) return;
  SCOPED_TRACE("escape=`");
  const auto with_backtick = [](const std::string& text) {
    return text.empty() ? text : "# escape=`\n" + replaced(text, "\\\n", "`\n");
  };
  expect_fix(row, with_backtick(row.before), with_backtick(row.after));
}

}  // namespace corten::dockerfile
