#include "archive/zip.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/parallel.h"
#include "base/subprocess.h"
#include "support/case_name.h"
#include "support/compress.h"
#include "support/sources.h"

namespace corten::archive {
namespace {

using test::outcome;

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

struct Spec {
  std::string name;
  std::string content;
  bool deflated = true;
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  std::optional<std::uint64_t> claimed_size = {};
  std::optional<std::uint32_t> crc = {};
  std::string local_extra = {};
  bool zip64 = false;  // sizes and offset in the extra field
};

// APPNOTE 4.3: local headers with data, the directory, the end record.
class ZipWriter {
 public:
  ZipWriter& add(const Spec& spec) {
    const std::string data = spec.deflated ? test::raw_deflate(spec.content) : spec.content;
    const std::uint64_t size = spec.claimed_size.value_or(spec.content.size());
    const std::uint64_t offset = body_.size();
    const std::string common = le(20, 2) + le(spec.flags, 2) +
                               le(spec.deflated ? spec.method : 0, 2) + le(0, 4) +
                               le(spec.crc.value_or(crc_of(spec.content)), 4);
    body_ += "PK\3\4" + common + le(data.size(), 4) + le(size, 4) + le(spec.name.size(), 2) +
             le(spec.local_extra.size(), 2) + spec.name + spec.local_extra + data;
    const std::string extra =
        spec.zip64 ? le(1, 2) + le(24, 2) + le(size, 8) + le(data.size(), 8) + le(offset, 8) : "";
    const std::uint64_t all_ones = 0xffffffff;
    directory_ += "PK\1\2" + le(20, 2) + common + le(spec.zip64 ? all_ones : data.size(), 4) +
                  le(spec.zip64 ? all_ones : size, 4) + le(spec.name.size(), 2) +
                  le(extra.size(), 2) + le(0, 2) + le(0, 8) +
                  le(spec.zip64 ? all_ones : offset, 4) + spec.name + extra;
    ++count_;
    return *this;
  }

  [[nodiscard]] std::string finish(const std::string& comment = {}) const {
    return body_ + directory_ + end(count_, directory_.size(), body_.size(), comment);
  }

  [[nodiscard]] std::string finish64() const {
    const std::uint64_t end64_at = body_.size() + directory_.size();
    return body_ + directory_ + "PK\6\6" + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 8) +
           le(count_, 8) + le(count_, 8) + le(directory_.size(), 8) + le(body_.size(), 8) +
           "PK\6\7" + le(0, 4) + le(end64_at, 8) + le(1, 4) +
           end(0xffff, 0xffffffff, 0xffffffff, "");
  }

  static std::string end(std::uint64_t count, std::uint64_t size, std::uint64_t offset,
                         const std::string& comment) {
    return "PK\5\6" + le(0, 4) + le(count, 2) + le(count, 2) + le(size, 4) + le(offset, 4) +
           le(comment.size(), 2) + comment;
  }

