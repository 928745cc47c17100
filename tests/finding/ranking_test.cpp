#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "finding/check.h"
#include "finding/finding.h"
#include "finding/policy.h"

namespace corten {
namespace {

Finding vulnerability(std::string id, Severity severity, double score = 0, double epss = 0,
                      bool exploited = false) {
  Finding finding;
  finding.id = std::move(id);
  finding.kind = FindingKind::Vulnerability;
  finding.severity = severity;
  finding.vulnerability.emplace();
  finding.vulnerability->score = score;
  if (epss != 0) finding.vulnerability->epss = Epss{epss, 0, ""};
  if (exploited) finding.vulnerability->kev = Kev{};
  return finding;
}

// Findings that differ in one or two of all the things that rank, with values that compare with
// nothing among them.
std::vector<Finding> assorted() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Finding> all;
  for (const Severity severity : {Severity::Info, Severity::High}) {
    for (const double epss : {0.0, 0.5, kNan}) {
      for (const double score : {0.0, 9.8, kNan}) {
        for (const bool flag : {false, true}) {
          Finding finding = vulnerability(flag ? "B" : "A", severity, score, epss, flag);
          all.push_back(finding);
          finding.package = PackageRef{"curl", "1", "", "", ""};
          all.push_back(finding);
          finding.location = Location{"etc/x", flag ? 1U : 2U, 0, ""};
          finding.vulnerability.reset();
          if (flag) finding.suppressed.emplace();
          all.push_back(finding);
        }
      }
    }
  }
  return all;
}

TEST(RanksBefore, IsAStrictWeakOrdering) {
  const std::vector<Finding> all = assorted();
  const auto tied = [](const Finding& a, const Finding& b) {
    return !ranks_before(a, b) && !ranks_before(b, a);
  };

  for (const Finding& a : all) {
    EXPECT_FALSE(ranks_before(a, a));
    for (const Finding& b : all) {
      EXPECT_FALSE(ranks_before(a, b) && ranks_before(b, a));
      for (const Finding& c : all) {
        if (ranks_before(a, b) && ranks_before(b, c)) {
          ASSERT_TRUE(ranks_before(a, c));
        }
        if (tied(a, b) && tied(b, c)) {
          ASSERT_TRUE(tied(a, c));
        }
      }
    }
  }
}

TEST(RanksBefore, PutsTheWorstFirst) {
  Finding suppressed = vulnerability("S", Severity::Critical);
  suppressed.suppressed = Suppression{};
  std::vector<Finding> findings{
      suppressed,
      vulnerability("INFO", Severity::Info),
      vulnerability("UNKNOWN", Severity::Unknown, 0, 0.9, true),
      vulnerability("LOW", Severity::Low, 3, 0.9, true),
      vulnerability("B", Severity::High, 7.0),
      vulnerability("A", Severity::High, 7.0),
      vulnerability("SCORE", Severity::High, 8.0),
      vulnerability("EPSS", Severity::High, 7.0, 0.4),
      vulnerability("KEV", Severity::High, 7.0, 0.1, true),
      vulnerability("CRITICAL", Severity::Critical),
  };
  std::shuffle(findings.begin(), findings.end(), std::mt19937(7));

  std::ranges::sort(findings, ranks_before);

  std::vector<std::string> ids;
  for (const Finding& finding : findings) ids.push_back(finding.id);
  EXPECT_THAT(ids, testing::ElementsAre("CRITICAL", "KEV", "EPSS", "SCORE", "A", "B", "LOW",
                                        "UNKNOWN", "INFO", "S"));
}

TEST(ParseSeverity, KnowsTheWordsOfOtherScales) {
  EXPECT_EQ(parse_severity(" Important "), Severity::High);
  EXPECT_EQ(parse_severity("MODERATE"), Severity::Medium);
  EXPECT_EQ(parse_severity("negligible"), Severity::Info);
  EXPECT_EQ(parse_severity("none"), Severity::Info);
  EXPECT_EQ(parse_severity("Unrated"), Severity::Unknown);
  EXPECT_EQ(parse_severity("untriaged"), Severity::Unknown);
  EXPECT_EQ(parse_severity("worst"), std::nullopt);
  for (const Severity severity : {Severity::Info, Severity::Unknown, Severity::Low,
                                  Severity::Medium, Severity::High, Severity::Critical}) {
    EXPECT_EQ(parse_severity(name_of(severity)), severity);
  }
}

TEST(PolicyChecks, AreFoundById) {
  const Check* check = find_check(policy_checks(), "ctn-pol-01");

  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->severity, Severity::Low);
  EXPECT_EQ(find_check(policy_checks(), "CTN-POL-99"), nullptr);
  for (const Check& row : policy_checks()) {
    EXPECT_FALSE(row.title.empty() || row.description.empty() || row.remediation.empty()) << row.id;
  }
}

TEST(FindCheck, PrefersAnIdToAnAlias) {
  std::vector<Check> catalogue(2);
  catalogue[0].id = "A1";
  catalogue[0].aliases = "B1 C1";
  catalogue[1].id = "B1";
  EXPECT_EQ(find_check(catalogue, "b1"), &catalogue[1]);
  EXPECT_EQ(find_check(catalogue, "c1"), &catalogue[0]);
}

}  // namespace
}  // namespace corten
