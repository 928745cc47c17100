#include <gmock/gmock.h>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kTracker = R"({"openssl": {
  "CVE-2024-0001": {"description": "First flaw.", "releases": {"bookworm": {"status":"resolved","fixed_version":"3.0.11-1~deb12u2","urgency":"not yet assigned"},
                    "bullseye": {"status":"open","urgency":"high"}}},
  "CVE-2024-0002": {"releases": {"bookworm": {"status":"open","urgency":"unimportant"}}},
  "CVE-2024-0003": {"releases": {"bookworm": {"status":"resolved","fixed_version":"0","urgency":"low"}}},
  "CVE-2024-0004": {"releases": {"bookworm": {"status":"open","urgency":"medium","nodsa":"x","nodsa_reason":"postponed"}}},
  "CVE-2024-0005": {"releases": {"bookworm": {"status":"undetermined","urgency":"not yet assigned"}}},
  "CVE-2024-0006": {"releases": {"bookworm": {"status":"open","urgency":"end-of-life"}}},
  "CVE-2024-0007": {"releases": {"bookworm": {"status":"open","urgency":"low","nodsa":"x","nodsa_reason":"ignored"}}}}})";

package::Package libssl(const std::string& version) {
  auto package = package_of(Type::Deb, "libssl3", version);
  package.source_name = "openssl";
  package.path = "var/lib/dpkg/status";
  return package;
}

TEST(MatchDebian, BySourcePackageReleaseAndState) {
  Feeds feeds;
  feeds.file("debian/json", kTracker);

  const auto matches = feeds.match({libssl("3.0.9-1")}, debian12());

  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0004",
                                           "CVE-2024-0005", "CVE-2024-0006", "CVE-2024-0007"));
  const Finding& fixed = matches[0].finding;
  EXPECT_EQ(fixed.title, "First flaw.");
  EXPECT_THAT(fixed.fixed_versions, ElementsAre("3.0.11-1~deb12u2"));
  EXPECT_EQ(fixed.remediation, "upgrade libssl3 to 3.0.11-1~deb12u2");
  EXPECT_EQ(fixed.package->source, "openssl");
  EXPECT_EQ(fixed.location->path, "var/lib/dpkg/status");
  EXPECT_THAT(fixed.vulnerability->sources, ElementsAre("debian-tracker"));
  EXPECT_EQ(fixed.vulnerability->state, FixState::Fixed);
  EXPECT_THAT(fixed.references,
              Contains("https://security-tracker.debian.org/tracker/CVE-2024-0001"));
  EXPECT_EQ(matches[1].finding.vulnerability->state, FixState::WillNotFix);
  EXPECT_EQ(matches[1].finding.severity, Severity::Info);
  EXPECT_EQ(matches[1].finding.vulnerability->severity_source, "debian");
  EXPECT_EQ(matches[2].finding.vulnerability->state, FixState::Deferred);
  EXPECT_EQ(matches[3].finding.vulnerability->state, FixState::Unknown);
  EXPECT_EQ(matches[4].finding.vulnerability->state, FixState::EndOfLife);
  EXPECT_EQ(matches[5].finding.vulnerability->state, FixState::WillNotFix);
  EXPECT_THAT(matches[5].finding.fixed_versions, IsEmpty());
}

TEST(MatchDebian, FixedVersionAndOtherReleasesAreNotAffected) {
  Feeds feeds;
  feeds.file("debian/json", kTracker);
  EXPECT_THAT(ids_of(feeds.match({libssl("3.0.11-1~deb12u2")}, debian12())),
              ::testing::Not(Contains("CVE-2024-0001")));
  EXPECT_THAT(ids_of(feeds.match({libssl("1.1.1n-0")}, {"debian", "11", "bullseye", "", {}})),
              ElementsAre("CVE-2024-0001"));
  EXPECT_THAT(feeds.match({libssl("1.1.1n-0")}, {"debian", "10", "buster", "", {}}), IsEmpty());
  EXPECT_THAT(feeds.match({libssl("1.1.1n-0")}, {"ubuntu", "22.04", "jammy", "", {}}), IsEmpty());
  EXPECT_THAT(feeds.match({libssl("1.1.1n-0")}, {}), IsEmpty());
}

