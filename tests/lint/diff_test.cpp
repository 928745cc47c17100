#include "lint/diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::HasSubstr;

TEST(UnifiedDiff, SaysNothingWithoutDifference) {
  EXPECT_EQ(unified_diff("f", "a\n", "a\n", DiffColor::No), "");
}

TEST(UnifiedDiff, HasContextAndPlaces) {
  EXPECT_EQ(unified_diff("d/f", "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\n6\n", DiffColor::No),
            "--- a/d/f\n+++ b/d/f\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n");
}

TEST(UnifiedDiff, EscapesWhenColoured) {
  const std::string diff = unified_diff("f", "a\n", "\x1b]0;x\n", DiffColor::Yes);
  EXPECT_THAT(diff, HasSubstr("\x1b[32m+\\x1b]0;x"));
}

// patch(1) and git apply are the judges.
TEST(UnifiedDiff, GitAppliesIt) {
  if (!run_subprocess({"git", "--version"})) GTEST_SKIP() << "no git on PATH";
  std::string base;
  for (int i = 0; i < 60; ++i) base += fmt::format("line {}\n", i);
  const auto line = [](int i) { return fmt::format("line {}\n", i); };
  std::vector<std::pair<std::string, std::string>> cases;
  for (int i = 0; i < 60; i += 7) {
    std::string after = base;
    after.replace(after.find(line(i)), line(i).size(), "changed\nand more\n");
    if (i + 9 < 60) after.erase(after.find(line(i + 9)), line(i + 9).size());
    cases.emplace_back(base, after);
  }
  cases.emplace_back("a\nb", "a\nb\n");
  cases.emplace_back("a\nb\n", "a\nb");
  cases.emplace_back("a\n", "x\na\n");
  cases.emplace_back("a\nb\nc\n", "");
  for (const auto& [before, after] : cases) {
    const auto folder = TempDir::create();
    const std::string root = folder->path().native();
    put_file(root + "/f", before);
    const std::string diff = unified_diff("f", before, after, DiffColor::No);
    const auto run = run_subprocess(
        {"git", "-C", root, "apply", "--unsafe-paths", "--directory=" + root, "-"}, diff);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->status, 0) << run->err << diff;
    EXPECT_EQ(read_file(root + "/f").value_or("?"), after);
  }
}

}  // namespace
}  // namespace corten::lint
