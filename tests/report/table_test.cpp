#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "report/internal/canvas.h"
#include "report/written.h"

namespace corten::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (const auto line = next_line(text)) lines.emplace_back(*line);
  return lines;
}

Finding flaw(std::size_t number, Severity severity) {
  Finding finding;
  finding.id = "CVE-2024-" + std::to_string(1000 + number);
  finding.kind = FindingKind::Vulnerability;
  finding.severity = severity;
  finding.subject = "image";
  finding.package = PackageRef{"package" + std::to_string(number), "1.0", "deb", "", ""};
  finding.vulnerability.emplace();
  return finding;
}

Report report_with(std::size_t critical, std::size_t medium, std::size_t low) {
  Report report;
  report.command = "scan";
  report.subject.name = "image";
  report.subject.packages = 300;
  report.subjects = {report.subject};
  std::size_t number = 0;
  for (std::size_t i = 0; i < critical; ++i)
    report.findings.push_back(flaw(number++, Severity::Critical));
  for (std::size_t i = 0; i < medium; ++i)
    report.findings.push_back(flaw(number++, Severity::Medium));
  for (std::size_t i = 0; i < low; ++i) report.findings.push_back(flaw(number++, Severity::Low));
  return report;
}

class TableWidth : public testing::TestWithParam<std::size_t> {};