TEST(MatchDebian, SourceVersionIsCompared) {
  Feeds feeds;
  feeds.file(
      "debian/json",
      R"({"gcc-12": {"CVE-2024-1111": {"releases": {"bookworm": {"status":"resolved","fixed_version":"12.3-1"}}}}})");
  auto package = package_of(Type::Deb, "libgcc-s1", "99.0");
  package.source_name = "gcc-12";
  package.source_version = "12.2-1";
  EXPECT_THAT(feeds.match({package}, debian12()), SizeIs(1));
}

TEST(MatchDebian, TrackerAndOsvAreOneFindingAndTheTrackerDecides) {
  Feeds feeds;
  feeds.file("debian/json", kTracker);
  feeds.osv("Debian",
            {record_of("DEBIAN-CVE-2024-0001", "Debian:12", "openssl",
                       "introduced=0,fixed=3.0.12-1", R"("upstream":["CVE-2024-0001"])"),
             record_of("DEBIAN-CVE-2024-0003", "Debian:12", "openssl", "introduced=0",
                       R"("upstream":["CVE-2024-0003"])"),
             record_of("DEBIAN-CVE-2024-0099", "Debian:12", "openssl", "introduced=0,fixed=4",
                       R"("upstream":["CVE-2024-0099"])"),
             record_of("DSA-1-1", "Debian:12", "openssl", "introduced=0,fixed=3.0.11-1~deb12u2",
                       R"("upstream":["CVE-2024-0001","CVE-2024-0098"])")});

  const auto matches = feeds.match({libssl("3.0.9-1")}, debian12());

  // 0003 is not affected in the tracker's eyes; 0099 and 0098 only OSV knows; the erratum is spread
  // over its CVEs.
  EXPECT_THAT(ids_of(matches),
              ElementsAre("CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0004", "CVE-2024-0005",
                          "CVE-2024-0006", "CVE-2024-0007", "CVE-2024-0098", "CVE-2024-0099"));
  EXPECT_THAT(matches[0].finding.aliases, ElementsAre("DEBIAN-CVE-2024-0001", "DSA-1-1"));
  EXPECT_THAT(matches[0].finding.vulnerability->sources,
              ElementsAre("debian-tracker", "osv:Debian"));
  // The fix is the tracker's too.
  EXPECT_THAT(matches[0].finding.fixed_versions, ElementsAre("3.0.11-1~deb12u2"));
  // Fixed by the tracker's word, although OSV's later fix is not reached.
  EXPECT_THAT(ids_of(feeds.match_only({libssl("3.0.11-1~deb12u2")}, debian12())),
              ::testing::Not(Contains("CVE-2024-0001")));
}

// OSV's export of Debian repeats the tracker's fixed version and knows nothing of rebuilds.
TEST(MatchDebian, RebuiltFixIsNotAffectedWhateverOsvSays) {
  Feeds feeds;
  feeds.file("debian/json", R"({"less": {"CVE-2022-48624": {"releases": {"bookworm":
      {"status":"resolved","fixed_version":"590-2.1","repositories":{"bookworm":"590-2.1~deb12u2"}}}}}})");
  feeds.osv("Debian", {record_of("DEBIAN-CVE-2022-48624", "Debian:12", "less",
                                 "introduced=0,fixed=590-2.1", R"("upstream":["CVE-2022-48624"])"),
                       record_of("DSA-2-1", "Debian:12", "less", "introduced=0,fixed=590-2.1",
                                 R"("upstream":["CVE-2022-48624"])")});

  EXPECT_THAT(feeds.match({package_of(Type::Deb, "less", "590-2.1~deb12u2")}, debian12()),
              IsEmpty());
  EXPECT_THAT(feeds.match_only({package_of(Type::Deb, "less", "590-2.1~deb12u1")}, debian12()),
              IsEmpty());
  const auto matches = feeds.match_only({package_of(Type::Deb, "less", "590-2")}, debian12());
  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2022-48624"));
  EXPECT_THAT(matches[0].finding.fixed_versions, ElementsAre("590-2.1~deb12u1"));
}

