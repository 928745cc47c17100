#include <gmock/gmock.h>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::SizeIs;

constexpr const char* kCritical =
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";  // 9.8 by FIRST's calculator
constexpr const char* kMedium = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N";  // 6.1

Finding only(const Feeds& feeds, const package::Package& package,
             const package::Distribution& distribution = {}) {
  const auto matches = feeds.match({package}, distribution);
  EXPECT_THAT(matches, SizeIs(1));
  return matches.empty() ? Finding{} : matches[0].finding;
}

std::string rated(const std::string& ratings, const std::string& id = "GHSA-1111-1111-1111") {
  return record_of(id, "npm", "a", "introduced=0", ratings);
}

TEST(SeverityOfFlaw, NewestCvssOfTheRecordFirst) {
  Feeds feeds;
  feeds.osv(
      "npm",
      {rated(
          std::string(
              R"("severity":[{"type":"CVSS_V2","score":"AV:N/AC:L/Au:N/C:C/I:C/A:C"},{"type":"CVSS_V3","score":")") +
          kMedium + R"("}],"database_specific":{"severity":"CRITICAL"})")});
  const Finding finding = only(feeds, package_of(Type::Npm, "a", "1.0.0"));
  EXPECT_EQ(finding.severity, Severity::Medium);
  EXPECT_DOUBLE_EQ(finding.vulnerability->score, 6.1);
  EXPECT_EQ(finding.vulnerability->vector, kMedium);
  EXPECT_EQ(finding.vulnerability->severity_source, "ghsa");
}

TEST(SeverityOfFlaw, WordWhereNoVectorCanBeScored) {
  Feeds feeds;
  feeds.osv(
      "npm",
      {rated(
          R"("severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:X"}],"database_specific":{"severity":"MODERATE"})")});
  const Finding finding = only(feeds, package_of(Type::Npm, "a", "1.0.0"));
  EXPECT_EQ(finding.severity, Severity::Medium);
  EXPECT_EQ(finding.vulnerability->vector, "");
}

TEST(SeverityOfFlaw, NvdWhereTheRecordIsSilent) {
  Feeds feeds;
  feeds.osv("npm", {rated(R"("aliases":["CVE-2024-0001"])")});
  feeds.file(
      "nvd/page.json",
      std::string(
          R"({"vulnerabilities":[{"cve":{"id":"CVE-2024-0001","metrics":{"cvssMetricV31":[{"type":"Primary","cvssData":{"vectorString":")") +
          kCritical + R"("}}]}}}]})");
  const Finding finding = only(feeds, package_of(Type::Npm, "a", "1.0.0"));
  EXPECT_EQ(finding.severity, Severity::Critical);
  EXPECT_EQ(finding.vulnerability->severity_source, "nvd");
}

TEST(SeverityOfFlaw, AnotherDatabaseWhereNobodyElseSpeaks) {
  Feeds feeds;
  feeds.file(
      "debian/json",
      R"({"a":{"CVE-2024-0001":{"releases":{"bookworm":{"status":"open","urgency":"not yet assigned"}}}}})");
  feeds.osv(
      "npm",
      {rated(
          std::string(
              R"("aliases":["CVE-2024-0001"],"summary":"The flaw","severity":[{"type":"CVSS_V3","score":")") +
          kCritical + R"("}])")});
  const Finding finding = only(feeds, package_of(Type::Deb, "a", "1"), debian12());
  EXPECT_EQ(finding.severity, Severity::Critical);
  EXPECT_EQ(finding.vulnerability->severity_source, "ghsa");
  EXPECT_EQ(finding.title, "The flaw");
}

TEST(SeverityOfFlaw, NobodyRatedIt) {
  Feeds feeds;
  feeds.osv("npm", {rated(R"("database_specific":{"severity":"UNKNOWN"})")});
  const Finding finding = only(feeds, package_of(Type::Npm, "a", "1.0.0"));
  EXPECT_EQ(finding.severity, Severity::Unknown);
  EXPECT_EQ(finding.vulnerability->severity_source, "");
}

TEST(SeverityOfFlaw, NoticesAreInfo) {
  Feeds feeds;
  feeds.osv(
      "crates.io",
      {R"({"id":"RUSTSEC-2020-0001","summary":"a is unmaintained","affected":[{"package":{"ecosystem":"crates.io","name":"a"},
    "database_specific":{"informational":"unmaintained"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0.0.0-0"}]}]}]})"});
  const Finding finding = only(feeds, package_of(Type::Cargo, "a", "1.0.0"));
  EXPECT_EQ(finding.severity, Severity::Info);
  EXPECT_THAT(finding.evidence, ::testing::HasSubstr("unmaintained"));
}

TEST(Exploitation, KevAndEpssAreJoinedByCve) {
  Feeds feeds;
  feeds.osv("npm", {rated(R"("aliases":["CVE-2024-0001"])")});
  feeds.file(
      "kev/kev.json",
      R"({"vulnerabilities":[{"cveID":"CVE-2024-0001","dueDate":"2024-05-06","knownRansomwareCampaignUse":"Known"}]})");
  feeds.file("epss/old.csv",
             "#score_date:2025-01-02T00:00:00Z\ncve,epss,percentile\nCVE-2024-0001,0.9,0.99\n");
  feeds.file(
      "epss/new.csv",
      "#score_date:2025-03-04T00:00:00Z\ncve,epss,percentile\nCVE-2024-0001,0.00043,0.1234\n");
  const Finding finding = only(feeds, package_of(Type::Npm, "a", "1.0.0"));
  ASSERT_TRUE(finding.vulnerability->kev.has_value());
  EXPECT_EQ(finding.vulnerability->kev->due_date, "2024-05-06");
  EXPECT_TRUE(finding.vulnerability->kev->ransomware);
  ASSERT_TRUE(finding.vulnerability->epss.has_value());
  EXPECT_EQ(*finding.vulnerability->epss, (Epss{0.00043, 0.1234, "2025-03-04"}));
}

}  // namespace
}  // namespace corten::advisory::testing
