#include <fmt/format.h>
#include <gmock/gmock.h>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(OsvRecord, IsReadWhole) {
  const auto out = read_feed("osv", R"({
    "schema_version": "1.7.0", "id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2024-1"], "upstream": ["U-1"],
    "related": ["R-1"], "summary": "Two\nlines", "details": "ignored", "published": "2024-01-02T00:00:00Z",
    "modified": "2024-02-03T04:05:06.789Z",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected": [{"package": {"ecosystem": "npm", "name": "left-pad", "purl": "pkg:npm/left-pad"},
      "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.3.0"}]}],
      "versions": ["1.2.0", "7.0.0-odd"]}],
    "references": [{"type": "WEB", "url": "https://example.org/x"}, {"type": "WEB", "url": "javascript:x"},
      {"type": "ADVISORY", "url": "https://nvd.nist.gov/vuln/detail/CVE-2024-1"}],
    "database_specific": {"severity": "MODERATE"}})");

  ASSERT_THAT(out.records, SizeIs(1));
  const Record& record = out.records[0];
  EXPECT_EQ(record.id, "GHSA-aaaa-bbbb-cccc");
  EXPECT_EQ(record.summary, "Two lines");
  EXPECT_THAT(record.aliases, ElementsAre("CVE-2024-1"));
  EXPECT_THAT(record.upstream, ElementsAre("U-1"));
  EXPECT_THAT(record.related, ElementsAre("R-1"));
  EXPECT_THAT(record.ratings,
              ElementsAre("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "ghsa=MODERATE"));
  EXPECT_THAT(record.references, ElementsAre("https://example.org/x"));
  EXPECT_EQ(format_time(*record.modified), "2024-02-03T04:05:06Z");
  ASSERT_THAT(record.affected, SizeIs(1));
  EXPECT_EQ(record.affected[0].family, "npm");
  EXPECT_EQ(record.affected[0].name, "left-pad");
  EXPECT_THAT(record.affected[0].spans, ElementsAre(Span{"", "1.3.0", EndKind::Fixed}));
  // Listed versions that a range holds need no place.
  EXPECT_THAT(record.affected[0].versions, ElementsAre("7.0.0-odd"));
}

TEST(OsvRecord, EcosystemIsSplitIntoFamilyAndRelease) {
  const auto out =
      read_feed("osv", record_of("U-1", "Ubuntu:Pro:16.04:LTS", "curl", "introduced=0"));
  ASSERT_THAT(out.records, SizeIs(1));
  EXPECT_EQ(out.records[0].affected[0].family, "Ubuntu");
  EXPECT_EQ(out.records[0].affected[0].release, "Pro:16.04:LTS");
}

TEST(OsvRecord, CommitRangesAreKeptByRepository) {
  const auto out = read_feed("osv", R"({"id": "CVE-2024-1", "affected": [{"ranges": [
    {"type": "GIT", "repo": "https://github.com/Acme/Lib.git/", "events": [{"introduced": "0"},
      {"fixed": "aa"}, {"fixed": "bb"}, {"introduced": "cc"}, {"last_affected": "dd"}]},
    {"type": "GIT", "repo": "https://example.org/mirror", "events": [{"introduced": "ee"}]}],
    "versions": ["v1.0", "v1.1"]}]})");
  EXPECT_EQ(out.git_ranges, 2U);
  ASSERT_THAT(out.records, SizeIs(1));
  const auto& affected = out.records[0].affected;
  ASSERT_THAT(affected, SizeIs(2));
  EXPECT_EQ(affected[0].family, "GIT");
  EXPECT_EQ(affected[0].name, "github.com/acme/lib");
  EXPECT_THAT(affected[0].spans,
              ElementsAre(Span{"", "aa", EndKind::Fixed}, Span{"", "bb", EndKind::Fixed},
                          Span{"cc", "dd", EndKind::LastAffected}));
  EXPECT_THAT(affected[0].versions, ElementsAre("v1.0", "v1.1"));
  EXPECT_EQ(affected[1].name, "example.org/mirror");
  EXPECT_THAT(affected[1].spans, ElementsAre(Span{"ee", "", EndKind::Open}));
}