struct SecdbCase {
  const char* name;
  const char* file;     // of the distribution's own feed
  const char* export_;  // of OSV
  const char* prefix;   // of OSV's ids
  package::Distribution distribution;
};
class MatchSecdbAndOsv : public ::testing::TestWithParam<SecdbCase> {};

TEST_P(MatchSecdbAndOsv, IsOneFindingAndTheSecdbDecides) {
  const SecdbCase& c = GetParam();
  const std::string release = c.export_ == std::string("Alpine") ? "Alpine:v3.18" : c.export_;
  Feeds feeds;
  feeds.file(c.file, R"({"packages":[{"pkg":{"name":"less","secfixes":
      {"590-r1":["CVE-2022-48624"],"0":["CVE-2022-0002"]}}}]})");
  feeds.osv(c.export_, {record_of(std::string(c.prefix) + "CVE-2022-48624", release, "less",
                                  "introduced=0,fixed=590-r3", R"("upstream":["CVE-2022-48624"])"),
                        record_of(std::string(c.prefix) + "CVE-2022-0002", release, "less",
                                  "introduced=0", R"("upstream":["CVE-2022-0002"])")});

  const auto matches = feeds.match({package_of(Type::Apk, "less", "590-r0")}, c.distribution);

  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2022-48624"));
  EXPECT_THAT(matches[0].finding.fixed_versions, ElementsAre("590-r1"));
  EXPECT_THAT(feeds.match_only({package_of(Type::Apk, "less", "590-r1")}, c.distribution),
              IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(
    Distributions, MatchSecdbAndOsv,
    ::testing::ValuesIn(std::vector<SecdbCase>{
        {"Alpine", "alpine/v3.18/main.json", "Alpine", "ALPINE-", {"alpine", "3.18.9", "", "", {}}},
        {"Wolfi", "wolfi/security.json", "Wolfi", "CGA-", {"wolfi", "20230201", "", "", {}}},
        {"Chainguard",
         "chainguard/security.json",
         "Chainguard",
         "CGA-",
         {"chainguard", "20230201", "", "", {}}},
    }),
    [](const auto& instance) { return instance.param.name; });

TEST(MatchLanguages, WhatIsNotOfThePublicRegistryIsNotJudgedByItsAdvisories) {
  Feeds feeds;
  feeds.osv("crates.io", {record_of("RUSTSEC-2024-0001", "crates.io", "forked",
                                    "introduced=0.0.0-0,fixed=0.3.0", "", "SEMVER")});
  auto crate = package_of(Type::Cargo, "forked", "0.2.0");
  EXPECT_THAT(feeds.match({crate}), SizeIs(1));
  crate.unpublished = true;
  EXPECT_THAT(feeds.match_only({crate}), IsEmpty());
  // A Go module that a folder replaces has no version that could be compared.
  feeds.osv("Go", {record_of("GO-2024-0001", "Go", "example.com/m", "introduced=0", "", "SEMVER")});
  EXPECT_THAT(feeds.match({package_of(Type::Go, "example.com/m", "")}), IsEmpty());
}

TEST(MatchLanguages, ReferencesFillTheRoomThatPagesAboutIdsLeave) {
  Feeds feeds;
  const std::string references = R"("references":[{"url":"https://github.com/advisories/GHSA-1"},
      {"url":"http://example.org/a"},{"url":"https://example.org/http://b"},
      {"url":"https://example.org/c"},{"url":"https://example.org/d"}])";
  feeds.osv("npm", {record_of("GHSA-1", "npm", "a", "introduced=0",
                              R"("aliases":["CVE-2024-0001","PYSEC-2024-1"],)" + references),
                    record_of("OSV-2", "npm", "b", "introduced=0", references)});

  const auto matches =
      feeds.match({package_of(Type::Npm, "a", "1.0.0"), package_of(Type::Npm, "b", "1.0.0")});

  ASSERT_THAT(matches, SizeIs(2));
  EXPECT_THAT(matches[0].finding.references,
              ElementsAre("https://github.com/advisories/GHSA-1",
                          "https://nvd.nist.gov/vuln/detail/CVE-2024-0001",
                          "https://osv.dev/vulnerability/PYSEC-2024-1", "http://example.org/a",
                          "https://example.org/http://b"));
  EXPECT_THAT(matches[1].finding.references,
              ElementsAre("https://github.com/advisories/GHSA-1", "http://example.org/a",
                          "https://example.org/http://b"));
}

