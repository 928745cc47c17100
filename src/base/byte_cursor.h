// A reader of untrusted bytes that consumes or fails: no call reads past the end.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace corten {

// Borrows the bytes that it is made from. Every reader fails with InvalidInput when fewer bytes
// remain than it needs, and consumes nothing then.
class ByteCursor {
 public:
  explicit ByteCursor(Bytes data) : data_(data) {}

  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::size_t remaining() const { return data_.size() - offset_; }
  [[nodiscard]] bool at_end() const { return offset_ == data_.size(); }

  [[nodiscard]] Status seek(std::uint64_t offset);  // absolute; the end itself is allowed
  [[nodiscard]] Status skip(std::uint64_t count);
  [[nodiscard]] Result<Bytes> take(std::uint64_t count);
  // Takes `count` bytes and skips the padding up to a multiple of `alignment` from the start of the
  // data; padding that is cut off at the very end is accepted.
  [[nodiscard]] Result<Bytes> take_padded(std::uint64_t count, std::size_t alignment);

  [[nodiscard]] Result<std::uint8_t> u8();
  [[nodiscard]] Result<std::uint16_t> u16_le();
  [[nodiscard]] Result<std::uint32_t> u32_le();
  [[nodiscard]] Result<std::uint64_t> u64_le();
  [[nodiscard]] Result<std::uint16_t> u16_be();
  [[nodiscard]] Result<std::uint32_t> u32_be();
  [[nodiscard]] Result<std::uint64_t> u64_be();
  // Unsigned LEB128 as Go's encoding/binary and Protocol Buffers write it; at most ten bytes.
  [[nodiscard]] Result<std::uint64_t> varint();

 private:
  template <typename T, bool kBigEndian>
  Result<T> integer();

  Bytes data_;
  std::size_t offset_ = 0;
};

}  // namespace corten
