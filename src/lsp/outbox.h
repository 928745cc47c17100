// Messages on their way to the client, written by a thread of their own.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace corten::lsp {

inline constexpr std::size_t kMaxOutboxBytes = std::size_t{256} << 20;

class Outbox {
 public:
  explicit Outbox(int fd);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Puts a header in front. When the client reads nothing and kMaxOutboxBytes wait, it is waited
  // for. False after a write has failed: the client has gone, and nothing is sent any more.
  [[nodiscard]] bool send(std::string_view json);

 private:
  void run();

  int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> messages_;
  std::size_t bytes_ = 0;
  bool closing_ = false;
  bool failed_ = false;
  std::jthread writer_;
};

}  // namespace corten::lsp
