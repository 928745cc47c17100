#include "archive/internal/tar_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace corten::archive::internal {

namespace {

constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumWidth = 8;

// Two's complement, big-endian, in all bits of the field but the first, which marks the form.
std::optional<std::int64_t> base256(std::string_view field) {
  const bool negative = (static_cast<unsigned char>(field[0]) & 0x40U) != 0;
  const unsigned char invert = negative ? 0xff : 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    unsigned char byte = static_cast<unsigned char>(field[i]) ^ invert;
    if (i == 0) byte &= 0x7f;
    if (value >> 55 != 0) return std::nullopt;
    value = value << 8 | byte;
  }
  if (value >> 63 != 0) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~value : value);
}

}  // namespace

std::unexpected<Error> malformed(std::uint64_t at, std::string_view what) {
  return fail(ErrorCode::InvalidInput, fmt::format("tar header at {}: {}", at, what));
}

bool TarHeader::is_zero() const {
  return block_[0] == '\0' && std::ranges::all_of(block_, [](char c) { return c == '\0'; });
}

bool TarHeader::checksum_matches() const {
  const auto stored = number(kChecksumAt, kChecksumWidth);
  if (!stored) return false;
  // Eight bytes at a time in four 16-bit lanes: 64 words of two bytes a lane add up to 32640 at
  // most.
  constexpr std::uint64_t kEven = 0x00ff00ff00ff00ff;
  std::uint64_t lanes = 0;
  for (std::size_t at = 0; at < kTarBlock; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, block_.data() + at, sizeof word);
    lanes += (word & kEven) + (word >> 8 & kEven);
  }
  std::int64_t sum = 0;
  for (; lanes != 0; lanes >>= 16) sum += static_cast<std::int64_t>(lanes & 0xffff);
  // The checksum field itself counts as spaces.
  for (const char c : block_.substr(kChecksumAt, kChecksumWidth)) {
    sum += ' ' - static_cast<int>(static_cast<unsigned char>(c));
  }
  if (sum == *stored) return true;
  // Where char is signed, old programs counted bytes above 127 as negative.
  for (std::size_t at = 0; at < kTarBlock; ++at) {
    const bool in_checksum = at >= kChecksumAt && at < kChecksumAt + kChecksumWidth;
    if (!in_checksum && static_cast<unsigned char>(block_[at]) > 127) sum -= 256;
  }
  return sum == *stored;
}

TarFormat TarHeader::format() const {
  using namespace std::string_view_literals;
  const std::string_view magic = block_.substr(257, 8);
  if (magic == "ustar  \0"sv) return TarFormat::Gnu;
  if (!magic.starts_with("ustar\0"sv)) return TarFormat::V7;
  return block_.substr(508, 4) == "tar\0"sv ? TarFormat::Star : TarFormat::Ustar;
}

std::string_view TarHeader::prefix() const {
  const TarFormat kind = format();
  if (kind == TarFormat::Ustar) return text(345, 155);
  if (kind == TarFormat::Star) return text(345, 131);  // times follow
  return {};
}

std::string_view TarHeader::text(std::size_t offset, std::size_t width) const {
  const std::string_view field = block_.substr(offset, width);
  return field.substr(0, field.find('\0'));
}

std::optional<std::int64_t> TarHeader::number(std::size_t offset, std::size_t width) const {
  const std::string_view field = block_.substr(offset, width);
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) return base256(field);
  const auto is_blank = [](char c) { return c == ' ' || c == '\0'; };
  const char* at = std::ranges::find_if_not(field, is_blank);
  std::int64_t value = 0;  // fields have at most 12 digits of 3 bits
  for (; at != field.end() && *at >= '0' && *at <= '7'; ++at) value = value << 3 | (*at - '0');
  if (at != field.end() && !is_blank(*at)) return std::nullopt;
  return value;
}

}  // namespace corten::archive::internal
