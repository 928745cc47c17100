#include "archive/source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "base/file.h"
#include "support/sources.h"

namespace corten::archive {
namespace {

using test::drain;
using test::outcome;

class FileRangeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto dir = TempDir::create();
    ASSERT_TRUE(dir);
    dir_.emplace(*std::move(dir));
    const auto path = dir_->path() / "file";
    std::ofstream(path, std::ios::binary) << "0123456789";
    auto fd = open_for_reading(path);
    ASSERT_TRUE(fd);
    fd_ = *std::move(fd);
  }

  std::optional<TempDir> dir_;
  Fd fd_;
};

TEST_F(FileRangeTest, GivesExactlyTheRange) {
  EXPECT_EQ(drain(*file_range(fd_.get(), 2, 5), 3), "23456");
  EXPECT_EQ(drain(*file_range(fd_.get(), 10, 0)), "");
}

TEST_F(FileRangeTest, SharesOneDescriptor) {
  const auto a = file_range(fd_.get(), 0, 10);
  const auto b = file_range(fd_.get(), 5, 5);
  std::array<std::byte, 2> two{};
  ASSERT_EQ(a->read(two), 2U);

  EXPECT_EQ(drain(*b), "56789");
  EXPECT_EQ(drain(*a), "23456789");
}

TEST_F(FileRangeTest, FailsWhereTheFileIsShorter) {
  EXPECT_EQ(outcome(drain(*file_range(fd_.get(), 5, 6))), "invalid-input");
  EXPECT_EQ(outcome(drain(*file_range(fd_.get(), 100, 1))), "invalid-input");
  EXPECT_EQ(outcome(file_range(fd_.get(), 5, 100)->skip(6)), "invalid-input");
}

TEST_F(FileRangeTest, SkipsWithinTheRangeOnly) {
  const auto source = file_range(fd_.get(), 1, 8);
  EXPECT_EQ(outcome(source->skip(3)), "ok");
  EXPECT_EQ(outcome(source->skip(6)), "invalid-input");
  EXPECT_EQ(drain(*source), "45678");
}

TEST(MemorySource, ReadsAndSkips) {
  const auto source = memory_source(as_bytes("abcdef"));
  EXPECT_EQ(outcome(source->skip(2)), "ok");
  EXPECT_EQ(drain(*source, 1), "cdef");
  EXPECT_EQ(outcome(source->skip(1)), "invalid-input");
}

TEST(DescriptorStream, ReadsAPipeToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Fd out(ends[0]);
  {
    const Fd in(ends[1]);
    ASSERT_TRUE(write_all(in.get(), as_bytes("through a pipe")));
  }
  const auto source = descriptor_stream(out.get());
  EXPECT_EQ(outcome(source->skip(8)), "ok");
  EXPECT_EQ(drain(*source), "a pipe");
}

TEST(DescriptorStream, NamesTheReasonWhenReadFails) {
  EXPECT_EQ(outcome(drain(*descriptor_stream(-1))), "io");
}

TEST(DefaultSkip, FailsOnAShortStream) {
  test::TrickleSource source("abc", 2);
  EXPECT_EQ(outcome(source.skip(2)), "ok");
  EXPECT_EQ(outcome(source.skip(2)), "invalid-input");
}

}  // namespace
}  // namespace corten::archive
