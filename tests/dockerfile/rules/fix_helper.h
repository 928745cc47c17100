// What the fix of a rule makes of a Dockerfile in a test.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/edits.h"
#include "dockerfile/lint_helper.h"

namespace corten::dockerfile {

struct Mended {
  std::string text = "no fix";  // after the fix of the rule's first problem that has one
  Safety safety = Safety::Safe;
  std::string note;
};

inline Mended mended_by(std::string_view id, std::string_view file,
                        const RuleOptions& options = options_of_today(),
                        const BaseLookup& base_facts = {}, const BuildContext* context = nullptr) {
  const Analysis analysis(std::string(file), options, base_facts, context);
  for (const Problem& problem : analysis.run_rules()) {
    if (problem.rule->check.id != id || !problem.fix) continue;
    return {apply_edits(analysis.file().source.text(), problem.fix->edits), problem.fix->safety,
            problem.fix->note};
  }
  return {};
}

struct FixCase {
  std::string_view id;
  std::string_view before;
  std::string_view after;  // "no fix": there is none
};

inline void expect_fixes(const std::vector<FixCase>& cases, Safety safety) {
  for (const FixCase& c : cases) {
    const Mended mended = mended_by(c.id, c.before);
    EXPECT_EQ(mended.text, c.after) << c.id << " in\n" << c.before;
    if (c.after == "no fix") continue;
    EXPECT_EQ(mended.safety, safety) << c.id << " in\n" << c.before;
    EXPECT_EQ(mended.note.empty(), safety == Safety::Safe) << c.id << " in\n" << c.before;
    EXPECT_FALSE(fires(c.id, mended.text)) << "still " << c.id << " in\n" << mended.text;
  }
}

}  // namespace corten::dockerfile