 private:
  std::string body_;
  std::string directory_;
  std::uint64_t count_ = 0;
};

// The outcome of opening and reading all members.
std::string read_all(const std::string& zip, const ZipLimits& limits = {}) {
  const auto reader = ZipReader::open(as_bytes(zip), limits);
  if (!reader) return outcome(reader);
  std::string all;
  std::string content;
  for (std::size_t i = 0; i < reader->size(); ++i) {
    const Status done = reader->read(i, content);
    if (!done) return outcome(done);
    all += fmt::format("{}={};", reader->member(i).name, content);
  }
  return all;
}

TEST(Zip, GivesStoredAndDeflatedMembers) {
  const ZipWriter zip = ZipWriter()
                            .add({.name = "a.json", .content = "{}"})
                            .add({.name = "b/", .content = "", .deflated = false})
                            .add({.name = "b/c", .content = "stored", .deflated = false})
                            .add({.name = "empty", .content = ""});
  EXPECT_EQ(read_all(zip.finish()), "a.json={};b/=;b/c=stored;empty=;");
  EXPECT_EQ(read_all(zip.finish("a comment")), "a.json={};b/=;b/c=stored;empty=;");
  EXPECT_EQ(read_all(zip.finish64()), "a.json={};b/=;b/c=stored;empty=;");
  EXPECT_EQ(read_all("#!/bin/sh\nexit\n" + zip.finish()), "a.json={};b/=;b/c=stored;empty=;");
  EXPECT_EQ(read_all("#!/bin/sh\nexit\n" + zip.finish64()), "a.json={};b/=;b/c=stored;empty=;");
}

TEST(Zip, ReadsZip64FieldsAndLongLocalExtras) {
  EXPECT_EQ(read_all(ZipWriter().add({.name = "a", .content = "xyz", .zip64 = true}).finish()),
            "a=xyz;");
  EXPECT_EQ(
      read_all(ZipWriter()
                   .add({.name = "a", .content = "xyz", .local_extra = std::string(5000, 'e')})
                   .finish()),
      "a=xyz;");
}

TEST(Zip, KeepsNamesAsTheyAre) {
  const std::string zip = ZipWriter()
                              .add({.name = "../../etc/passwd", .content = "1"})
                              .add({.name = "/abs", .content = "2"})
                              .add({.name = "/abs", .content = "3"})
                              .finish();
  EXPECT_EQ(read_all(zip), "../../etc/passwd=1;/abs=2;/abs=3;");
}

TEST(Zip, AnEmptyArchiveHasNoMembers) { EXPECT_EQ(read_all(ZipWriter().finish()), ""); }

struct BadCase {
  const char* name;
  std::string zip;
  const char* expected;
};
class HostileZip : public testing::TestWithParam<BadCase> {};
TEST_P(HostileZip, EndsInAClearError) {
  EXPECT_EQ(read_all(GetParam().zip, {.entries = 10, .member_bytes = 1 << 20}),
            GetParam().expected);
}

ZipWriter eleven() {
  ZipWriter zip;
  for (int i = 0; i < 11; ++i) zip.add({.name = "n", .content = "c"});
  return zip;
}

INSTANTIATE_TEST_SUITE_P(
    Zip, HostileZip,
    testing::ValuesIn(std::vector<BadCase>{
        {"Nothing", "", "invalid-input"},
        {"NoZip", std::string(1000, 'x'), "invalid-input"},
        {"WrongCrc", ZipWriter().add({.name = "a", .content = "x", .crc = 1}).finish(),
         "invalid-input"},
        {"WrongCrcStored",
         ZipWriter().add({.name = "a", .content = "x", .deflated = false, .crc = 1}).finish(),
         "invalid-input"},
        {"SaysMoreThanItHas",
         ZipWriter().add({.name = "a", .content = "xyz", .claimed_size = 4}).finish(),
         "invalid-input"},
        {"SaysLessThanItHas",
         ZipWriter().add({.name = "a", .content = "xyz", .claimed_size = 2}).finish(),
         "invalid-input"},
        {"StoredOfTwoSizes",
         ZipWriter()
             .add({.name = "a", .content = "xyz", .deflated = false, .claimed_size = 4})
             .finish(),
         "invalid-input"},
        {"Bomb", ZipWriter().add({.name = "a", .content = "x", .claimed_size = 900'000}).finish(),
         "limit-exceeded"},
        {"TooLarge",
         ZipWriter().add({.name = "a", .content = std::string((1 << 20) + 1, 'x')}).finish(),
         "limit-exceeded"},
        {"Encrypted", ZipWriter().add({.name = "a", .content = "x", .flags = 1}).finish(),
         "unsupported"},
        {"UnknownMethod", ZipWriter().add({.name = "a", .content = "x", .method = 93}).finish(),
         "unsupported"},
        {"TooManyEntries", eleven().finish(), "limit-exceeded"},
        {"DirectoryPastEnd", ZipWriter::end(1, 100, 0, ""), "invalid-input"},
        {"OffsetPastEnd", ZipWriter::end(0, 0, 5, ""), "invalid-input"},
        {"MoreEntriesThanBytes", std::string(46, 'x') + ZipWriter::end(2, 46, 0, ""),
         "invalid-input"},
        {"DirectoryOfJunk", std::string(46, 'x') + ZipWriter::end(1, 46, 0, ""), "invalid-input"},
        {"HiddenEntries", std::string(46, 'x') + ZipWriter::end(0, 46, 0, ""), "invalid-input"},
    }),
    test::case_name<BadCase>);

TEST(Zip, RefusesTruncationAtEveryByteAndSurvivesEveryFlippedByte) {
  const std::string zip = ZipWriter()
                              .add({.name = "a", .content = "some content"})
                              .add({.name = "b", .content = "more", .zip64 = true})
                              .finish64();
  for (std::size_t size = 0; size < zip.size(); ++size) {
    EXPECT_EQ(read_all(zip.substr(0, size)), "invalid-input") << size;
  }
  for (std::size_t at = 0; at < zip.size(); ++at) {
    std::string bad = zip;
    bad[at] = static_cast<char>(bad[at] ^ 0xff);
    (void)read_all(bad);  // sanitizers judge
  }
}

TEST(Zip, IsReadByManyThreadsAtOnce) {
  auto dir = TempDir::create();
  ASSERT_TRUE(dir);
  ZipWriter zip;
  for (int i = 0; i < 500; ++i) {
    zip.add({.name = std::to_string(i), .content = std::string(static_cast<std::size_t>(i), 'x')});
  }
  std::ofstream(dir->path() / "z", std::ios::binary) << zip.finish();
  const auto fd = open_for_reading(dir->path() / "z");
  ASSERT_TRUE(fd);
  const auto reader = ZipReader::open(fd->get());
  ASSERT_TRUE(reader);
  std::atomic<int> good = 0;
  parallel_for(reader->size(), 4, [&](std::size_t i) {
    std::string content;
    good += reader->read(i, content) && content.size() == i ? 1 : 0;
  });
  EXPECT_EQ(good, 500);
}

TEST(Zip, IsReadThroughAWindowInAnyOrder) {
  auto dir = TempDir::create();
  ASSERT_TRUE(dir);
  ZipWriter zip;
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < 300; ++i) {
    // Some larger than what is read ahead, all of them stored.
    const std::size_t size = i % 50 == 7 ? 200'000 : i * 13;
    contents.emplace_back(size, static_cast<char>('a' + i % 26));
    zip.add({.name = std::to_string(i), .content = contents.back(), .deflated = false});
  }
  std::ofstream(dir->path() / "z", std::ios::binary) << zip.finish();
  const auto fd = open_for_reading(dir->path() / "z");
  ASSERT_TRUE(fd);
  const auto reader = ZipReader::open(fd->get());
  ASSERT_TRUE(reader);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < 300; ++i) order.push_back(i);
  for (std::size_t i = 300; i-- > 0;) order.push_back(i);
  for (std::size_t i = 0; i < 300; ++i) order.push_back(i * 7 % 300);
  ZipWindow window;
  std::string content;
  for (const std::size_t i : order) {
    const Status done = reader->read(i, content, window);
    ASSERT_TRUE(done) << i << ": " << describe(done.error());
    ASSERT_TRUE(content == contents[i]) << i;
  }
  // The file is cut off behind the reader's back.
  std::filesystem::resize_file(dir->path() / "z", 1000);
  ZipWindow fresh;
  EXPECT_EQ(outcome(reader->read(200, content, fresh)), "invalid-input");
  EXPECT_TRUE(reader->read(3, content, fresh));
  EXPECT_EQ(outcome(reader->read(200, content, fresh)), "invalid-input");
}

TEST(Zip, ReadsWhatTheZipProgramWrites) {
  auto dir = TempDir::create();
  ASSERT_TRUE(dir);
  const std::string text(100'000, 't');
  std::ofstream(dir->path() / "text") << text;
  std::ofstream(dir->path() / "small") << "s";
  const auto made = run_subprocess(
      {"sh", "-c", "cd \"$0\" && zip -q out.zip text small && cat text | zip -q piped.zip -",
       dir->path().native()});
  ASSERT_TRUE(made);
  if (made->status != 0) GTEST_SKIP() << "zip is not installed";
  const auto direct = read_file(dir->path() / "out.zip");
  const auto piped = read_file(dir->path() / "piped.zip");  // with Zip64 and data descriptors
  ASSERT_TRUE(direct && piped);
  EXPECT_EQ(read_all(*direct), "text=" + text + ";small=s;");
  EXPECT_EQ(read_all(*piped), "-=" + text + ";");
}

TEST(Zip, ReadsAWholeOsvFeed) {
  const std::filesystem::path path =
      std::filesystem::path(CORTEN_SHARED_DIR) / "feeds/osv/Hex/all.zip";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto fd = open_for_reading(path);
  ASSERT_TRUE(fd);
  const auto reader = ZipReader::open(fd->get());
  ASSERT_TRUE(reader) << describe(reader.error());
  std::string content;
  for (std::size_t i = 0; i < reader->size(); ++i) {
    const Status done = reader->read(i, content);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_THAT(content, testing::StartsWith("{"));
  }
  EXPECT_GT(reader->size(), 0U);
}

}  // namespace
}  // namespace corten::archive
