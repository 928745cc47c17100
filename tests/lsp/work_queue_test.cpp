#include "lsp/work_queue.h"

#include <gmock/gmock.h>

#include <thread>

namespace corten::lsp {
namespace {

using testing::ElementsAre;

class WorkQueueTest : public testing::Test {
 protected:
  WorkQueue::Work note(std::string name) {
    return [this, name = std::move(name)] { done.push_back(name); };
  }
  WorkQueue queue;
  std::vector<std::string> done;
  const WorkQueue::Clock::time_point now = WorkQueue::Clock::now();
};

TEST_F(WorkQueueTest, RequestsComeFirstAndThenWhatIsDueFirst) {
  queue.add_lint("b", now - std::chrono::seconds(1), note("b"));
  queue.add_lint("a", now - std::chrono::seconds(2), note("a"));
  ASSERT_TRUE(queue.add_request(std::int64_t{1}, note("1")));
  ASSERT_TRUE(queue.add_request(std::int64_t{2}, note("2")));
  queue.finish();
  while (queue.run_next()) {
  }
  EXPECT_THAT(done, ElementsAre("1", "2", "a", "b"));
}

TEST_F(WorkQueueTest, ANewerRunOfADocumentReplacesTheOlderOne) {
  queue.add_lint("a", now, note("old"));
  queue.add_lint("a", now + std::chrono::hours(1), note("new"));
  queue.run_all();
  EXPECT_THAT(done, ElementsAre("new"));
}

TEST_F(WorkQueueTest, CancelledRequestsAreNotDone) {
  ASSERT_TRUE(queue.add_request(std::int64_t{1}, note("1")));
  ASSERT_TRUE(queue.add_request(std::string("1"), note("text 1")));
  EXPECT_TRUE(queue.cancel(std::int64_t{1}));
  EXPECT_FALSE(queue.cancel(std::int64_t{1}));
  EXPECT_FALSE(queue.cancel(std::int64_t{9}));
  queue.run_all();
  EXPECT_THAT(done, ElementsAre("text 1"));
}

TEST_F(WorkQueueTest, TakesSoManyRequestsOnly) {
  for (std::size_t i = 0; i < kMaxWaitingRequests; ++i) {
    ASSERT_TRUE(queue.add_request(static_cast<std::int64_t>(i), [] {}));
  }
  EXPECT_FALSE(queue.add_request(std::int64_t{-1}, [] {}));
}

TEST_F(WorkQueueTest, WakesTheThreadThatWaits) {
  queue.add_lint("later", now + std::chrono::hours(1), note("later"));
  std::jthread worker([&] {
    while (queue.run_next()) {
    }
  });
  ASSERT_TRUE(queue.add_request(std::int64_t{1}, note("1")));
  queue.finish();
  worker.join();
  EXPECT_EQ(done.size(), 2U);
}

TEST_F(WorkQueueTest, StopsAtOnce) {
  queue.add_lint("a", now, note("a"));
  ASSERT_TRUE(queue.add_request(std::int64_t{1}, note("1")));
  queue.stop();
  EXPECT_FALSE(queue.run_next());
  EXPECT_TRUE(done.empty());
}

}  // namespace
}  // namespace corten::lsp
