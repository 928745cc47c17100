#include "archive/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>

#include "support/case_name.h"
#include "support/sources.h"

namespace corten::archive {
namespace {

using test::drain;
using test::outcome;

std::string content(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i % 251 + i / 65'536);
  return out;
}

// Fails once its bytes are read, and tells whether it is still there.
class FailingSource final : public ByteSource {
 public:
  FailingSource(std::string bytes, std::atomic<bool>& gone)
      : bytes_(std::move(bytes), 100'000), gone_(gone) {}
  ~FailingSource() override { gone_ = true; }
  FailingSource(const FailingSource&) = delete;
  FailingSource& operator=(const FailingSource&) = delete;

  Result<std::size_t> read(std::span<std::byte> into) override {
    CORTEN_TRY(const std::size_t got, bytes_.read(into));
    if (got == 0) return fail(ErrorCode::Io, "the disk broke");
    return got;
  }

 private:
  test::TrickleSource bytes_;
  std::atomic<bool>& gone_;
};

// From which question on the answer is yes.
ReadAhead::WantHelp from_question(int first) {
  return [first, asked = 0]() mutable { return ++asked >= first; };
}

struct Case {
  std::string name;
  std::size_t size = 0;
  std::size_t source_step = 0;
  std::size_t reader_step = 0;
  ReadAhead::WantHelp want_help;
};

class ReadAheadTest : public testing::TestWithParam<Case> {};

TEST_P(ReadAheadTest, GivesTheBytesOfItsSource) {
  const Case& c = GetParam();
  const std::string bytes = content(c.size);
  ReadAhead stage(std::make_unique<test::TrickleSource>(bytes, c.source_step), c.want_help);

  const auto got = drain(stage, c.reader_step);

  ASSERT_TRUE(got);
  EXPECT_TRUE(*got == bytes)
      << "other bytes than those of the source";  // they are too many to print
  EXPECT_EQ(drain(stage), "");
}

TEST_P(ReadAheadTest, SkipsAndReadsInTurns) {
  const Case& c = GetParam();
  const std::string bytes = content(c.size);
  ReadAhead stage(std::make_unique<test::TrickleSource>(bytes, c.source_step), c.want_help);
  for (std::size_t at = 0; bytes.size() - at > 700'000;) {
    ASSERT_EQ(outcome(stage.skip(600'000)), "ok");
    at += 600'000;
    std::array<std::byte, 1000> some{};
    const auto got = stage.read(some);
    ASSERT_TRUE(got);
    ASSERT_GT(*got, 0U);
    ASSERT_EQ(as_text(Bytes(some).first(*got)), std::string_view(bytes).substr(at, *got));
    at += *got;
  }
  EXPECT_EQ(outcome(stage.skip(bytes.size() + 1)), "invalid-input");
}

TEST_P(ReadAheadTest, AnErrorComesAfterTheBytesBeforeIt) {
  const Case& c = GetParam();
  std::atomic<bool> gone = false;
  ReadAhead stage(std::make_unique<FailingSource>(content(c.size), gone), c.want_help);
  EXPECT_EQ(outcome(stage.skip(c.size)), "ok");
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(outcome(drain(stage)), "io");
    EXPECT_EQ(outcome(stage.skip(1)), "io");
  }
}

TEST_P(ReadAheadTest, CanBeGivenUpAnywhere) {
  const Case& c = GetParam();
  for (const std::size_t read : {std::size_t{0}, c.size / 2, c.size}) {
    std::atomic<bool> gone = false;
    {
      ReadAhead stage(std::make_unique<FailingSource>(content(c.size), gone), c.want_help);
      EXPECT_EQ(outcome(stage.skip(read)), "ok");
      if (read == c.size) stage.stop();
    }
    EXPECT_TRUE(gone);
  }
}

constexpr std::size_t kMegabyte = 1 << 20;

INSTANTIATE_TEST_SUITE_P(Streams, ReadAheadTest,
                         testing::ValuesIn<Case>({
                             {"Empty", 0, 1000, 1000, from_question(1)},
                             {"TooShortForHelp", kMegabyte, 70'000, 1000, from_question(1)},
                             {"NoHelp", 5 * kMegabyte, 70'000, 100'000, {}},
                             {"HelpAtOnce", 9 * kMegabyte + 1, 70'000, 100'000, from_question(1)},
                             {"HelpLater", 9 * kMegabyte, 2 * kMegabyte, 64 << 10,
                              from_question(30)},
                             {"WholeBlocks", 8 * kMegabyte, kMegabyte, kMegabyte, from_question(1)},
                             {"SlowReader", 4 * kMegabyte, kMegabyte, 777, from_question(1)},
                         }),
                         test::case_name<Case>);

TEST(ReadAhead, AsksNoMoreOnceItHasHelp) {
  int asked = 0;
  ReadAhead stage(std::make_unique<test::TrickleSource>(content(8 * kMegabyte), kMegabyte),
                  [&] { return ++asked == 3; });
  EXPECT_EQ(outcome(stage.skip(8 * kMegabyte)), "ok");
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace corten::archive