TEST(MatchUbuntu, ProFixesAreMarkedAndYieldToThePublicArchive) {
  Feeds feeds;
  feeds.osv(
      "Ubuntu",
      {R"({"id":"UBUNTU-CVE-2024-0001","upstream":["CVE-2024-0001"],"severity":[{"type":"Ubuntu","score":"low"}],
      "affected":[{"package":{"ecosystem":"Ubuntu:Pro:22.04:LTS","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2+esm1"}]}]}]})",
       R"({"id":"UBUNTU-CVE-2024-0002","upstream":["CVE-2024-0002"],
      "affected":[{"package":{"ecosystem":"Ubuntu:Pro:22.04:LTS","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2+esm1"}]}]},
                  {"package":{"ecosystem":"Ubuntu:22.04:LTS","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}]}]})"});
  const auto matches =
      feeds.match({package_of(Type::Deb, "a", "1")}, {"ubuntu", "22.04", "jammy", "", {}});
  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2024-0001"));
  EXPECT_THAT(matches[0].finding.remediation, HasSubstr("subscription"));
  EXPECT_EQ(matches[0].finding.severity, Severity::Low);
  EXPECT_EQ(matches[0].finding.vulnerability->severity_source, "ubuntu");
}

TEST(MatchApk, ByOriginAndBranch) {
  Feeds feeds;
  feeds.file(
      "alpine/v3.18/main.json",
      R"({"packages":[{"pkg":{"name":"openssl","secfixes":{"3.1.2-r0":["CVE-2023-0001"],"0":["CVE-2023-0002"]}}}]})");
  feeds.file(
      "alpine/v3.19/main.json",
      R"({"packages":[{"pkg":{"name":"openssl","secfixes":{"9.9.9-r0":["CVE-2023-0009"]}}}]})");
  feeds.file(
      "wolfi/security.json",
      R"({"packages":[{"pkg":{"name":"openssl","secfixes":{"3.1.3-r0":["CVE-2023-0003"]}}}]})");
  auto package = package_of(Type::Apk, "libcrypto3", "3.1.1-r1");
  package.source_name = "openssl";
  const auto alpine = feeds.match({package}, {"alpine", "3.18.9", "", "", {}});
  ASSERT_THAT(ids_of(alpine), ElementsAre("CVE-2023-0001"));
  EXPECT_EQ(alpine[0].finding.title, "CVE-2023-0001 in libcrypto3");
  EXPECT_THAT(ids_of(feeds.match({package}, {"wolfi", "20230201", "", "", {}})),
              ElementsAre("CVE-2023-0003"));
}

