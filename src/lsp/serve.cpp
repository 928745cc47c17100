#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "lsp/framing.h"
#include "lsp/lsp.h"
#include "lsp/outbox.h"
#include "lsp/session.h"
#include "lsp/work_queue.h"

namespace corten::lsp {

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
  // What waits is not worked out for a client that is gone.
  Session session(options, queue, [&](const std::string& message) {
    if (!outbox.send(message)) queue.stop();
  });
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
