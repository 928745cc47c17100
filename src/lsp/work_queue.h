// What waits for the thread that lints: requests in their order, and for each document at most one
// run of lint, or one to forget it, which a newer one replaces.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lsp/protocol.h"

namespace corten::lsp {

inline constexpr std::size_t kMaxWaitingRequests = 1000;

class WorkQueue {
 public:
  using Clock = std::chrono::steady_clock;
  using Work = std::function<void()>;

  // False: too many wait already, and this one is not taken.
  [[nodiscard]] bool add_request(RequestId id, Work work);
  // Requests come before it, so that it can rest until `due`.
  void add_lint(const std::string& uri, Clock::time_point due, Work work);
  // True if the request was still waiting; it is not run then.
  [[nodiscard]] bool cancel(const RequestId& id);

  // Lint that waits is due at once.
  void hurry();
  // run_next() ends when nothing waits any more.
  void finish();
  // run_next() ends; what waits is dropped.
  void stop();

  // Runs the next piece of work, waiting for one. False: there will be none.
  bool run_next();
  // Runs everything, whether it is due or not, without waiting.
  void run_all();

 private:
  struct Request {
    RequestId id;
    Work work;
  };
  struct Lint {
    Clock::time_point due;
    Work work;
  };
  // With the lock held; an empty function when nothing is due.
  [[nodiscard]] Work take(Clock::time_point now);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> requests_;
  std::map<std::string, Lint> lints_;  // by URI
  bool finishing_ = false;
};

}  // namespace corten::lsp