TEST(MatchRpm, ErrataAreSpreadOverTheirCves) {
  Feeds feeds;
  feeds.osv(
      "AlmaLinux",
      {record_of(
          "ALSA-2024:1", "AlmaLinux:9", "openssl-libs", "introduced=0,fixed=1:3.0.7-25.el9_3",
          R"("summary":"Low: openssl security update","related":["CVE-2023-2975","CVE-2023-3446"])")});
  const package::Distribution alma{"almalinux", "9.3", "", "", {}};
  const auto matches = feeds.match({package_of(Type::Rpm, "openssl-libs", "1:3.0.7-24.el9")}, alma);
  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2023-2975", "CVE-2023-3446"));
  EXPECT_THAT(matches[0].finding.aliases, ElementsAre("ALSA-2024:1"));
  EXPECT_EQ(matches[0].finding.severity, Severity::Low);
  EXPECT_EQ(matches[0].finding.vulnerability->severity_source, "almalinux");
  EXPECT_THAT(feeds.match({package_of(Type::Rpm, "openssl-libs", "1:3.0.7-25.el9_3")}, alma),
              IsEmpty());
  // AlmaLinux names binary packages.
  auto by_source = package_of(Type::Rpm, "openssl-devel", "1:3.0.7-24.el9");
  by_source.source_name = "openssl-libs";
  EXPECT_THAT(feeds.match({by_source}, alma), IsEmpty());
}

TEST(MatchRpm, ModuleStreamsAreApart) {
  Feeds feeds;
  feeds.osv(
      "AlmaLinux",
      {record_of("ALSA-2024:20", "AlmaLinux:8", "nodejs",
                 "introduced=0,fixed=1:20.11-1.module_el8.9+1+1",
                 R"("summary":"Important: nodejs:20 security update","related":["CVE-2024-0020"])"),
       record_of("ALSA-2024:18", "AlmaLinux:8", "nodejs",
                 "introduced=0,fixed=1:18.19-1.module_el8.9+1+1",
                 R"("summary":"Important: nodejs:18 security update","related":["CVE-2024-0018"])"),
       record_of("ALSA-2024:0", "AlmaLinux:8", "nodejs", "introduced=0,fixed=1:99-1.el8",
                 R"("summary":"Low: nodejs security update","related":["CVE-2024-0099"])")});
  const package::Distribution alma{"almalinux", "8.9", "", "", {}};
  auto package = package_of(Type::Rpm, "nodejs", "1:18.17-1.module_el8.8+1+1");
  package.module_label = "nodejs:18:8090020240101:abc:x86_64";
  EXPECT_THAT(ids_of(feeds.match({package}, alma)), ElementsAre("CVE-2024-0018"));
  EXPECT_THAT(ids_of(feeds.match({package_of(Type::Rpm, "nodejs", "1:10-1.el8")}, alma)),
              ElementsAre("CVE-2024-0099"));
}

TEST(MatchRpm, EpochsOfSourceRpmsAreUnknown) {
  Feeds feeds;
  feeds.osv("Rocky Linux",
            {record_of("RLSA-2024:1", "Rocky Linux:8", "java-11-openjdk",
                       "introduced=0,fixed=1:11.0.13-1.el8", R"("upstream":["CVE-2024-0001"])")});
  const package::Distribution rocky{"rocky", "8.9", "", "", {}};
  auto package = package_of(Type::Rpm, "java-11-openjdk-headless", "1:11.0.12-1.el8");
  package.source_name = "java-11-openjdk";
  package.source_version = "11.0.12-1.el8";
  EXPECT_THAT(feeds.match({package}, rocky), SizeIs(1));
  package.version = "1:11.0.13-1.el8";
  package.source_version = "11.0.13-1.el8";
  EXPECT_THAT(feeds.match({package}, rocky), IsEmpty());
  package.version = "0:7-1.el8";  // a subpackage with a version of its own
  EXPECT_THAT(feeds.match({package}, rocky), IsEmpty());
  package.source_version = "11.0.2-1.el8";
  EXPECT_THAT(feeds.match({package}, rocky), SizeIs(1));
}

