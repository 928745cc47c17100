#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include <atomic>
#include <thread>

#include "advisory/internal/interner.h"
#include "advisory/support.h"
#include "base/fd.h"

namespace corten::advisory::testing {
namespace {

using package::Type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Build, ReportsWhatItRead) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0"), "{broken",
                    record_of("OSV-1", "npm", "a", "introduced=0,fixed=abc", "", "GIT")});
  feeds.file("debian/json",
             R"({"curl":{"CVE-2024-0001":{"releases":{"bookworm":{"status":"open"}}}}})");

  const auto report = feeds.build();

  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->info.vulnerabilities, 2U);
  EXPECT_EQ(report->info.affected_packages, 2U);
  EXPECT_EQ(report->git_ranges, 1U);
  EXPECT_EQ(report->without_packages, 1U);
  EXPECT_EQ(report->problem_count, 1U);
  EXPECT_THAT(report->problems, ElementsAre(HasSubstr("osv:npm 1.json: malformed JSON")));
  const auto database = Database::open(feeds.db());
  ASSERT_TRUE(database.has_value());
  const DatabaseInfo info = database->info();
  EXPECT_EQ(info.schema, kSchema);
  EXPECT_EQ(info.built, kNow);
  EXPECT_EQ(info.vulnerabilities, 2U);
  ASSERT_THAT(info.feeds, SizeIs(2));
  EXPECT_EQ(info.feeds[1].id, "osv:npm");
  EXPECT_EQ(info.feeds[1].records, 2U);
  EXPECT_EQ(format_date(info.feeds[1].modified), "2025-01-01");
  EXPECT_TRUE(verify_database(feeds.db()).has_value());
}

// A build that was killed, or could not write to a full disk, leaves its folder.
TEST(Build, RemovesWhatDeadBuildsLeftAndNothingElse) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0")});
  const auto leave = [&](const char* name) {
    std::filesystem::create_directories(feeds.db() / name);
    ASSERT_TRUE(write_file_atomically(feeds.db() / name / "corten.db", "half").has_value());
  };
  leave(".corten-db-DEAD01");
  leave(".corten-db-ALIVE1");
  leave("corten-db-of-mine");
  const auto elsewhere = feeds.feeds() / "elsewhere";
  std::filesystem::create_directories(elsewhere);
  std::filesystem::create_directory_symlink(elsewhere, feeds.db() / ".corten-db-LINK01");
  const Fd alive(
      ::open((feeds.db() / ".corten-db-ALIVE1").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(alive.get(), LOCK_EX | LOCK_NB), 0);

  ASSERT_TRUE(feeds.build().has_value());

  EXPECT_FALSE(std::filesystem::exists(feeds.db() / ".corten-db-DEAD01"));
  EXPECT_TRUE(std::filesystem::exists(feeds.db() / ".corten-db-ALIVE1" / "corten.db"));
  EXPECT_TRUE(std::filesystem::exists(feeds.db() / "corten-db-of-mine" / "corten.db"));
  EXPECT_TRUE(std::filesystem::exists(elsewhere));
  EXPECT_TRUE(std::filesystem::exists(feeds.db() / kFileName));
}

TEST(Build, SameIdInSeveralExportsIsTheNewestPerEcosystem) {
  Feeds feeds;
  const auto record = [](const char* ecosystem, const char* fixed, const char* modified) {
    return std::string(R"({"id":"OSV-1","modified":")") + modified +
           R"(","affected":[{"package":{"ecosystem":")" + ecosystem +
           R"(","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":")" +
           fixed + R"("}]}]}]})";
  };
  feeds.osv("Go", {record("npm", "9.0.0", "2024-01-01T00:00:00Z")});
  feeds.osv("npm", {record("npm", "2.0.0", "2025-01-01T00:00:00Z")});
  feeds.osv("PyPI", {record("crates.io", "3.0.0", "2023-01-01T00:00:00Z")});

  const auto report = feeds.build();

  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->info.vulnerabilities, 2U);
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "a", "1.0.0")}), SizeIs(1));
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "a", "2.0.0")}), IsEmpty());
  EXPECT_THAT(feeds.match_only({package_of(Type::Cargo, "a", "2.0.0")}), SizeIs(1));
}

TEST(Interner, NumbersTextsOnceInOrderAndKeepsThem) {
  TextArena arena;
  Interner strings;
  EXPECT_EQ(strings.add(""), 0U);
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i)
      EXPECT_EQ(strings.add(std::to_string(i), arena), i + 1);
  }
  const std::string large(200'000, 'x');
  EXPECT_EQ(strings.add(large, arena), 5001U);
  EXPECT_EQ(strings.text(5001), large);
  EXPECT_EQ(strings.text(4711), "4710");
  Interner others;
  others.add("new", arena);
  others.add("17", arena);
  EXPECT_THAT(strings.add_all(others), ElementsAre(0U, 5002U, 18U));
}

TEST(Build, IsTheSameForAnyNumberOfJobs) {
  Feeds feeds;
  std::vector<std::string> records;
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    records.push_back(
        record_of("GHSA-" + n, "npm", "p" + std::to_string(i % 97), "introduced=0,fixed=1." + n));
  }
  feeds.osv("npm", records).osv("PyPI", records);
  ASSERT_TRUE(feeds.build(1).has_value());
  const auto one = read_file(feeds.db() / kFileName);
  ASSERT_TRUE(feeds.build(4).has_value());
  const auto four = read_file(feeds.db() / kFileName);
  ASSERT_TRUE(one.has_value() && four.has_value());
  EXPECT_TRUE(*one == *four);
}

