#include "scan/cache.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/file.h"
#include "scan/facts.h"

namespace corten::scan {
namespace {

const Time kNow = parse_time("2026-01-02T03:04:05Z").value();

class CacheTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path() / "cache"; }
  [[nodiscard]] std::filesystem::path file() const { return folder() / "layers.db"; }
  [[nodiscard]] Cache open() const { return Cache::open(folder()).value(); }

  void set_format(std::uint32_t number) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    const std::string sql = "PRAGMA user_version=" + std::to_string(number);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

 private:
  TempDir folder_ = TempDir::create().value();
};

TEST_F(CacheTest, KeepsFactsBetweenRuns) {
  open().keep_facts("sha256:a", std::string("x\0y", 3), kNow);
  EXPECT_EQ(open().facts("sha256:a"), std::string("x\0y", 3));
  EXPECT_FALSE(open().facts("sha256:b"));
}

TEST_F(CacheTest, RemembersWhichBytesWereChecked) {
  Cache cache = open();
  cache.keep_verified("1:2:3", "sha256:a", kNow);
  EXPECT_TRUE(cache.is_verified("1:2:3", "sha256:a"));
  EXPECT_FALSE(cache.is_verified("1:2:3", "sha256:b"));
  EXPECT_FALSE(cache.is_verified("1:2:4", "sha256:a"));
  EXPECT_FALSE(cache.is_verified("", "sha256:a"));
}

TEST_F(CacheTest, IsForItsOwnerOnly) {
  const Cache made = open();
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(folder().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(CacheTest, OfAnotherFormatIsEmptied) {
  open().keep_facts("sha256:a", "x", kNow);
  set_format(kFactsFormat + 1);
  EXPECT_FALSE(open().facts("sha256:a"));
  open().keep_facts("sha256:a", "y", kNow);
  EXPECT_EQ(open().facts("sha256:a"), "y");
}

TEST_F(CacheTest, BrokenFilesAreErrorsNotCrashes) {
  std::filesystem::create_directories(folder());
  std::ofstream(file()) << std::string(5000, 'x');
  EXPECT_FALSE(Cache::open(folder()));
  std::filesystem::remove(file());
  std::filesystem::create_directories(file());
  EXPECT_FALSE(Cache::open(folder()));
}

TEST_F(CacheTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(folder()) << "a file";
  EXPECT_FALSE(Cache::open(folder()));
  if (::geteuid() == 0) return;
  EXPECT_FALSE(Cache::open("/proc/corten"));
}

TEST_F(CacheTest, DamagedTablesAreMisses) {
  open().keep_facts("sha256:a", "x", kNow);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "DROP TABLE layers", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  Cache cache = open();
  EXPECT_FALSE(cache.facts("sha256:a"));
  cache.keep_facts("sha256:a", "x", kNow);  // nothing to keep it in: only slower
}

TEST_F(CacheTest, WithoutAFileFindsAndKeepsNothing) {
  Cache none;
  none.keep_facts("sha256:a", "x", kNow);
  none.keep_verified("1", "sha256:a", kNow);
  none.shrink(kNow, std::chrono::days{1}, 1);
  EXPECT_FALSE(none.facts("sha256:a"));
  EXPECT_FALSE(none.is_verified("1", "sha256:a"));
}

TEST_F(CacheTest, ParallelRunsShareIt) {
  const Cache made = open();
  constexpr int kRuns = 4;
  constexpr int kLayers = 40;
  {
    std::vector<std::jthread> runs;
    for (int run = 0; run < kRuns; ++run) {
      runs.emplace_back([&, run] {
        Cache cache = open();
        for (int i = 0; i < kLayers; ++i) {
          const std::string key = std::to_string(run) + ":" + std::to_string(i);
          cache.keep_facts(key, key, kNow);
          cache.keep_verified(key, key, kNow);
          cache.keep_facts("shared", "same", kNow);
        }
      });
    }
  }
  const Cache cache = open();
  EXPECT_EQ(cache.facts("shared"), "same");
  for (int run = 0; run < kRuns; ++run) {
    for (int i = 0; i < kLayers; ++i) {
      const std::string key = std::to_string(run) + ":" + std::to_string(i);
      EXPECT_EQ(cache.facts(key), key);
      EXPECT_TRUE(cache.is_verified(key, key));
    }
  }
}

TEST_F(CacheTest, ParallelRunsCanMakeIt) {
  constexpr int kRounds = 20;
  constexpr int kRuns = 6;
  std::atomic<int> opened = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto place = folder() / std::to_string(round);
    std::vector<std::jthread> runs;
    for (int run = 0; run < kRuns; ++run) {
      runs.emplace_back([&, run] {
        auto cache = Cache::open(place);
        if (!cache) return;
        ++opened;
        cache->keep_facts(std::to_string(run), "kept", kNow);
      });
    }
    runs.clear();
    const Cache cache = Cache::open(place).value();
    for (int run = 0; run < kRuns; ++run) EXPECT_EQ(cache.facts(std::to_string(run)), "kept");
  }
  EXPECT_EQ(opened, kRounds * kRuns);
}

TEST_F(CacheTest, ShrinksByAge) {
  Cache cache = open();
  cache.keep_facts("old", "x", kNow - std::chrono::days{31});
  cache.keep_verified("old", "old", kNow - std::chrono::days{31});
  cache.keep_facts("new", "x", kNow - std::chrono::days{1});
  cache.shrink(kNow, std::chrono::days{30}, 1 << 20);
  EXPECT_FALSE(cache.facts("old"));
  EXPECT_FALSE(cache.is_verified("old", "old"));
  EXPECT_TRUE(cache.facts("new"));
}

TEST_F(CacheTest, ShrinksToASizeByLastUse) {
  Cache cache = open();
  for (int i = 0; i < 10; ++i) {
    cache.keep_facts(std::to_string(i), std::string(1000, 'x'), kNow - std::chrono::days{10 - i});
  }
  cache.note_use("0", kNow);
  cache.shrink(kNow, std::chrono::days{30}, 4000);
  EXPECT_TRUE(cache.facts("0"));  // old, but used today
  EXPECT_TRUE(cache.facts("9"));
  EXPECT_FALSE(cache.facts("1"));
  EXPECT_FALSE(cache.facts("5"));
}

}  // namespace
}  // namespace corten::scan