TEST(MatchLanguage, AliasesAreOneFindingWithTheSmallestFixThatAllAccept) {
  Feeds feeds;
  feeds.osv(
      "PyPI",
      {record_of("PYSEC-2024-1", "PyPI", "django", "introduced=0,fixed=3.2.1",
                 R"("aliases":["CVE-2024-0001"])"),
       record_of(
           "GHSA-aaaa-bbbb-cccc", "PyPI", "Django",
           "introduced=0,fixed=3.2.2,introduced=4.0,fixed=4.0.1",
           R"("aliases":["CVE-2024-0001"],"summary":"Bad","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}])")});
  const auto matches = feeds.match({package_of(Type::Pypi, "Django", "3.1")});
  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2024-0001"));
  const Finding& finding = matches[0].finding;
  EXPECT_THAT(finding.aliases, ElementsAre("GHSA-aaaa-bbbb-cccc", "PYSEC-2024-1"));
  EXPECT_THAT(finding.fixed_versions, ElementsAre("3.2.2"));
  EXPECT_EQ(finding.title, "Bad");
  EXPECT_EQ(finding.severity, Severity::Critical);
  EXPECT_DOUBLE_EQ(finding.vulnerability->score, 9.8);
  EXPECT_EQ(finding.vulnerability->severity_source, "ghsa");
  EXPECT_THAT(finding.vulnerability->sources, ElementsAre("osv:PyPI"));
  // Affected by GitHub's word alone; but not at the very version that the ecosystem's database
  // names as the fix.
  EXPECT_THAT(feeds.match_only({package_of(Type::Pypi, "django", "4.0")}), SizeIs(1));
  EXPECT_THAT(feeds.match_only({package_of(Type::Pypi, "django", "3.2.1")}), IsEmpty());
}

TEST(MatchLanguage, ClosureStaysWithinThePackage) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0",
                              R"("aliases":["CVE-2024-0001"])"),
                    record_of("GHSA-2222-2222-2222", "npm", "a", "introduced=0",
                              R"("aliases":["CVE-2024-0002"])"),
                    record_of("GHSA-3333-3333-3333", "npm", "b", "introduced=0",
                              R"("aliases":["CVE-2024-0001","CVE-2024-0002"])")});
  EXPECT_THAT(ids_of(feeds.match({package_of(Type::Npm, "a", "1.0.0")})),
              ElementsAre("CVE-2024-0001", "CVE-2024-0002"));
  EXPECT_THAT(ids_of(feeds.match({package_of(Type::Npm, "b", "1.0.0")})),
              ElementsAre("CVE-2024-0001"));
}

TEST(MatchCommits, GoModulesByTagAndByCommitOfTheirRepository) {
  constexpr const char* kRecord = R"({"id": "CVE-2024-7", "affected": [{"ranges": [{"type": "GIT",
    "repo": "https://github.com/acme/tool", "events": [
      {"introduced": "0123456789abcdef0123456789abcdef01234567"},
      {"fixed": "fedcba9876543210fedcba9876543210fedcba98"}]}],
    "versions": ["v1.2.0", "v1.2.1", "sub/v2.0.0"]}]})";
  struct Case {
    const char* module;
    const char* version;
    bool affected;
  };
  constexpr Case kCases[] = {
      {"github.com/acme/tool", "v1.2.1", true},
      {"github.com/Acme/Tool/v2", "v1.2.1+incompatible", true},
      {"github.com/acme/tool", "v1.2.2", false},
      {"github.com/acme/tool", "(devel)", false},
      {"github.com/acme/tool/sub/v2", "v2.0.0", true},
      {"github.com/acme/tool/sub", "v1.2.1", false},
      {"github.com/acme/other", "v1.2.1", false},
      {"github.com/acme/tool", "v0.0.0-20240102030405-0123456789ab", true},
      {"github.com/acme/tool", "v1.2.2-0.20240102030405-fedcba987654", false},
      {"github.com/acme/tool", "v1.2.2-0.20240102030405-aaaaaaaaaaaa", false},
  };
  Feeds feeds;
  feeds.osv("GIT", {kRecord});
  ASSERT_TRUE(feeds.build().has_value());
  for (const Case& c : kCases) {
    const auto found = feeds.match_only({package_of(Type::Go, c.module, c.version)});
    EXPECT_EQ(found.size(), c.affected ? 1U : 0U) << c.module << " " << c.version;
    for (const auto& match : found) EXPECT_THAT(match.finding.fixed_versions, IsEmpty());
  }
}

