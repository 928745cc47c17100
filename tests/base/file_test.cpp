#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/digest.h"

namespace corten {
namespace {

namespace fs = std::filesystem;

TEST(File, WritesAtomicallyAndLeavesNoTemporary) {
  const TempDir folder = TempDir::create().value();
  const fs::path path = folder.path() / "state";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  ASSERT_TRUE(write_file_atomically(path, "new"));

  EXPECT_EQ(read_file(path).value(), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(File, AFailedWriteLeavesTheOldFile) {
  const TempDir folder = TempDir::create().value();
  const fs::path target = folder.path() / "folder";
  fs::create_directory(target);
  fs::create_directory(target / "inside");

  EXPECT_FALSE(write_file_atomically(target, "a folder cannot be replaced"));
  EXPECT_TRUE(fs::is_directory(target));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(File, WritingToAPipeDoesNotReplaceIt) {
  const TempDir folder = TempDir::create().value();
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Fd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader.valid());

  ASSERT_TRUE(write_file_atomically(pipe, "report"));
  EXPECT_TRUE(fs::is_fifo(pipe));
  std::array<char, 16> got{};
  EXPECT_EQ(::read(reader.get(), got.data(), got.size()), 6);
  EXPECT_EQ(std::string_view(got.data()), "report");
}

TEST(File, WritingKeepsTheModeAndFollowsLinks) {
  const TempDir folder = TempDir::create().value();
  const fs::path path = folder.path() / "real";
  const fs::path link = folder.path() / "link";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  fs::permissions(path, fs::perms{0750});
  fs::create_symlink("real", link);

  ASSERT_TRUE(write_file_atomically(link, "new"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_file(path).value(), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms{0750});
}

TEST(File, ReadingStopsAtItsLimitAndNamesThePath) {
  const TempDir folder = TempDir::create().value();
  const fs::path path = folder.path() / "big";
  ASSERT_TRUE(write_file_atomically(path, std::string(200'000, 'x')));

  EXPECT_EQ(read_file(path, 199'999).error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(read_file(path, 200'000).value().size(), 200'000U);
  const Error missing = read_file(folder.path() / "absent").error();
  EXPECT_EQ(missing.code, ErrorCode::NotFound);
  EXPECT_NE(missing.message.find("absent"), std::string::npos);
}

TEST(File, TempDirMovesWithItsOwner) {
  fs::path first;
  fs::path second;
  {
    TempDir a = TempDir::create().value();
    TempDir b = TempDir::create().value();
    first = a.path();
    second = b.path();
    a = std::move(b);
    EXPECT_FALSE(fs::exists(first));
    EXPECT_EQ(a.path(), second);
  }
  EXPECT_FALSE(fs::exists(second));
}

TEST(Digest, IsTheOneOfFips180) {
  EXPECT_EQ(sha256_digest(as_bytes("abc")),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, ParseTellsMalformedFromUnsupported) {
  EXPECT_TRUE(parse_digest(sha256_digest({})).has_value());
  EXPECT_EQ(parse_digest("md5:d41d8cd98f00b204e9800998ecf8427e").error().code,
            ErrorCode::Unsupported);
  for (const char* bad : {"", "sha256:", "sha256:abc", ":aa", "sha256:../../etc/passwd"}) {
    EXPECT_EQ(parse_digest(bad).error().code, ErrorCode::InvalidInput) << bad;
  }
}

}  // namespace
}  // namespace corten
