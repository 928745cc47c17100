// A window over a ByteSource in which a reader can ask for n bytes in a row and look at them
// without a copy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "archive/source.h"

namespace corten::archive::internal {

class StreamBuffer {
 public:
  // Borrows `source`.
  StreamBuffer(ByteSource& source, std::size_t capacity)
      : source_(source),
        capacity_(capacity),
        buffer_(std::make_unique_for_overwrite<std::byte[]>(capacity)) {}

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  // What is in the window; borrowed until the next call of ensure() or skip().
  [[nodiscard]] Bytes buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }
  // Of the first buffered byte, from the start of the stream.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  void consume(std::size_t count) {
    begin_ += count;
    position_ += count;
  }

  // Buffers at least `count` bytes (at most capacity()); fewer when the stream ends before.
  [[nodiscard]] Status ensure(std::size_t count) {
    if (end_ - begin_ >= count) return {};
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    while (end_ < count) {
      const std::size_t most = std::min(capacity_ - end_, std::max(count - end_, kReadBytes));
      CORTEN_TRY(const std::size_t got, source_.read({buffer_.get() + end_, most}));
      if (got == 0) break;
      end_ += got;
    }
    return {};
  }

  // Passes over `count` bytes; a stream that ends before is InvalidInput.
  [[nodiscard]] Status skip(std::uint64_t count) {
    const std::size_t here = std::min<std::uint64_t>(count, end_ - begin_);
    consume(here);
    count -= here;
    if (count == 0) return {};
    // What ends within the next read is read with what follows it.
    if (count < std::min(kReadBytes, capacity_)) {
      CORTEN_CHECK(ensure(count));
      if (end_ - begin_ < count) return truncated(count - (end_ - begin_));
      consume(count);
      return {};
    }
    CORTEN_CHECK(source_.skip(count));
    position_ += count;
    return {};
  }

  [[nodiscard]] static std::unexpected<Error> truncated(std::uint64_t missing);

 private:
  // Large enough for a decompressor to work in one go; small, because most of a layer is skipped,
  // and is then not copied out of what another thread made ready.
  static constexpr std::size_t kReadBytes = 128 << 10;

  ByteSource& source_;
  std::size_t capacity_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace corten::archive::internal
