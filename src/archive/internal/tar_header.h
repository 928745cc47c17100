// The 512-byte tar header: fields, number forms and the checksum.
//
// Formats: POSIX.1-1988 (ustar), POSIX.1-2001 (pax), GNU tar manual "Basic Tar Format", star(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::archive::internal {

inline constexpr std::size_t kTarBlock = 512;

// What follows `size` bytes of content up to the next block.
constexpr std::uint64_t padding_of(std::uint64_t size) {
  return (kTarBlock - size % kTarBlock) % kTarBlock;
}

// InvalidInput about the header at `at` of the stream.
[[nodiscard]] std::unexpected<Error> malformed(std::uint64_t at, std::string_view what);

enum class TarFormat { V7, Ustar, Star, Gnu };

// A view of one header block; borrows it.
class TarHeader {
 public:
  // `block` has kTarBlock bytes.
  explicit TarHeader(Bytes block) : block_(as_text(block)) {}

  [[nodiscard]] bool is_zero() const;
  // Whether the stored sum is that of the block's bytes, unsigned as POSIX says or signed as old
  // programs computed it.
  [[nodiscard]] bool checksum_matches() const;
  [[nodiscard]] TarFormat format() const;

  [[nodiscard]] char type() const { return block_[156]; }
  [[nodiscard]] std::string_view name() const { return text(0, 100); }
  [[nodiscard]] std::string_view link_name() const { return text(157, 100); }
  // What goes before the name, with a '/' between; empty in formats without it.
  [[nodiscard]] std::string_view prefix() const;

  // nullopt: not a number, or one that does not fit. Base-256 numbers may be negative.
  [[nodiscard]] std::optional<std::int64_t> mode() const { return number(100, 8); }
  [[nodiscard]] std::optional<std::int64_t> uid() const { return number(108, 8); }
  [[nodiscard]] std::optional<std::int64_t> gid() const { return number(116, 8); }
  [[nodiscard]] std::optional<std::int64_t> size() const { return number(124, 12); }

  // Any field; text ends at its first NUL.
  [[nodiscard]] std::string_view text(std::size_t offset, std::size_t width) const;
  [[nodiscard]] std::optional<std::int64_t> number(std::size_t offset, std::size_t width) const;
  [[nodiscard]] bool flag(std::size_t offset) const { return block_[offset] != '\0'; }

 private:
  std::string_view block_;
};

}  // namespace corten::archive::internal