TEST(Build, NewestOfSeveralRecordsOfOneIdCounts) {
  Feeds feeds;
  const std::string old_record =
      R"({"id":"GHSA-1111-1111-1111","modified":"2024-01-01T00:00:00Z","affected":[
    {"package":{"ecosystem":"npm","name":"node-tar"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]},
    {"package":{"ecosystem":"Maven","name":"g:tar"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]})";
  const std::string new_record =
      R"({"id":"GHSA-1111-1111-1111","modified":"2024-02-01T00:00:00Z","affected":[
    {"package":{"ecosystem":"npm","name":"tar"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]})";
  feeds.osv("Maven", {old_record}).osv("npm", {new_record});
  EXPECT_THAT(feeds.match({package_of(Type::Npm, "tar", "1.0.0")}), SizeIs(1));
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "node-tar", "1.0.0")}), IsEmpty());
  EXPECT_THAT(feeds.match_only({package_of(Type::Maven, "g:tar", "1.0.0")}), SizeIs(1));
}

TEST(Build, SameRecordInTwoExportsIsKeptOnce) {
  Feeds feeds;
  const std::string record =
      R"({"id":"GHSA-1111-1111-1111","modified":"2024-01-01T00:00:00Z","affected":[
    {"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]},
    {"package":{"ecosystem":"PyPI","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]})";
  feeds.osv("npm", {record}).osv("PyPI", {record});
  const auto report = feeds.build();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->info.vulnerabilities, 1U);
  EXPECT_THAT(feeds.match_only({package_of(Type::Npm, "a", "1.0.0")}), SizeIs(1));
  EXPECT_THAT(feeds.match_only({package_of(Type::Pypi, "a", "1.0.0")}), SizeIs(1));
}

TEST(Build, SameCveOfTwoEcosystemsIsTwoRecords) {
  Feeds feeds;
  feeds.osv("npm", {record_of("CVE-2024-0001", "npm", "a", "introduced=0")});
  feeds.osv("Maven", {record_of("CVE-2024-0001", "Maven", "g:a", "introduced=0")});
  const auto report = feeds.build();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->info.vulnerabilities, 2U);
}

TEST(Build, FailsWithoutTouchingTheOldFile) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0")});
  ASSERT_TRUE(feeds.build().has_value());
  const auto before = read_file(feeds.db() / kFileName);
  feeds.file("osv/PyPI/all.zip", "this is no zip");
  const auto report = feeds.build();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(describe(report.error()), HasSubstr("PyPI/all.zip"));
  EXPECT_EQ(*read_file(feeds.db() / kFileName), *before);
  for (const auto& entry : std::filesystem::directory_iterator(feeds.db()))
    EXPECT_EQ(entry.path().filename(), kFileName);
}

TEST(Build, BrokenDocumentsOfDistributionsAreErrors) {
  for (const char* path : {"debian/json", "wolfi/security.json", "kev/kev.json", "nvd/nvd.json",
                           "epss/x.csv", "alpine/v3.18/main.json"}) {
    Feeds feeds;
    feeds.file(path, "{\"vulnerabilities\": [");
    EXPECT_FALSE(feeds.build().has_value()) << path;
  }
}

TEST(Build, NothingToReadIsAnError) {
  Feeds feeds;
  EXPECT_EQ(feeds.build().error().code, ErrorCode::NotFound);
  EXPECT_EQ(build_database({}, feeds.db(), {1, kNow, nullptr}).error().code, ErrorCode::Usage);
}

TEST(Build, OpenReadersKeepTheOldFile) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0")});
  ASSERT_TRUE(feeds.build().has_value());
  const auto old_database = Database::open(feeds.db());
  ASSERT_TRUE(old_database.has_value());
  feeds.osv("npm", {record_of("GHSA-2222-2222-2222", "npm", "a", "introduced=0")});
  ASSERT_TRUE(feeds.build().has_value());
  const std::vector<package::Package> packages = {package_of(Type::Npm, "a", "1.0.0")};
  EXPECT_THAT(ids_of(*old_database->match(packages, {})), ElementsAre("GHSA-1111-1111-1111"));
  EXPECT_THAT(ids_of(feeds.match_only(packages)), ElementsAre("GHSA-2222-2222-2222"));
}

TEST(Build, ReadersOfSeveralThreadsSeeOneWholeFileDuringRebuilds) {
  Feeds feeds;
  feeds.osv("npm", {record_of("GHSA-1111-1111-1111", "npm", "a", "introduced=0"),
                    record_of("GHSA-2222-2222-2222", "npm", "a", "introduced=0")});
  ASSERT_TRUE(feeds.build().has_value());
  const auto shared = Database::open(feeds.db());
  ASSERT_TRUE(shared.has_value());
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 3; ++reader) {
      readers.emplace_back([&] {
        const std::vector<package::Package> packages = {package_of(Type::Npm, "a", "1.0.0")};
        for (int i = 0; i < 20; ++i) {
          const auto fresh = Database::open(feeds.db());
          if (!fresh || fresh->match(packages, {})->size() != 2) ++wrong;
          if (shared->match(packages, {})->size() != 2) ++wrong;
        }
      });
    }
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(feeds.build(1).has_value());
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace corten::advisory::testing
