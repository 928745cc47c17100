#include "lint/fix.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "base/text.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Finding fixable(std::uint32_t line, std::uint32_t end, std::string replacement) {
  Finding finding = finding_at("T", "f", line);
  finding.fix = {Edit{"f", line, end, std::move(replacement)}};
  return finding;
}

std::string applied(std::string_view content, const std::vector<Finding>& findings) {
  return apply_edits("f", content, findings, FixSafety::Safe).content;
}

TEST(ApplyEdits, ReplacesDeletesAndInserts) {
  EXPECT_EQ(applied("a\nb\nc\n", {fixable(2, 2, "B")}), "a\nB\nc\n");
  EXPECT_EQ(applied("a\nb\nc\n", {fixable(1, 2, "")}), "c\n");
  EXPECT_EQ(applied("a\nb\n", {fixable(2, 2, "b\nc\n")}), "a\nb\nc\n");
  EXPECT_EQ(applied("a\nb\nc\n", {fixable(3, 3, "C"), fixable(1, 1, "A")}), "A\nb\nC\n");
}

TEST(ApplyEdits, KeepsLineEndings) {
  EXPECT_EQ(applied("a\r\nb\r\n", {fixable(2, 2, "B\nC")}), "a\r\nB\r\nC\r\n");
  EXPECT_EQ(applied("a\nb", {fixable(2, 2, "B\nC\n")}), "a\nB\nC");
}

TEST(ApplyEdits, LeavesOutWhatDoesNotFit) {
  EXPECT_EQ(applied("a\nb\n", {fixable(1, 2, "x"), fixable(2, 2, "y")}), "x\n");
  EXPECT_EQ(applied("a\n", {fixable(2, 2, "x")}), "a\n");
  EXPECT_EQ(applied("a\n", {fixable(0, 0, "x")}), "a\n");
  EXPECT_EQ(applied("a\nb\n", {fixable(2, 1, "x")}), "a\nb\n");
  Finding other = fixable(1, 1, "x");
  other.fix[0].path = "g";
  EXPECT_EQ(applied("a\n", {other}), "a\n");
  Finding suppressed = fixable(1, 1, "x");
  suppressed.suppressed = Suppression{};
  EXPECT_EQ(applied("a\n", {suppressed}), "a\n");
}

TEST(ApplyEdits, RiskyOnesOnlyWhenAskedFor) {
  Finding risky = fixable(1, 1, "x");
  risky.fix_risk = "it may be split";
  EXPECT_EQ(applied("a\n", {risky}), "a\n");
  EXPECT_EQ(apply_edits("f", "a\n", {risky}, FixSafety::Unsafe).content, "x\n");
}

// A rule engine whose fixes are told by the lines: "FROM old" becomes "FROM new"; "loop" becomes
// "loop" with a blank, forever; "worse" becomes "two\ntwo", which is a finding of its own.
Result<FileFacts> fake_findings(const FileToLint& file, const RuleOptions&) {
  FileFacts out;
  std::string_view rest = file.content;
  std::uint32_t number = 0;
  while (const auto line = next_line(rest)) {
    ++number;
    const auto add = [&](std::string id, std::string replacement) {
      Finding finding = finding_at(std::move(id), std::string(file.path), number);
      finding.fix = {Edit{std::string(file.path), number, number, std::move(replacement)}};
      out.findings.push_back(std::move(finding));
    };
    if (*line == "FROM old") add("OLD", "FROM new");
    if (line->starts_with("loop")) add("LOOP", std::string(*line) + " ");
    if (*line == "worse") add("WORSE", "two");
    if (*line == "two") add("TWO", "");
    if (*line == "break") add("BREAK", "broken");
    if (*line == "broken") return fail(ErrorCode::InvalidInput, "cannot be read any more");
  }
  return out;
}

class FixFiles : public InFolder {
 protected:
  FixReport fix(const std::string& content) {
    put_file(path("Dockerfile"), content);
    LintRequest request;
    request.paths = {folder_->path().native()};
    request.findings_of = fake_findings;
    NoProgress progress;
    auto report = fix_files(request, FixSafety::Safe, progress);
    EXPECT_TRUE(report);
    return report ? *std::move(report) : FixReport{};
  }
};

TEST_F(FixFiles, MendsAndWritesNothing) {
  const FixReport report = fix("FROM old\nx\nFROM old\n");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, "FROM new\nx\nFROM new\n");
  EXPECT_EQ(report.files[0].mended, 2U);
  EXPECT_THAT(report.rest.findings, IsEmpty());
  EXPECT_EQ(read_file(path("Dockerfile")), "FROM old\nx\nFROM old\n");
  EXPECT_THAT(fix(report.files[0].after).files, IsEmpty());
}

TEST_F(FixFiles, TakesBackWhatDoesNotHelp) {
  for (const char* line : {"loop", "worse", "break"}) {
    SCOPED_TRACE(line);
    const FixReport report = fix(std::string(line) + "\n");
    EXPECT_THAT(report.files, IsEmpty());
    EXPECT_THAT(report.notes, Contains(HasSubstr("a fix was not kept")));
    EXPECT_THAT(report.rest.findings, SizeIs(1));
    EXPECT_THAT(report.rest.errors, IsEmpty());
  }
}

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
