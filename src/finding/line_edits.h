// From edits of bytes, as rules think, to edits of whole lines, as Finding::fix carries them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "finding/finding.h"

namespace corten {

// Replaces bytes [begin, end) of a text.
struct ByteEdit {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string replacement;
};

// Where the lines of a text are, as whoever read it knows already. Lines count from 1.
struct TextLines {
  std::function<std::uint32_t(std::uint32_t offset)> line_of;
  // Bytes [first, second) of a line, without its newline (LF or CRLF).
  std::function<std::pair<std::uint32_t, std::uint32_t>(std::uint32_t line)> bytes_of;
};

// `text` with the edits made. They must lie in it and not overlap; of two at one place the first
// stays first.
[[nodiscard]] std::string apply_byte_edits(std::string_view text, std::vector<ByteEdit> edits);

// The same edits as whole lines, in the order of the text; those that share a line become one. What
// only takes whole lines away touches no other line.
[[nodiscard]] std::vector<Edit> as_line_edits(std::string_view text, const TextLines& lines,
                                              std::string_view path, std::vector<ByteEdit> edits);

}  // namespace corten