TEST_P(TableWidth, HoldsEveryLine) {
  for (const Report& report : {scan_report(), audit_report(), clean_report(), large_report(300),
                               hostile_report(hostile_text())}) {
    const Style style = {.width = GetParam(), .show_all = true, .show_suppressed = true};
    for (const std::string& line : lines_of(written("table", report, style))) {
      EXPECT_LE(display_width(line), std::clamp<std::size_t>(GetParam(), 60, 200)) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Report, TableWidth,
                         testing::Values(0, 60, 61, 79, 80, 100, 133, 200, 10'000));

TEST(Table, CutsNoVersion) {
  for (const std::size_t width : {60U, 80U, 120U}) {
    EXPECT_THAT(written("table", scan_report(), {.width = width}),
                AllOf(HasSubstr("v0.0.0-20220722155217-630584e8d5aa"),
                      HasSubstr("1.52.0-1+deb12u1"), HasSubstr("will not be fixed")));
  }
}

TEST(Table, HasColourOnlyWhenAsked) {
  EXPECT_THAT(written("table", scan_report()), Not(HasSubstr("\x1b")));
  const std::string colored = written("table", scan_report(), {.color = true});
  EXPECT_THAT(colored, HasSubstr("\x1b[1;31mcritical\x1b[0m"));
}

TEST(Table, SaysTheSameWithAndWithoutColour) {
  std::string colored = written("table", audit_report(), {.color = true});
  for (std::size_t at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b')) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  EXPECT_EQ(colored, written("table", audit_report()));
}

TEST(Table, TellsTheInstructionOfALayerOnce) {
  Report report = report_with(3, 0, 0);
  for (Finding& finding : report.findings) {
    finding.title = "a flaw";
    finding.origin = Origin{1, false, "RUN apt-get update \\\n\t && apt-get install -y curl"};
  }
  report.findings[2].origin = Origin{0, true, "ADD rootfs.tar /"};

  const std::string text = written("table", report);

  EXPECT_THAT(text, HasSubstr("  base          ADD rootfs.tar /\n  your layer 2  RUN apt-get"));
  EXPECT_THAT(text, HasSubstr("            a flaw · your layer 2\n"));
  EXPECT_THAT(text, HasSubstr("            a flaw · base\n"));
  EXPECT_EQ(text.find("RUN apt-get"), text.rfind("RUN apt-get"));
}

TEST(Table, TellsAFlawOfOneBaseOnce) {
  Report report = report_with(1, 0, 0);
  report.subject.name = "host";
  report.subjects = {Subject{"image", "a", "", "", "", 3, {}},
                     Subject{"image", "b", "", "", "", 3, {}}};
  report.findings.push_back(report.findings[0]);
  report.findings[0].subject = "a";
  report.findings[1].subject = "b";
  for (Finding& finding : report.findings) finding.origin = Origin{0, true, ""};

  const std::string text = written("table", report);

  EXPECT_THAT(text, HasSubstr("\nin the base of 2 images   a, b\n"));
  EXPECT_EQ(text.find("package0"), text.rfind("package0"));
  EXPECT_THAT(text, HasSubstr("  2 critical\n")) << "both count";
}

TEST(Table, CountsTheUnratedOnTheirOwn) {
  Report report = report_with(1, 0, 11);
  for (std::size_t i = 0; i < 4; ++i) report.findings.push_back(flaw(100 + i, Severity::Unknown));

  EXPECT_THAT(written("table", report), AllOf(HasSubstr("… 11 more low, 4 unknown (--all)"),
                                              HasSubstr("1 critical · 11 low · 4 unknown\n")));
}

TEST(Table, NamesTheOnlySubjectOfAHost) {
  Report report = report_with(1, 0, 0);
  report.subject = Subject{"host", "build-7", "", "", "", 0, {}, {"1 image file"}};

  EXPECT_THAT(written("table", report),
              AllOf(HasSubstr("build-7   1 image file\n"), HasSubstr("\nimage   300 packages\n")));
}

TEST(Table, HidesLowOnesBehindACount) {
  EXPECT_THAT(written("table", report_with(2, 3, 70)),
              AllOf(HasSubstr("  … 70 more low (--all)\n"),
                    HasSubstr("2 critical · 3 medium · 70 low"), Not(HasSubstr("  low  "))));
}

TEST(Table, ShowsAHandfulOfLowOnes) {
  EXPECT_THAT(written("table", report_with(0, 0, 10)), Not(HasSubstr("--all")));
  EXPECT_THAT(written("table", report_with(0, 0, 11)), HasSubstr("… 11 more low (--all)"));
}

TEST(Table, CutsTheLeastSevereFirst) {
  EXPECT_THAT(written("table", report_with(24, 3, 1)), HasSubstr("… 2 more medium, 1 low (--all)"));
}

TEST(Table, ShowsAllWhenAsked) {
  const std::string text = written("table", report_with(30, 30, 30), {.show_all = true});
  EXPECT_THAT(text,
              AllOf(HasSubstr("package0 "), HasSubstr("package89 "), Not(HasSubstr("--all"))));
}

TEST(Table, NamesSuppressedOnesOnlyWhenAsked) {
  EXPECT_THAT(written("table", scan_report()), AllOf(HasSubstr("2 suppressed (--show-suppressed)"),
                                                     Not(HasSubstr("CVE-2022-27943"))));
  EXPECT_THAT(
      written("table", scan_report(), {.show_suppressed = true}),
      AllOf(HasSubstr("CVE-2022-27943"), HasSubstr("vulnerable code is not in the execute path"),
            HasSubstr("by .cortenignore:3, until 2025-06-30"),
            Not(HasSubstr("--show-suppressed"))));
}

TEST(Table, SaysThatTheDatabaseIsTheStarterOnly) {
  Report report = clean_report();
  report.database->starter_only = true;
  EXPECT_THAT(written("table", report),
              AllOf(HasSubstr("starter database only"), HasSubstr("corten db update"),
                    HasSubstr("no findings in 15 packages, by the starter database only")));
}

TEST(Table, EndsWithCommandsThatCanBeTyped) {
  Report report = scan_report();
  EXPECT_THAT(written("table", report), HasSubstr("corten scan nginx.tar --format html"));
  for (const char* name : {"$(reboot).tar", "-rf", "a b", ""}) {
    report.subject.name = name;
    EXPECT_THAT(written("table", report), HasSubstr("corten scan TARGET --format html")) << name;
  }
}

TEST(Table, OrdersSubjectsFromTheWorst) {
  const std::string text = written("table", audit_report());
  const std::size_t summary = text.find("critical  high  medium  low");
  ASSERT_NE(summary, std::string::npos);
  EXPECT_LT(text.find("shop-web:1.4", summary), text.find("redis:7", summary));
  EXPECT_LT(text.find("redis:7", summary), text.find("alpine:3.20", summary));
  EXPECT_THAT(text,
              AllOf(HasSubstr("no findings in 15 packages"), HasSubstr("cache, ci, db (+2)")));
}

TEST(Wrapped, BreaksAtSpacesAndInsideOfLongWords) {
  EXPECT_THAT(wrapped("one two three", 7, 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("abcdefghij", 4, 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrapped("a bcdefgh", 3, 3), ElementsAre("a", "bcd", "efg", "h"));
  EXPECT_THAT(wrapped("", 5, 5), ElementsAre(""));
  EXPECT_THAT(wrapped("   ", 5, 5), ElementsAre(""));
  EXPECT_THAT(wrapped("漢字漢字", 4, 4), ElementsAre("漢字", "漢字"));
  EXPECT_THAT(wrapped("漢字", 1, 1), ElementsAre("漢", "字"));
}

TEST(Wrapped, GivesLongWordsALineOfTheirOwn) {
  EXPECT_THAT(wrapped("abcdef", 3, 6), ElementsAre("", "abcdef"));
}

TEST(Canvas, BoundsHugeTexts) {
  Canvas canvas(Style{});
  canvas.paragraph("  ", 2, 2, std::string(10'000'000, 'x'), Ink::Plain);
  const std::string text = canvas.take();
  EXPECT_LT(text.size(), 2'000U);
  EXPECT_THAT(text, HasSubstr("…"));
}

}  // namespace
}  // namespace corten::report
