// Framed messages over a socket or pipe: a kind, a length, the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace corten {

struct Frame {
  std::uint8_t kind = 0;
  std::string payload;
};

[[nodiscard]] Status send_frame(int fd, std::uint8_t kind, Bytes payload);

// The next frame; nullopt when the other side closed between frames. Errors: InvalidInput (closed
// within a frame), LimitExceeded (a payload longer than `limit`; nothing of it was read).
[[nodiscard]] Result<std::optional<Frame>> receive_frame(int fd, std::uint64_t limit);

}  // namespace corten
