#include "base/channel.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/byte_cursor.h"
#include "base/file.h"
#include "base/text.h"

namespace corten {

namespace {

constexpr std::size_t kHeaderBytes = 9;  // kind, then the length as 8 bytes, little endian

// Reads until `into` is full or the other side closed; returns how much came.
Result<std::size_t> read_fully(int fd, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::read(fd, into.data() + done, into.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "read from the worker");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

Status send_frame(int fd, std::uint8_t kind, Bytes payload) {
  std::array<std::byte, kHeaderBytes> header{};
  header[0] = static_cast<std::byte>(kind);
  for (std::size_t i = 0; i < 8; ++i) {
    header[i + 1] = static_cast<std::byte>(payload.size() >> (8 * i));
  }
  CORTEN_CHECK(write_all(fd, header));
  return write_all(fd, payload);
}

Result<std::optional<Frame>> receive_frame(int fd, std::uint64_t limit) {
  std::array<std::byte, kHeaderBytes> header{};
  CORTEN_TRY(const std::size_t got, read_fully(fd, header));
  if (got == 0) return std::nullopt;
  ByteCursor in(Bytes(header).first(got));
  CORTEN_TRY(const std::uint8_t kind, in.u8());
  CORTEN_TRY(const std::uint64_t size, in.u64_le());
  if (size > limit) {
    return fail(ErrorCode::LimitExceeded, fmt::format("a message of {}", format_size(size)));
  }
  Frame frame{kind, {}};
  constexpr std::size_t kStep = 1 << 20;  // grow with what has come, not with what was promised
  while (frame.payload.size() < size) {
    const std::size_t used = frame.payload.size();
    frame.payload.resize(used + std::min<std::uint64_t>(kStep, size - used));
    const std::span<char> rest(frame.payload.data() + used, frame.payload.size() - used);
    CORTEN_TRY(const std::size_t part, read_fully(fd, std::as_writable_bytes(rest)));
    if (part < rest.size()) return fail(ErrorCode::InvalidInput, "the message was cut off");
  }
  return frame;
}

}  // namespace corten
