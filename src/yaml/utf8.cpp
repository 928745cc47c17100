#include "yaml/internal/utf8.h"

namespace corten::yaml {

namespace {

std::uint8_t byte_at(std::string_view source, std::size_t at) {
  return static_cast<std::uint8_t>(source[at]);
}

// Bytes of the code point at `at`, or 0 if it is none (overlong, surrogate, cut off, too large).
std::size_t length_at(std::string_view source, std::size_t at) {
  const std::uint8_t first = byte_at(source, at);
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || length > source.size() - at) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(source, at + i) & 0xc0) != 0x80) return 0;
  }
  const std::uint8_t second = byte_at(source, at + 1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return length;
}

}  // namespace

std::optional<BadByte> first_unprintable(std::string_view source) {
  std::size_t at = 0;
  while (at < source.size()) {
    const std::uint8_t byte = byte_at(source, at);
    if (byte < 0x80) {
      const bool allowed =
          (byte >= 0x20 && byte != 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
      if (!allowed) {
        return BadByte{static_cast<std::uint32_t>(at),
                       byte == 0 ? "a NUL byte: not a text file"
                                 : "a control character, which YAML does not allow"};
      }
      ++at;
      continue;
    }
    const std::size_t length = length_at(source, at);
    if (length == 0) return BadByte{static_cast<std::uint32_t>(at), "not UTF-8"};
    at += length;
  }
  return std::nullopt;
}

}  // namespace corten::yaml
