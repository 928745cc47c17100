// Sequential sources of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace corten::archive {

// A stream that is read once, from front to back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads at least one byte unless the end is reached (0); at most into.size().
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
  // Skips `count` bytes; the default reads them. A short stream is InvalidInput.
  [[nodiscard]] virtual Status skip(std::uint64_t count);
};

// Bytes [offset, offset + size) of an open file, by pread: several may share one descriptor.
// Borrows `fd`. The stream ending before `size` bytes is InvalidInput ("truncated").
[[nodiscard]] std::unique_ptr<ByteSource> file_range(int fd, std::uint64_t offset,
                                                     std::uint64_t size);

// Everything that a descriptor gives until its end (pipes, sockets, whole files). Borrows `fd`.
[[nodiscard]] std::unique_ptr<ByteSource> descriptor_stream(int fd);

// Borrows `bytes`.
[[nodiscard]] std::unique_ptr<ByteSource> memory_source(Bytes bytes);

}  // namespace corten::archive
