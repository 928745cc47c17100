#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "base/text.h"
#include "report/written.h"

namespace corten::report {
namespace {

TEST(Formats, HaveUniqueIdsAndASummary) {
  std::set<std::string_view> ids;
  for (const Format& format : formats()) {
    EXPECT_TRUE(ids.insert(format.id).second) << format.id;
    EXPECT_FALSE(format.summary.empty()) << format.id;
  }
  EXPECT_THAT(
      ids, testing::IsSupersetOf({"table", "json", "sarif", "html", "markdown", "junit", "csv"}));
}

TEST(Formats, WriteTheSameTwice) {
  const Report report = audit_report();
  for (const Format& format : formats()) {
    EXPECT_EQ(written(format.id, report), written(format.id, report)) << format.id;
  }
}

TEST(Formats, WriteAnEmptyReport) {
  for (const Format& format : formats()) {
    EXPECT_FALSE(written(format.id, Report{}).empty()) << format.id;
  }
}

TEST(Formats, NeverHideThatSomethingWasNotExamined) {
  const std::string message = "the archive ends early";
  for (const Format& format : formats()) {
    EXPECT_THAT(written(format.id, scan_report()), testing::HasSubstr(message)) << format.id;
  }
}

TEST(Formats, TellTheUnratedFromTheHarmless) {
  Report report = scan_report();
  report.findings.resize(1);
  report.findings[0].severity = Severity::Unknown;
  for (const Format& format : formats()) {
    const std::string text = written(format.id, report);
    EXPECT_THAT(text,
                testing::HasSubstr(format.id == "gitlab" ? R"("severity": "Unknown")" : "unknown"))
        << format.id;
  }
}

TEST(Formats, SayWhatWasLookedAtWhenNothingWasFound) {
  for (const std::string_view id : {"table", "markdown", "junit", "html"}) {
    EXPECT_THAT(written(id, clean_report()), testing::HasSubstr("no findings in 15 packages"))
        << id;
  }
}

// A generous limit for a loaded machine and an unoptimised build; the point is that no writer is
// quadratic.
TEST(Formats, WriteTwentyThousandFindingsQuickly) {
  const Report report = large_report(20'000);
  for (const Format& format : formats()) {
    const std::clock_t start = std::clock();
    const std::string text =
        written(format.id, report, {.show_all = true, .show_suppressed = true});
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    RecordProperty(std::string(format.id), std::to_string(seconds));
    EXPECT_LT(seconds, 10.0) << format.id;
    EXPECT_GT(text.size(), 100'000U) << format.id;
  }
}

}  // namespace
}  // namespace corten::report
