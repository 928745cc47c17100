// Tables of RUN instructions that a rule is to report or to let pass.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "dockerfile/lint_helper.h"

namespace corten::dockerfile {

struct RunCase {
  std::string_view id;
  std::string_view run;  // what stands after RUN
  bool is_reported;
};

inline void expect_runs(const std::vector<RunCase>& cases,
                        const RuleOptions& options = options_of_today()) {
  for (const RunCase& c : cases) {
    EXPECT_EQ(fires(c.id, fmt::format("FROM image:1\nRUN {}\n", c.run), options), c.is_reported)
        << c.id << ": RUN " << c.run;
  }
}

}  // namespace corten::dockerfile
