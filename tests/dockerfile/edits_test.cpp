#include "dockerfile/edits.h"

#include <gtest/gtest.h>

namespace corten::dockerfile {
namespace {

TEST(ApplyEdits, MakesThemAllInAnyOrder) {
  EXPECT_EQ(apply_edits("abcdef", {{{4, 6}, "X"}, {{0, 1}, ""}, {{2, 2}, "--"}}), "b--cdX");
  EXPECT_EQ(apply_edits("abc", {}), "abc");
  EXPECT_EQ(apply_edits("", {{{0, 0}, "x"}}), "x");
}

TEST(LineEdits, CoverTheLinesThatChange) {
  const Source source("FROM a\nRUN b c\nRUN d\nUSER e\n");

  const std::vector<Edit> edits =
      as_line_edits(source, "Dockerfile", {{{19, 20}, "D"}, {{11, 12}, "B"}, {{13, 14}, "C"}});

  ASSERT_EQ(edits.size(), 2U);
  EXPECT_EQ(edits[0], (Edit{"Dockerfile", 2, 2, "RUN B C"}));
  EXPECT_EQ(edits[1].line, 3U);
  EXPECT_EQ(edits[1].replacement, "RUN D");
}

}  // namespace
}  // namespace corten::dockerfile
