#include <gmock/gmock.h>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const BuildOptions kOptions{1, kNow + std::chrono::hours(24), nullptr};

std::string dated(const std::string& id, const std::string& name, const std::string& modified,
                  const std::string& more = "") {
  return R"({"id":")" + id + R"(","modified":")" + modified + R"(T00:00:00Z",)" + more +
         R"("affected":[{"package":{"ecosystem":"npm","name":")" + name +
         R"("},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]})";
}

class DeltaTest : public ::testing::Test {
 protected:
  DeltaTest() {
    feeds_.osv("npm", {dated("GHSA-1", "node-tar", "2025-01-01", R"("aliases":["CVE-2025-0001"],)"),
                       dated("GHSA-2", "b", "2025-01-01")});
    feeds_.osv("PyPI", {record_of("PYSEC-1", "PyPI", "c", "introduced=0")});
    EXPECT_TRUE(feeds_.build().has_value());
  }
  DeltaReport apply(const std::vector<std::string>& records,
                    const std::vector<std::string>& removed = {}) const {
    auto report = apply_records(feeds_.db(), "npm", records, removed, kOptions);
    EXPECT_TRUE(report.has_value()) << (report ? "" : describe(report.error()));
    const auto verified = verify_database(feeds_.db());
    EXPECT_TRUE(verified.has_value()) << (verified ? "" : describe(verified.error()));
    return report ? *std::move(report) : DeltaReport{};
  }
  [[nodiscard]] std::vector<std::string> npm(const std::string& name) const {
    return ids_of(feeds_.match_only({package_of(Type::Npm, name, "1.0.0")}));
  }
  Feeds feeds_;
};

TEST_F(DeltaTest, AddsRecords) {
  const auto report =
      apply({dated("GHSA-3", "new", "2025-02-01"), dated("GHSA-4", "b", "2025-02-01")});
  EXPECT_EQ(report.added, 2U);
  EXPECT_EQ(report.info.vulnerabilities, 5U);
  EXPECT_EQ(report.info.affected_packages, 4U);
  EXPECT_THAT(npm("new"), ElementsAre("GHSA-3"));
  EXPECT_THAT(npm("b"), ElementsAre("GHSA-2", "GHSA-4"));
  EXPECT_THAT(npm("node-tar"), ElementsAre("CVE-2025-0001"));
  EXPECT_THAT(ids_of(feeds_.match_only({package_of(Type::Pypi, "c", "1")})),
              ElementsAre("PYSEC-1"));
}

TEST_F(DeltaTest, CorrectedRecordLosesItsOldEntries) {
  const auto report =
      apply({dated("GHSA-1", "tar", "2025-02-01", R"("aliases":["CVE-2025-0002"],)")});
  EXPECT_EQ(report.replaced, 1U);
  EXPECT_EQ(report.info.vulnerabilities, 3U);
  EXPECT_EQ(report.info.affected_packages, 3U);
  EXPECT_THAT(npm("tar"), ElementsAre("CVE-2025-0002"));
  EXPECT_THAT(npm("node-tar"), IsEmpty());
}

TEST_F(DeltaTest, RemovesRecords) {
  const auto report = apply({}, {"GHSA-2", "GHSA-2", "GHSA-unknown", "PYSEC-1"});
  EXPECT_EQ(report.removed, 1U);
  EXPECT_EQ(report.info.vulnerabilities, 2U);
  EXPECT_THAT(npm("b"), IsEmpty());
  // Another ecosystem's record of that id is not npm's to remove.
  EXPECT_THAT(ids_of(feeds_.match_only({package_of(Type::Pypi, "c", "1")})),
              ElementsAre("PYSEC-1"));
}

TEST_F(DeltaTest, WithdrawnRecordNoLongerMatches) {
  apply({dated("GHSA-1", "node-tar", "2025-02-01", R"("withdrawn":"2025-02-01T00:00:00Z",)")});
  EXPECT_THAT(npm("node-tar"), IsEmpty());
}

TEST_F(DeltaTest, OlderRecordIsStale) {
  const auto report = apply({dated("GHSA-1", "tar", "2024-12-01")});
  EXPECT_EQ(report.stale, 1U);
  EXPECT_THAT(npm("node-tar"), SizeIs(1));
  EXPECT_THAT(npm("tar"), IsEmpty());
}

TEST_F(DeltaTest, BrokenRecordsAreReportedAndTheOthersApplied) {
  const auto report = apply({"{", dated("GHSA-3", "new", "2025-02-01")});
  EXPECT_EQ(report.problem_count, 1U);
  EXPECT_THAT(npm("new"), SizeIs(1));
}

TEST_F(DeltaTest, GivesTheSameFindingsAsABuild) {
  const std::vector<std::string> now = {dated("GHSA-1", "tar", "2025-02-01"),
                                        dated("GHSA-2", "b", "2025-01-01"),
                                        dated("GHSA-5", "b", "2025-02-01")};
  apply({now[0], now[2]});
  Feeds fresh;
  fresh.osv("npm", now);
  for (const char* name : {"tar", "node-tar", "b"}) {
    const auto package = package_of(Type::Npm, name, "1.0.0");
    const auto expected = fresh.match({package});
    const auto actual = feeds_.match_only({package});
    ASSERT_EQ(expected.size(), actual.size()) << name;
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(expected[i].finding, actual[i].finding);
  }
}

TEST_F(DeltaTest, ManyRoundsKeepTheFileSmall) {
  const auto first = std::filesystem::file_size(feeds_.db() / kFileName);
  for (int i = 0; i < 20; ++i) apply({dated("GHSA-1", "p" + std::to_string(i), "2025-02-01")});
  EXPECT_EQ(std::filesystem::file_size(feeds_.db() / kFileName), first);
}

TEST_F(DeltaTest, TellsWhereToGoOn) {
  const auto report = apply({dated("GHSA-3", "new", "2025-03-04")});
  for (const FeedInfo& feed_info : report.info.feeds) {
    if (feed_info.id != "osv:npm") continue;
    EXPECT_EQ(format_date(feed_info.modified), "2025-03-04");
    EXPECT_EQ(feed_info.records, 3U);
  }
  EXPECT_EQ(Database::open(feeds_.db())->info().built, kOptions.now);
}

TEST(DeltaWithoutDatabase, IsNotFound) {
  Feeds feeds;
  EXPECT_EQ(apply_records(feeds.db(), "npm", {}, {}, kOptions).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace corten::advisory::testing