TEST(OsvRecord, CommitRangesStandBesideTheirPackage) {
  const auto out = read_feed("osv", R"({"id": "PYSEC-1", "affected": [{
    "package": {"ecosystem": "PyPI", "name": "lib"}, "versions": ["1.0"], "ranges": [
    {"type": "GIT", "repo": "https://github.com/acme/lib", "events": [{"introduced": "0"}]},
    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]}]})");
  ASSERT_THAT(out.records, SizeIs(1));
  const auto& affected = out.records[0].affected;
  ASSERT_THAT(affected, SizeIs(2));
  EXPECT_EQ(affected[0].family, "GIT");
  EXPECT_THAT(affected[0].versions, IsEmpty());
  EXPECT_EQ(affected[1].family, "PyPI");
}

TEST(OsvRecord, CommitRangesWithoutRepositoryAreCountedOnly) {
  const auto out = read_feed(
      "osv", record_of("OSV-1", "OSS-Fuzz", "lib", "introduced=0,fixed=abcdef", "", "GIT"));
  EXPECT_EQ(out.git_ranges, 1U);
  ASSERT_THAT(out.records, SizeIs(1));
  EXPECT_THAT(out.records[0].affected, IsEmpty());
}

TEST(OsvRecord, CommitsThatAreNoPlainTextBoundNothing) {
  const auto out = read_feed("osv", R"({"id": "CVE-2024-1", "affected": [{"ranges": [
    {"type": "GIT", "repo": "https://github.com/acme/lib", "events": [{"introduced": "a\u0007"},
      {"introduced": "bb"}, {"fixed": "c\u0007"}, {"fixed": "dd"}]}]}]})");
  ASSERT_THAT(out.records, SizeIs(1));
  ASSERT_THAT(out.records[0].affected, SizeIs(1));
  EXPECT_THAT(out.records[0].affected[0].spans, ElementsAre(Span{"bb", "dd", EndKind::Fixed}));
}

// Each repository gets all tags of its entry: many of both would be more than memory holds.
TEST(OsvRecord, RepositoriesOfOneEntryAreLimited) {
  std::string ranges;
  for (int i = 0; i < 1000; ++i) {
    ranges += (i == 0 ? "" : ",") +
              fmt::format(R"({{"type": "GIT", "repo": "https://example.org/{}"}})", i);
  }
  const auto out = read_feed("osv", R"({"id": "CVE-2024-1", "affected": [{"ranges": [)" + ranges +
                                        R"(], "versions": ["v1.0"]}]})");
  EXPECT_EQ(out.git_ranges, 1000U);
  ASSERT_THAT(out.records, SizeIs(1));
  EXPECT_THAT(out.records[0].affected, SizeIs(16));
  EXPECT_THAT(out.problems, ElementsAre("CVE-2024-1: an entry of more than 16 repositories"));
}

TEST(OsvRecord, RangesOfTwoKindsAreTwoEntries) {
  const auto out = read_feed(
      "osv",
      R"({"id": "X-1", "affected": [{"package": {"ecosystem": "npm", "name": "a"}, "ranges": [
    {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.0"}]},
    {"type": "ECOSYSTEM", "events": [{"introduced": "2.0.0"}, {"last_affected": "2.5.0"}]}]}]})");
  ASSERT_THAT(out.records, SizeIs(1));
  // npm's own order is SemVer: one entry holds both.
  ASSERT_THAT(out.records[0].affected, SizeIs(1));
  EXPECT_THAT(out.records[0].affected[0].spans,
              ElementsAre(Span{"", "1.0.0", EndKind::Fixed},
                          Span{"2.0.0", "2.5.0", EndKind::LastAffected}));
  const auto maven = read_feed(
      "osv",
      R"({"id": "X-1", "affected": [{"package": {"ecosystem": "Maven", "name": "a:b"}, "ranges": [
    {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.0"}]},
    {"type": "ECOSYSTEM", "events": [{"introduced": "2.0.0"}, {"last_affected": "2.5.0"}]}]}]})");
  ASSERT_THAT(maven.records[0].affected, SizeIs(2));
  EXPECT_TRUE(maven.records[0].affected[0].semver);
  EXPECT_FALSE(maven.records[0].affected[1].semver);
}

TEST(OsvRecord, WithdrawnIsMarked) {
  const auto out = read_feed(
      "osv", record_of("X-1", "npm", "a", "introduced=0", R"("withdrawn":"2024-01-01T00:00:00Z")"));
  EXPECT_TRUE(out.records[0].withdrawn);
}

