#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/validated.h"
#include "report/written.h"

namespace corten::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json run_of(const Report& report) {
  const json out = json::parse(written("sarif", report), nullptr, false);
  EXPECT_EQ(out.at("version"), "2.1.0");
  return out.at("runs").at(0);
}

json result_of(const json& run, const std::string& id) {
  for (const json& result : run.at("results")) {
    if (result.at("ruleId") == id) return result;
  }
  ADD_FAILURE() << "no result " << id;
  return {};
}

json rule_of(const json& run, const std::string& id) {
  for (const json& rule : run.at("tool").at("driver").at("rules")) {
    if (rule.at("id") == id) return rule;
  }
  ADD_FAILURE() << "no rule " << id;
  return {};
}

TEST(Sarif, IsValid) {
  const auto schema = schema_path("sarif/sarif-schema-2.1.0.json");
  if (!std::filesystem::exists(schema)) GTEST_SKIP() << "no schema at " << schema;
  EXPECT_EQ(json_schema_complaints(schema, written("sarif", scan_report())), "");
  EXPECT_EQ(json_schema_complaints(schema, written("sarif", audit_report())), "");
  EXPECT_EQ(json_schema_complaints(schema, written("sarif", clean_report())), "");
  EXPECT_EQ(json_schema_complaints(schema, written("sarif", hostile_report(hostile_text()))), "");
  EXPECT_EQ(json_schema_complaints(schema, written("sarif", Report{})), "");
}

TEST(Sarif, TakesRulesFromTheCatalogue) {
  const json rule = rule_of(run_of(scan_report()), "CL1001");
  EXPECT_EQ(rule.at("shortDescription").at("text"), "the image runs as root");
  EXPECT_THAT(rule.at("fullDescription").at("text"), HasSubstr("root towards the kernel"));
  EXPECT_THAT(rule.at("help").at("text"), HasSubstr("Remedy: Add a user and a USER instruction."));
  EXPECT_EQ(rule.at("helpUri"), "https://docs.docker.com/build/building/best-practices/#user");
  EXPECT_EQ(rule.at("defaultConfiguration").at("level"), "error");
  EXPECT_EQ(rule.at("properties").at("security-severity"), "8.0");
}

TEST(Sarif, HasOneRuleAnIdAndRightIndices) {
  const json run = run_of(audit_report());
  const json& rules = run.at("tool").at("driver").at("rules");
  std::set<std::string> ids;
  for (const json& rule : rules) EXPECT_TRUE(ids.insert(rule.at("id")).second) << rule.at("id");
  for (const json& result : run.at("results")) {
    EXPECT_EQ(rules.at(result.at("ruleIndex").get<std::size_t>()).at("id"), result.at("ruleId"));
  }
}

struct SeverityCase {
  const char* name;
  Severity severity;
  double score;
  const char* expected;
  const char* level;
};

class SarifSeverity : public testing::TestWithParam<SeverityCase> {};

TEST_P(SarifSeverity, LeadsToTheWordThatCortenShows) {
  const SeverityCase& c = GetParam();
  Report report = scan_report();
  report.findings.resize(1);
  report.findings[0].severity = c.severity;
  report.findings[0].vulnerability->score = c.score;

  const json run = run_of(report);

  const json& rule = run.at("tool").at("driver").at("rules").at(0);
  EXPECT_EQ(rule.at("properties").at("security-severity"), c.expected);
  EXPECT_EQ(run.at("results").at(0).at("level"), c.level);
}

TEST(Sarif, InventsNoNumberForWhatNobodyRated) {
  Report report = scan_report();
  report.findings.resize(1);
  report.findings[0].severity = Severity::Unknown;
  report.findings[0].vulnerability->score = 0;

  const json run = run_of(report);

  const json& rule = run.at("tool").at("driver").at("rules").at(0);
  EXPECT_FALSE(rule.at("properties").contains("security-severity"));
  EXPECT_EQ(run.at("results").at(0).at("level"), "note");
  EXPECT_EQ(run.at("results").at(0).at("properties").at("severity"), "unknown");
}

