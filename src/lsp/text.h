// The text of an open document, and places in it as clients count them.
//
// The protocol's lines end at LF, CR LF or a lone CR, and its columns count bytes, UTF-16 units or
// code points, as was agreed. Lint's lines end at LF only, and its columns count bytes from 1. Both
// meet at byte offsets. Texts are UTF-8; in what is none, each byte that begins no character counts
// as one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"

namespace corten::lsp {

enum class PositionEncoding { Utf8, Utf16, Utf32 };
[[nodiscard]] const char* name_of(PositionEncoding encoding);  // "utf-16", …

struct Position {
  std::uint32_t line = 0;  // from 0
  std::uint32_t character = 0;

  auto operator<=>(const Position&) const = default;
};

// Up to `end`, which is not part of it.
struct Range {
  Position begin;
  Position end;

  bool operator==(const Range&) const = default;
};

// Bytes [begin, end).
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Extent&) const = default;
};

class Text {
 public:
  explicit Text(std::string content);

  [[nodiscard]] const std::string& content() const { return content_; }

  // A line past the end is the end of the text, a column past the end of its line the end of the
  // line; inside of a character is its beginning.
  [[nodiscard]] std::size_t offset_of(Position position, PositionEncoding encoding) const;
  [[nodiscard]] Position position_of(std::size_t offset, PositionEncoding encoding) const;
  [[nodiscard]] Extent extent_of(const Range& range, PositionEncoding encoding) const;
  [[nodiscard]] Range range_of(const Extent& extent, PositionEncoding encoding) const;

  // What a finding points at. Without a column it is the line without the blanks around it; without
  // an end it is the word at the column. Never empty where its line is not.
  [[nodiscard]] Extent extent_of(const Location& location) const;
  // The line of lint, from 1, that the byte is in.
  [[nodiscard]] std::uint32_t lint_line_of(std::size_t offset) const;
  // A line of lint without the blanks around it; of a line that is not there the last one.
  [[nodiscard]] Extent lint_line(std::uint32_t line) const;

 private:
  [[nodiscard]] Extent protocol_line(std::size_t line) const;  // without its end

  // How many columns of its line are before a byte, for some bytes of long lines: columns far into
  // a line of megabytes are not counted from its beginning each time.
  struct Mark {
    std::size_t offset = 0;
    std::uint32_t utf16 = 0;
    std::uint32_t utf32 = 0;
  };
  void mark_long_lines();
  // The last mark of the line that is not past `offset`, or its beginning.
  [[nodiscard]] Mark mark_before(const Extent& line, std::size_t offset) const;

  std::string content_;
  std::vector<Mark> marks_;               // by offset
  std::vector<std::size_t> lint_starts_;  // of lint's lines
  std::vector<std::size_t> starts_;       // of the protocol's
};

// Text::offset_of() for a text that is looked at once: from its beginning up to the place.
[[nodiscard]] std::size_t offset_in(std::string_view content, Position position,
                                    PositionEncoding encoding);

// A piece of text in place of an extent.
struct Replacement {
  Extent extent;
  std::string text;

  bool operator==(const Replacement&) const = default;
};

// What makes `after` of `before`: one for each run of lines that differ, without what is the same
// at its ends. In their order, apart from each other.
[[nodiscard]] std::vector<Replacement> replacements_between(std::string_view before,
                                                            std::string_view after);

}  // namespace corten::lsp
