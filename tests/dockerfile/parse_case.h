// Valid Dockerfiles with what their instructions are.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dockerfile/describe.h"
#include "dockerfile/parse.h"
#include "dockerfile/tree_check.h"

namespace corten::dockerfile {

struct ParseCase {
  const char* name;
  std::string content;
  std::string expected;  // as of describe()
};

inline void expect_instructions(const ParseCase& c) {
  const Dockerfile file = parse(c.content);

  EXPECT_EQ(describe(file), c.expected);
  EXPECT_EQ(describe_errors(file), "");
  EXPECT_EQ(print(file), c.content);
  EXPECT_EQ(problem_of(file), "");
}

}  // namespace corten::dockerfile