TEST(OsvRecord, DirtIsBorne) {
  const auto out =
      read_feed("osv", R"({"id": "X-1", "aliases": null, "severity": "high", "affected": [null, 7,
    {"package": null}, {"package": {"ecosystem": "npm", "name": "a"}, "ranges": null, "versions": [1, "2.0.0", null]}],
    "references": {"url": 1}, "modified": 12, "details": ["x"]})");
  ASSERT_THAT(out.records, SizeIs(1));
  ASSERT_THAT(out.records[0].affected, SizeIs(1));
  EXPECT_THAT(out.records[0].affected[0].versions, ElementsAre("2.0.0"));
}

TEST(OsvRecord, UnknownEcosystemIsCarriedAlong) {
  const auto out =
      read_feed("osv", record_of("X-1", "Root:Debian:12", "root-curl", "introduced=0,fixed=8"));
  EXPECT_EQ(out.records[0].affected[0].family, "Root");
  EXPECT_EQ(out.records[0].affected[0].release, "Debian:12");
}

TEST(OsvRecord, BugFixErrataAreNoFlaws) {
  EXPECT_THAT(
      read_feed("osv", record_of("ALBA-2019:0973", "AlmaLinux:8", "a", "introduced=0,fixed=1-1"))
          .records,
      IsEmpty());
  EXPECT_THAT(
      read_feed("osv", record_of("ALBA-2019:3693", "AlmaLinux:8", "a", "introduced=0,fixed=1-1",
                                 R"("related":["CVE-2018-18074"])"))
          .records,
      SizeIs(1));
}

TEST(OsvRecord, ErratumSummaryTellsRatingAndModule) {
  const auto out = read_feed(
      "osv",
      record_of(
          "ALSA-2024:1", "AlmaLinux:8", "nodejs", "introduced=0,fixed=1:20.1-1.module_el8",
          R"("summary":"Important: nodejs:20 security update","related":["CVE-2024-1","CVE-2024-2"])"));
  EXPECT_THAT(out.records[0].ratings, ElementsAre("almalinux=Important"));
  EXPECT_THAT(out.records[0].modules, ElementsAre("nodejs:20"));
  EXPECT_THAT(out.records[0].upstream, ElementsAre("CVE-2024-1", "CVE-2024-2"));
}

TEST(OsvRecord, CleanStartsAlpineEntriesAreNotAlpines) {
  const auto out = read_feed(
      "osv", record_of("CLEANSTART-2026-AA1", "Alpine", "curl", "introduced=0,fixed=8-r0"));
  EXPECT_THAT(out.records[0].affected, IsEmpty());
}

struct BadCase {
  const char* name;
  std::string content;
};
class BadOsvRecord : public ::testing::TestWithParam<BadCase> {};
TEST_P(BadOsvRecord, IsAnErrorAndNothingElse) {
  const auto out = read_feed("osv", GetParam().content);
  EXPECT_THAT(out.records, IsEmpty());
  ASSERT_THAT(out.problems, SizeIs(1));
  EXPECT_THAT(out.problems[0], HasSubstr("ERROR"));
}
INSTANTIATE_TEST_SUITE_P(Osv, BadOsvRecord,
                         ::testing::ValuesIn(std::vector<BadCase>{
                             {"Empty", ""},
                             {"NoJson", "hello"},
                             {"NoObject", "[1]"},
                             {"NoId", R"({"affected": []})"},
                             {"IdWithControlCharacter", "{\"id\": \"X\\n1\"}"},
                             {"CutOff",
                              R"({"id": "X-1", "affected": [{"package": {"ecosystem": "npm", "na)"},
                             {"TwoDocuments", R"({"id": "X-1"} {"id": "X-2"})"},
                             {"BadUtf8", "{\"id\": \"X-\xff\"}"},
                             {"TooDeep", "{\"id\":\"X-1\",\"x\":" + std::string(5000, '[')},
                         }),
                         [](const auto& instance) { return instance.param.name; });

TEST(OsvRecord, HugePackageNameIsAProblemNotAKey) {
  const auto out =
      read_feed("osv", record_of("X-1", "npm", std::string(5000, 'a'), "introduced=0"));
  EXPECT_THAT(out.records[0].affected, IsEmpty());
  EXPECT_THAT(out.problems, SizeIs(1));
}

}  // namespace
}  // namespace corten::advisory::testing