TEST(MatchCommits, TheLanguagesOwnDatabaseKnowsBetter) {
  Feeds feeds;
  feeds.osv("GIT", {R"({"id": "CVE-2024-7", "affected": [{"ranges": [{"type": "GIT",
    "repo": "https://github.com/acme/tool", "events": [{"introduced": "0"}]}],
    "versions": ["v1.2.0", "v1.2.1"]}]})"});
  feeds.osv("Go", {R"({"id": "GO-2024-7", "aliases": ["CVE-2024-7"], "affected": [{
    "package": {"ecosystem": "Go", "name": "github.com/acme/tool"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.1"}]}]}]})"});
  ASSERT_TRUE(feeds.build().has_value());
  const auto old = feeds.match_only({package_of(Type::Go, "github.com/acme/tool", "v1.2.0")});
  ASSERT_THAT(ids_of(old), ElementsAre("CVE-2024-7"));
  EXPECT_THAT(old[0].finding.fixed_versions, ElementsAre("1.2.1"));
  EXPECT_THAT(feeds.match_only({package_of(Type::Go, "github.com/acme/tool", "v1.2.1")}),
              IsEmpty());
}

TEST(MatchLanguage, GoModulesToolchainAndMainModule) {
  Feeds feeds;
  feeds.osv(
      "Go",
      {record_of("GO-2024-1", "Go", "golang.org/x/text", "introduced=0,fixed=0.3.7", "", "SEMVER"),
       record_of("GO-2024-2", "Go", "stdlib",
                 "introduced=0,fixed=1.20.12,introduced=1.21.0-0,fixed=1.21.5", "", "SEMVER")});
  EXPECT_THAT(feeds.match({package_of(Type::Go, "golang.org/x/text", "v0.3.6")}), SizeIs(1));
  EXPECT_THAT(feeds.match_only({package_of(Type::Go, "golang.org/x/text", "v0.3.7")}), IsEmpty());
  EXPECT_THAT(feeds.match_only({package_of(Type::Go, "golang.org/x/Text", "v0.3.6")}), IsEmpty());
  for (const char* version :
       {"go1.21.4", "1.21.4", "v1.21.4", "go1.21rc2", "go1.21.4 X:boringcrypto", "go1.20.11"}) {
    EXPECT_THAT(feeds.match_only({package_of(Type::Go, "stdlib", version)}), SizeIs(1)) << version;
  }
  for (const char* version : {"go1.21.5", "go1.20.12", "(devel)", ""}) {
    EXPECT_THAT(feeds.match_only({package_of(Type::Go, "stdlib", version)}), IsEmpty()) << version;
  }
}

TEST(MatchLanguage, ListedVersionsCountBesideRanges) {
  Feeds feeds;
  feeds.osv(
      "npm",
      {R"({"id":"MAL-2024-1","summary":"Malicious code","affected":[{"package":{"ecosystem":"npm","name":"evil"},"versions":["1.0.1","6.6.6"]}]})"});
  const auto matches = feeds.match({package_of(Type::Npm, "evil", "6.6.6")});
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_EQ(matches[0].finding.severity, Severity::Critical);
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "evil", "6.6.7")}), IsEmpty());
}

TEST(MatchLanguage, LastAffectedGivesNoFix) {
  Feeds feeds;
  feeds.osv("npm",
            {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0,last_affected=1.5.0")});
  const auto matches = feeds.match({package_of(Type::Npm, "a", "1.5.0")});
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_THAT(matches[0].finding.fixed_versions, IsEmpty());
  EXPECT_EQ(matches[0].finding.vulnerability->state, FixState::Unknown);
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "a", "1.5.1")}), IsEmpty());
}

