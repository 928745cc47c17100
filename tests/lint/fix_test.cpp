#include "lint/fix.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

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
    if (line->starts_with("xx")) {
      // One finding a letter, each with evidence of its own; the replacement has one fewer.
      for (std::size_t i = 0; i < line->size(); ++i) {
        add("X", std::string(line->size() - 1, 'x'));
        out.findings.back().evidence = fmt::format("letter {}", i);
      }
    }
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
    EXPECT_THAT(report.notes, Contains(HasSubstr("was not kept")));
    EXPECT_THAT(report.rest.findings, SizeIs(1));
    EXPECT_THAT(report.rest.errors, IsEmpty());
  }
}

TEST_F(FixFiles, LeavesOutOnlyTheFixesThatDoHarm) {
  const FixReport report = fix("FROM old\nbreak\nFROM old\nworse\nFROM old\nloop\nFROM old\n");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, "FROM new\nbreak\nFROM new\nworse\nFROM new\nloop\nFROM new\n");
  EXPECT_EQ(report.files[0].mended, 4U);
  std::vector<std::string> refused;
  for (const RefusedFix& one : report.refused) refused.push_back(one.id + ": " + one.reason);
  EXPECT_THAT(refused, UnorderedElementsAre("BREAK: cannot be read any more",
                                            "WORSE: it brings TWO", "LOOP: LOOP is still there"));
  EXPECT_THAT(report.notes, SizeIs(3));
}

TEST_F(FixFiles, MendsAllFindingsOfALine) {
  const FixReport report = fix(std::string(20, 'x') + "\n");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, "x\n");
  EXPECT_EQ(report.files[0].mended, 19U);
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST_F(FixFiles, GivesUpAfterTheLastRound) {
  const FixReport report = fix(std::string(kMaxFixRounds + 5, 'x') + "\n");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, "xxxxx\n");
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("more to mend")));
}

TEST_F(FixFiles, MendsMoreThanAReportKeeps) {
  const auto many = [](std::size_t count, std::string_view line) {
    std::string content;
    for (std::size_t i = 0; i < count; ++i) content += line;
    return content;
  };
  const std::size_t count = kMaxFindingsOfAFile + 3;
  const FixReport report = fix(many(count, "FROM old\n") + "two\n");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, many(count, "FROM new\n"));
  EXPECT_EQ(report.files[0].mended, count + 1);
  const FixReport long_one = fix(many(kMaxFindingsToMend, "worse\n"));
  EXPECT_THAT(long_one.files, IsEmpty());
  EXPECT_THAT(long_one.notes, ElementsAre(HasSubstr("not mended, as it has more than 100000")));
  EXPECT_THAT(long_one.rest.findings, SizeIs(kMaxFindingsOfAFile));
}

TEST_F(FixFiles, TriesAHostileFileOnlySoOften) {
  std::string content;
  for (std::size_t i = 0; i < 1000; ++i) content += "loop\n";
  content += "#" + std::string(kMaxTriedBytes / 4, 'x') + "\n";
  const FixReport report = fix(content);
  EXPECT_THAT(report.notes, Contains(HasSubstr("may be more to mend")));
}

TEST_F(FixFiles, LintsAgainOnlyWhatChanged) {
  for (int i = 0; i < 5; ++i) put_file(path(fmt::format("Dockerfile.{}", i)), "FROM x\n");
  put_file(path("Dockerfile.old"), "FROM old\n");
  std::map<std::string, int> runs;
  LintRequest request;
  request.paths = {folder_->path().native()};
  request.findings_of = [&](const FileToLint& file, const RuleOptions& options) {
    ++runs[std::filesystem::path(file.path).filename().native()];
    return fake_findings(file, options);
  };
  NoProgress progress;
  ASSERT_TRUE(fix_files(request, FixSafety::Safe, progress));
  // Before and after; the changed one also for its trial and for the round that finds nothing more.
  EXPECT_THAT(runs, Contains(std::pair("Dockerfile.0", 2)));
  EXPECT_THAT(runs, Contains(std::pair("Dockerfile.old", 4)));
}

TEST_F(FixFiles, KeepsTheByteOrderMark) {
  const FixReport report = fix("\xEF\xBB\xBFx\r\nFROM old");
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].after, "\xEF\xBB\xBFx\r\nFROM new");
}

}  // namespace
}  // namespace corten::lint
