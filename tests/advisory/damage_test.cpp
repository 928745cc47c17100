#include <gmock/gmock.h>
#include <xxhash.h>

#include <cstring>
#include <random>

#include "advisory/support.h"

namespace corten::advisory::testing {
namespace {

using ::testing::HasSubstr;

class Damage : public ::testing::Test {
 protected:
  Damage() {
    std::vector<std::string> records;
    for (int i = 0; i < 500; ++i) {
      records.push_back(
          record_of("GHSA-" + std::to_string(i), "npm", "p" + std::to_string(i), "introduced=0"));
    }
    feeds_.osv("npm", records);
    EXPECT_TRUE(feeds_.build().has_value());
    content_ = *read_file(file());
  }
  [[nodiscard]] std::filesystem::path file() const { return feeds_.db() / kFileName; }
  void write(std::string_view content) const {
    ASSERT_TRUE(write_file_atomically(file(), content).has_value());
  }
  [[nodiscard]] Error open_error() const {
    const auto database = Database::open(feeds_.db());
    EXPECT_FALSE(database.has_value());
    return database ? Error{} : database.error();
  }

  Feeds feeds_;
  std::string content_;
};

TEST_F(Damage, AbsentFileNamesTheCommandThatMakesOne) {
  std::filesystem::remove(file());
  EXPECT_EQ(open_error().code, ErrorCode::NotFound);
  EXPECT_THAT(open_error().hint, HasSubstr("corten db update"));
}

TEST_F(Damage, CutFilesAreRefused) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{47}, std::size_t{4096},
                                 content_.size() / 2, content_.size() - 1, content_.size() - 48}) {
    write(std::string_view(content_).substr(0, size));
    EXPECT_EQ(open_error().code, ErrorCode::InvalidInput) << size;
  }
}

TEST_F(Damage, PagesMissingInTheMiddleAreRefused) {
  write(content_.substr(0, 8192) + content_.substr(content_.size() - 48));
  EXPECT_EQ(open_error().code, ErrorCode::InvalidInput);
}

TEST_F(Damage, OtherFilesAreRefused) {
  write(std::string(100'000, 'x'));
  EXPECT_EQ(open_error().code, ErrorCode::InvalidInput);
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  EXPECT_EQ(open_error().code, ErrorCode::InvalidInput);
}

TEST_F(Damage, NewerSchemaAsksForANewerProgramOlderOneForAnUpdate) {
  std::string newer = content_;
  newer[newer.size() - 32] = 99;
  write(newer);
  EXPECT_EQ(open_error().code, ErrorCode::Unsupported);
  EXPECT_THAT(describe(open_error()), HasSubstr("schema 99"));
  EXPECT_THAT(open_error().hint, HasSubstr("newer Corten"));
  newer[newer.size() - 32] = 0;
  write(newer);
  EXPECT_EQ(open_error().code, ErrorCode::Unsupported);
}

TEST_F(Damage, MetaPagesThatPointNowhereAreRefused) {
  for (const std::size_t page : {std::size_t{0}, std::size_t{4096}}) {
    std::string broken = content_;
    broken[page + 16] ^= 1;  // magic
    write(broken);
    EXPECT_EQ(open_error().code, ErrorCode::InvalidInput);
    broken = content_;
    std::memset(broken.data() + page + 128, 0x7f, 8);  // root
    std::memset(broken.data() + page + 136, 0x7f, 8);  // last page
    std::memset(broken.data() + page + 144, 0x7f, 8);  // transaction: this page is the live one
    write(broken);
    EXPECT_EQ(open_error().code, ErrorCode::InvalidInput);
  }
}

TEST_F(Damage, EveryFlippedBitIsFoundByVerification) {
  ASSERT_TRUE(verify_database(feeds_.db()).has_value());
  for (std::size_t at = 17; at < content_.size(); at += 7919) {
    std::string broken = content_;
    broken[at] ^= 4;
    write(broken);
    EXPECT_FALSE(verify_database(feeds_.db()).has_value()) << at;
  }
}

// Such a file is as it was written, but each look-up there would fail.
TEST_F(Damage, AWrongSumOfABlockIsFoundByVerification) {
  constexpr std::size_t kTrailer = 48;
  constexpr std::size_t kChecksum = 16;
  std::string broken = content_;
  broken[broken.size() - kTrailer - 4] ^= 1;
  XXH128_canonical_t checksum;
  XXH128_canonicalFromHash(&checksum, XXH3_128bits(broken.data(), broken.size() - kTrailer));
  std::memcpy(broken.data() + broken.size() - kChecksum, checksum.digest, kChecksum);
  write(broken);
  const auto verified = verify_database(feeds_.db());
  ASSERT_FALSE(verified.has_value());
  EXPECT_THAT(describe(verified.error()), HasSubstr("wrong checksum"));
}

// Wherever the damage lies, a look-up gives the right answer or says that the file is damaged.
TEST_F(Damage, IsToldWhereverItLiesOrDoesNotMatter) {
  std::vector<package::Package> packages(500);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    packages[i].type = package::Type::Npm;
    packages[i].name = "p" + std::to_string(i);
    packages[i].version = "1.0.0";
  }
  const auto whole = Database::open(feeds_.db());
  ASSERT_TRUE(whole.has_value());
  ASSERT_EQ(whole->match(packages, {})->size(), 500U);
  std::mt19937 random(1);
  std::size_t told = 0;
  for (int round = 0; round < 200; ++round) {
    std::string broken = content_;
    const std::size_t at = random() % broken.size();
    const std::size_t length = std::min<std::size_t>(1 + random() % 64, broken.size() - at);
    for (std::size_t i = at; i < at + length; ++i) broken[i] = static_cast<char>(random());
    write(broken);
    const auto database = Database::open(feeds_.db());
    const auto found = database ? database->match(packages, {}) : std::unexpected(database.error());
    if (found) {
      EXPECT_EQ(found->size(), 500U) << "damage at " << at;
    } else {
      EXPECT_EQ(found.error().hint, "run `corten db update` to get a new one") << at;
      ++told;
    }
    if (database) (void)database->explain("GHSA-7");
  }
  EXPECT_GT(told, 100U);
}

}  // namespace
}  // namespace corten::advisory::testing