INSTANTIATE_TEST_SUITE_P(Report, SarifSeverity,
                         testing::ValuesIn<SeverityCase>({
                             {"ScoreInItsBand", Severity::Critical, 9.8, "9.8", "error"},
                             {"LoweredByTheDistribution", Severity::Low, 9.8, "2.0", "note"},
                             {"RaisedByTheDistribution", Severity::High, 5.0, "8.0", "error"},
                             {"WithoutScore", Severity::Medium, 0, "5.5", "warning"},
                             {"Info", Severity::Info, 0, "0.0", "note"},
                         }),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Sarif, PlacesAResultInAFile) {
  const json location = result_of(run_of(scan_report()), "CTN-SEC-01").at("locations").at(0);
  EXPECT_EQ(location.at("physicalLocation").at("artifactLocation").at("uri"),
            "etc/nginx/tls%20key.pem");
  EXPECT_EQ(location.at("physicalLocation").at("region").at("startLine"), 1);
  EXPECT_EQ(location.at("logicalLocations").at(0).at("name"), "nginx.tar");
}

TEST(Sarif, PlacesAPackageInItsImage) {
  Report report = scan_report();
  for (Finding& finding : report.findings) finding.subject = "registry:5000/nginx:1.25";
  const json location = result_of(run_of(report), "CVE-2023-44487").at("locations").at(0);
  EXPECT_EQ(location.at("physicalLocation").at("artifactLocation").at("uri"),
            "registry%3A5000/nginx%3A1.25");
  EXPECT_EQ(location.at("logicalLocations").at(1).at("fullyQualifiedName"),
            "pkg:deb/debian/libnghttp2-14@1.52.0-1?distro=debian-12.4");
}

TEST(Sarif, GivesEveryResultAFingerprintOfItsOwn) {
  std::set<std::string> seen;
  const json run = run_of(audit_report());
  for (const json& result : run.at("results")) {
    EXPECT_TRUE(seen.insert(result.at("partialFingerprints").at("primaryLocationLineHash")).second);
  }
}

TEST(Sarif, KeepsTheFingerprintWhenVersionsAndLinesMove) {
  Report report = scan_report();
  const auto before = run_of(report).at("results");
  for (Finding& finding : report.findings) {
    if (finding.package) finding.package->version += "+1";
    if (finding.location) finding.location->line += 7;
    finding.evidence += " (moved)";
  }
  const auto after = run_of(report).at("results");
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].at("partialFingerprints"), after[i].at("partialFingerprints"));
  }
}

TEST(Sarif, SaysThatItFailedAndWhy) {
  const json invocation = run_of(scan_report()).at("invocations").at(0);
  EXPECT_EQ(invocation.at("executionSuccessful"), false);
  EXPECT_THAT(invocation.at("toolExecutionNotifications").at(0).at("message").at("text"),
              HasSubstr("the archive ends early"));
  EXPECT_EQ(run_of(clean_report()).at("invocations").at(0).at("executionSuccessful"), true);
}

TEST(Sarif, KeepsSuppressionsWithTheirReason) {
  const json suppression =
      result_of(run_of(scan_report()), "CVE-2019-1010022").at("suppressions").at(0);
  EXPECT_EQ(suppression.at("kind"), "external");
  EXPECT_EQ(suppression.at("justification"),
            "accepted by the platform team (by .cortenignore:3, until 2025-06-30)");
}

TEST(Sarif, OffersFixes) {
  const json change =
      result_of(run_of(scan_report()), "CL1001").at("fixes").at(0).at("artifactChanges").at(0);
  EXPECT_EQ(change.at("artifactLocation").at("uri"), "Dockerfile");
  EXPECT_EQ(change.at("replacements").at(0).at("deletedRegion"),
            json::parse(R"({"startLine": 6, "startColumn": 1, "endLine": 7, "endColumn": 1})"));
}

TEST(Sarif, StaysWithinTheLimitOfResults) {
  Report report;
  report.findings.resize(25'001);
  for (Finding& finding : report.findings) finding.id = "CL1001";
  const json run = run_of(report);
  EXPECT_EQ(run.at("results").size(), 25'000U);
  EXPECT_THAT(
      run.at("invocations").at(0).at("toolExecutionNotifications").at(0).at("message").at("text"),
      HasSubstr("the worst 25,000 of 25,001"));
}

}  // namespace
}  // namespace corten::report