TEST(MatchLanguage, WithdrawnRecordsNeverMatch) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0",
                              R"("withdrawn":"2024-01-01T00:00:00Z")")});
  EXPECT_THAT(feeds.match({package_of(Type::Npm, "a", "1.0.0")}), IsEmpty());
}

TEST(MatchLanguage, PackagesWithoutVersionNeverMatch) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0")});
  EXPECT_THAT(feeds.match({package_of(Type::Npm, "a", "")}), IsEmpty());
}

TEST(MatchOrder, IsThatOfPackagesThenIds) {
  Feeds feeds;
  feeds.osv("npm", {record_of("CVE-2024-2222", "npm", "a", "introduced=0"),
                    record_of("CVE-2024-1111", "npm", "a", "introduced=0")});
  const auto a = package_of(Type::Npm, "a", "1.0.0");
  const auto matches = feeds.match({a, package_of(Type::Npm, "zzz", "1"), a});
  EXPECT_THAT(ids_of(matches),
              ElementsAre("CVE-2024-1111", "CVE-2024-2222", "CVE-2024-1111", "CVE-2024-2222"));
  EXPECT_EQ(matches[2].package_index, 2U);
}

TEST(MatchInside, FlawsThatTheDistributionListsAreNotCountedTwice) {
  Feeds feeds;
  feeds.file(
      "debian/json",
      R"({"docker.io": {"CVE-2024-0001": {"releases": {"bookworm": {"status":"resolved","fixed_version":"0"}}}}})");
  feeds.osv("Go", {record_of("GO-2024-1", "Go", "m", "introduced=0",
                             R"("aliases":["CVE-2024-0001"])", "SEMVER"),
                   record_of("GO-2024-2", "Go", "m", "introduced=0",
                             R"("aliases":["CVE-2024-0002"])", "SEMVER")});
  auto module = package_of(Type::Go, "m", "v1.0.0");
  module.inside_os_package = "docker.io";
  const auto owner = package_of(Type::Deb, "docker.io", "20.10.24");
  const auto matches = feeds.match({owner, module}, debian12());
  ASSERT_THAT(ids_of(matches), ElementsAre("CVE-2024-0002"));
  EXPECT_THAT(matches[0].finding.evidence, HasSubstr("inside OS package docker.io"));
  EXPECT_THAT(ids_of(feeds.match_only({module}, debian12())),
              ElementsAre("CVE-2024-0001", "CVE-2024-0002"));
}

TEST(MatchInside, TheRemedyIsWhatItsReaderCanDo) {
  Feeds feeds;
  feeds.osv("Go",
            {record_of("GO-2024-1", "Go", "stdlib", "introduced=0,fixed=1.20.10", "", "SEMVER"),
             record_of("GO-2024-2", "Go", "m", "introduced=0,fixed=1.2.3", "", "SEMVER")});
  const auto remedy = [&](package::Package module) {
    module.path = "usr/bin/app";
    return feeds.match({std::move(module)}, debian12()).at(0).finding.remediation;
  };
  auto go = package_of(Type::Go, "stdlib", "go1.19.8");
  auto module = package_of(Type::Go, "m", "v1.0.0");
  EXPECT_EQ(remedy(go), "rebuild usr/bin/app with Go 1.20.10");
  EXPECT_EQ(remedy(module), "upgrade m to 1.2.3");
  go.inside_os_package = module.inside_os_package = "docker.io";
  EXPECT_EQ(remedy(go), "upgrade docker.io once the distribution builds it with Go 1.20.10");
  EXPECT_EQ(remedy(module), "upgrade docker.io once the distribution builds it with m 1.2.3");
}

}  // namespace
}  // namespace corten::advisory::testing
