#include "lsp/outbox.h"

#include <span>
#include <utility>

#include "base/file.h"
#include "lsp/framing.h"

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

bool Outbox::send(std::string_view json) {
  std::string message = framed(json);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_ || bytes_ < kMaxOutboxBytes; });
    if (failed_) return false;
    bytes_ += message.size();
    messages_.push_back(std::move(message));
  }
  changed_.notify_all();
  return true;
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

}  // namespace corten::lsp
