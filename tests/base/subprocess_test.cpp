#include "base/subprocess.h"

#include <gtest/gtest.h>

namespace corten {
namespace {

TEST(Subprocess, PassesInputAndCollectsBothStreams) {
  const auto output = run_subprocess({"sh", "-c", "cat; echo problem >&2; exit 3"}, "hello");

  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->out, "hello");
  EXPECT_EQ(output->err, "problem\n");
  EXPECT_EQ(output->status, 3);
}

TEST(Subprocess, SurvivesAProgramThatIgnoresItsInput) {
  const auto output = run_subprocess({"true"}, std::string(10'000'000, 'x'));
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->status, 0);
}

TEST(Subprocess, ReportsTheSignalThatEndedIt) {
  EXPECT_EQ(run_subprocess({"sh", "-c", "kill -9 $$"})->status, 128 + 9);
}

TEST(Subprocess, NamesAProgramThatIsNotThere) {
  const Error error = run_subprocess({"corten-no-such-program"}).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_NE(error.message.find("corten-no-such-program"), std::string::npos);
}

TEST(Subprocess, EndsWhatTakesTooLongOrPrintsTooMuch) {
  EXPECT_EQ(run_subprocess({"tail", "-f", "/dev/null"}, {}, {std::chrono::milliseconds{50}, 1000})
                .error()
                .code,
            ErrorCode::LimitExceeded);
  EXPECT_EQ(
      run_subprocess({"cat", "/dev/zero"}, {}, {std::chrono::seconds{20}, 100'000}).error().code,
      ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace corten
