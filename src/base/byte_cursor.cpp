#include "base/byte_cursor.h"

#include <fmt/format.h>

#include <algorithm>

namespace corten {

Status ByteCursor::seek(std::uint64_t offset) {
  if (offset > data_.size()) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("offset {} is past the end at {}", offset, data_.size()));
  }
  offset_ = offset;
  return {};
}

Status ByteCursor::skip(std::uint64_t count) {
  CORTEN_CHECK(take(count));
  return {};
}

Result<Bytes> ByteCursor::take(std::uint64_t count) {
  if (count > data_.size() - offset_) {  // never offset_ + count: that can wrap
    return fail(ErrorCode::InvalidInput, fmt::format("need {} bytes at offset {}, {} remain", count,
                                                     offset_, data_.size() - offset_));
  }
  const Bytes out = data_.subspan(offset_, count);
  offset_ += count;
  return out;
}

Result<Bytes> ByteCursor::take_padded(std::uint64_t count, std::size_t alignment) {
  CORTEN_TRY(const Bytes out, take(count));
  const std::size_t padding = (alignment - offset_ % alignment) % alignment;
  offset_ += std::min(padding, remaining());
  return out;
}

template <typename T, bool kBigEndian>
Result<T> ByteCursor::integer() {
  CORTEN_TRY(const Bytes raw, take(sizeof(T)));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t at = kBigEndian ? i : sizeof(T) - 1 - i;
    value = value << 8 | std::to_integer<std::uint64_t>(raw[at]);
  }
  return static_cast<T>(value);
}

Result<std::uint8_t> ByteCursor::u8() { return integer<std::uint8_t, false>(); }
Result<std::uint16_t> ByteCursor::u16_le() { return integer<std::uint16_t, false>(); }
Result<std::uint32_t> ByteCursor::u32_le() { return integer<std::uint32_t, false>(); }
Result<std::uint64_t> ByteCursor::u64_le() { return integer<std::uint64_t, false>(); }
Result<std::uint16_t> ByteCursor::u16_be() { return integer<std::uint16_t, true>(); }
Result<std::uint32_t> ByteCursor::u32_be() { return integer<std::uint32_t, true>(); }
Result<std::uint64_t> ByteCursor::u64_be() { return integer<std::uint64_t, true>(); }

Result<std::uint64_t> ByteCursor::varint() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 10 && i < remaining(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(data_[offset_ + i]);
    if (i == 9 && byte > 1) break;  // would not fit into 64 bits
    value |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      offset_ += i + 1;
      return value;
    }
  }
  return fail(ErrorCode::InvalidInput, fmt::format("no valid varint at offset {}", offset_));
}

}  // namespace corten
