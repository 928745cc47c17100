#include "base/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/channel.h"
#include "base/file.h"

namespace corten {
namespace {

namespace fs = std::filesystem;

// Runs `body` in a worker that may read `readable` and returns how it ended.
Status run(const SandboxLimits& limits, const std::function<int(int)>& body) {
  auto worker = Worker::start(limits, {}, body);
  if (!worker) return std::unexpected(worker.error());
  return worker->finish();
}

TEST(Sandbox, AnswersOverItsChannel) {
  auto worker = Worker::start({}, {}, [](int channel) {
    const auto question = receive_frame(channel, 100);
    const std::string answer = question.value()->payload + "!";
    return send_frame(channel, 2, as_bytes(answer)) ? 0 : 1;
  });
  ASSERT_TRUE(worker.has_value());
  ASSERT_TRUE(send_frame(worker->channel(), 1, as_bytes("hello")));
  const auto answer = receive_frame(worker->channel(), 100);

  EXPECT_EQ(answer.value()->kind, 2);
  EXPECT_EQ(answer.value()->payload, "hello!");
  EXPECT_TRUE(worker->finish());
}

TEST(Sandbox, ReadsWhatWasNamedAndNothingElse) {
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file_atomically(folder.path() / "a", "inside"));
  SandboxLimits limits;
  limits.readable = {folder.path()};

  const Status ended = run(limits, [&](int) {
    const bool inside = read_file(folder.path() / "a").has_value();
    const bool outside = ::open("/etc/passwd", O_RDONLY) >= 0;
    return inside && (!outside || confinement() == Confinement::SeccompOnly) ? 0 : 9;
  });
  EXPECT_TRUE(ended) << describe(ended.error());
}

TEST(Sandbox, WritesNowhere) {
  const TempDir folder = TempDir::create().value();
  SandboxLimits limits;
  limits.readable = {folder.path()};
  const std::string path = folder.path() / "new";

  EXPECT_TRUE(
      run(limits, [&](int) { return ::open(path.c_str(), O_WRONLY | O_CREAT, 0600) < 0 ? 0 : 9; }));
  EXPECT_TRUE(run(limits, [&](int) { return ::unlink(path.c_str()) < 0 ? 0 : 9; }));
  EXPECT_FALSE(fs::exists(path));
}

TEST(Sandbox, ThreadsWorkInside) {
  EXPECT_TRUE(run({}, [](int) {
    int value = 0;
    std::jthread([&] { value = 7; }).join();
    return value == 7 ? 0 : 9;
  }));
}

TEST(Sandbox, NetworkAndProgramsEndIt) {
  const Status network = run({}, [](int) { return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? 0 : 9; });
  const Status program = run({}, [](int) { return ::execl("/bin/true", "true", nullptr); });
  for (const Status& ended : {network, program}) {
    ASSERT_FALSE(ended);
    EXPECT_NE(ended.error().message.find("sandbox"), std::string::npos) << ended.error().message;
  }
}

TEST(Sandbox, ACrashIsAnErrorOfTheParent) {
  const Status ended = run({}, [](int) -> int { std::abort(); });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::Internal);
}

TEST(Sandbox, MemoryIsLimited) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve more address space than any limit";
#endif
  SandboxLimits limits;
  limits.memory_bytes = 32 << 20;
  const Status ended = run(limits, [](int) {
    std::string hog;
    while (hog.size() < (std::size_t{1} << 30)) hog.append(1 << 20, 'x');
    return 9;
  });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::LimitExceeded);
}

TEST(Channel, RefusesAMessageAboveItsLimit) {
  auto worker = Worker::start({}, {}, [](int channel) {
    return send_frame(channel, 1, as_bytes(std::string(1000, 'x'))) ? 0 : 1;
  });
  ASSERT_TRUE(worker.has_value());
  EXPECT_EQ(receive_frame(worker->channel(), 999).error().code, ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace corten
