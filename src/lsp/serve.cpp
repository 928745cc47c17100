#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "lsp/framing.h"
#include "lsp/lsp.h"
#include "lsp/outbox.h"
#include "lsp/session.h"
#include "lsp/work_queue.h"

namespace corten::lsp {

Outbox::Outbox(int fd) : fd_(fd), writer_([this] { run(); }) {}

// Writes what is left.
Outbox::~Outbox() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
}

void Outbox::send(std::string json) {
  std::string message = framed(json);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_ || bytes_ < kMaxOutboxBytes; });
    if (failed_) return;
    bytes_ += message.size();
    messages_.push_back(std::move(message));
  }
  changed_.notify_all();
}

void Outbox::run() {
  while (true) {
    std::string message;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closing_ || !messages_.empty(); });
      if (messages_.empty()) return;
      message = std::move(messages_.front());
      messages_.pop_front();
      bytes_ -= message.size();
    }
    changed_.notify_all();
    if (write_all(fd_, std::as_bytes(std::span(message)))) continue;
    {
      const std::scoped_lock lock(mutex_);
      failed_ = true;
      messages_.clear();
    }
    changed_.notify_all();
    return;
  }
}

namespace {

// Until the client says `exit` or closes.
void read_messages(int fd, Session& session) {
  FrameReader frames;
  std::array<char, std::size_t{64} << 10> bytes{};
  while (!session.is_over()) {
    while (!session.is_over()) {
      const auto frame = frames.next();
      if (!frame) break;
      session.receive(*frame);
    }
    if (session.is_over()) return;
    const ssize_t got = ::read(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    frames.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

int serve(const ServerOptions& options, int in_fd, int out_fd) {
  Outbox outbox(out_fd);
  WorkQueue queue;
  Session session(options, queue, [&](std::string message) { outbox.send(std::move(message)); });
  {
    const std::jthread worker([&] {
      while (queue.run_next()) {
      }
    });
    read_messages(in_fd, session);
    // A client that leaves without a word wants no answers; what was asked before a shutdown, or
    // by a file on standard input, is still done.
    if (session.is_over() && !session.was_shut_down()) {
      queue.stop();
    } else {
      queue.finish();
    }
  }
  const bool orderly = session.is_over() && session.was_shut_down();
  return orderly ? 0 : 1;
}

}  // namespace corten::lsp
