#include "lsp/text.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lint/diff.h"

namespace corten::lsp {

namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// Bytes of the character at the beginning of `text`, which is not empty.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  std::size_t size = 1;
  while (size < std::min(wanted, text.size()) && continues(text[size])) ++size;
  return size;
}

std::uint32_t units_of(std::size_t bytes, PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::Utf8:
      return static_cast<std::uint32_t>(bytes);
    case PositionEncoding::Utf16:
      return bytes == 4 ? 2 : 1;
    case PositionEncoding::Utf32:
      return 1;
  }
  return 1;
}

// Of columns counted in all three ways.
std::uint32_t columns_before(std::size_t bytes, std::uint32_t utf16, std::uint32_t utf32,
                             PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::Utf8:
      return static_cast<std::uint32_t>(bytes);
    case PositionEncoding::Utf16:
      return utf16;
    case PositionEncoding::Utf32:
      return utf32;
  }
  return utf16;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Extent without_blanks(std::string_view text, Extent extent) {
  while (extent.begin < extent.end && is_blank(text[extent.end - 1])) --extent.end;
  while (extent.begin < extent.end && is_blank(text[extent.begin])) ++extent.begin;
  return extent;
}

std::vector<std::size_t> lint_starts(std::string_view content) {
  std::vector<std::size_t> out = {0};
  for (std::size_t i = content.find('\n'); i != std::string_view::npos;
       i = content.find('\n', i + 1)) {
    out.push_back(i + 1);
  }
  return out;
}

// The first CR or LF that is not before `at`, or the end. (find_first_of() asks for each byte in
// turn whether it is in the set, four times as slowly.)
std::size_t line_end(std::string_view content, std::size_t at) {
  while (at < content.size() && content[at] != '\n' && content[at] != '\r') ++at;
  return at;
}

// Where the line behind the CR, LF or CR LF at `end` begins.
std::size_t behind_line_end(std::string_view content, std::size_t end) {
  return end + (content.substr(end).starts_with("\r\n") ? 2 : 1);
}

std::vector<std::size_t> protocol_starts(std::string_view content,
                                         const std::vector<std::size_t>& lint_starts) {
  if (content.find('\r') == std::string_view::npos) return lint_starts;
  std::vector<std::size_t> out = {0};
  for (std::size_t end = line_end(content, 0); end < content.size();
       end = line_end(content, out.back())) {
    out.push_back(behind_line_end(content, end));
  }
  return out;
}

// Index of the last start that is not after `offset`.
std::size_t line_at(const std::vector<std::size_t>& starts, std::size_t offset) {
  const auto after = std::ranges::upper_bound(starts, offset);
  return static_cast<std::size_t>(after - starts.begin()) - 1;
}

// Leaves out what is the same at both ends of an extent and its new text, by whole characters.
Replacement trimmed(std::string_view before, Replacement replacement) {
  std::string_view old =
      before.substr(replacement.extent.begin, replacement.extent.end - replacement.extent.begin);
  std::string_view text = replacement.text;
  std::size_t head = 0;
  while (head < old.size() && head < text.size() && old[head] == text[head]) ++head;
  const auto splits = [](std::string_view part, std::size_t at) {
    if (at >= part.size()) return false;
    return continues(part[at]) || (part[at] == '\n' && at > 0 && part[at - 1] == '\r');
  };
  while (head > 0 && (splits(old, head) || splits(text, head))) --head;
  old.remove_prefix(head);
  text.remove_prefix(head);
  std::size_t tail = 0;
  while (tail < old.size() && tail < text.size() &&
         old[old.size() - 1 - tail] == text[text.size() - 1 - tail]) {
    ++tail;
  }
  while (tail > 0 && (splits(old, old.size() - tail) || splits(text, text.size() - tail))) --tail;
  replacement.extent.begin += head;
  replacement.extent.end -= tail;
  replacement.text = std::string(text.substr(0, text.size() - tail));
  return replacement;
}

}  // namespace

const char* name_of(PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::Utf8:
      return "utf-8";
    case PositionEncoding::Utf16:
      return "utf-16";
    case PositionEncoding::Utf32:
      return "utf-32";
  }
  return "utf-16";
}

Text::Text(std::string content)
    : content_(std::move(content)),
      lint_starts_(lint_starts(content_)),
      starts_(protocol_starts(content_, lint_starts_)) {
  mark_long_lines();
}

void Text::mark_long_lines() {
  constexpr std::size_t kEach = 4096;
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    const Extent line = protocol_line(i);
    if (line.end - line.begin < 2 * kEach) continue;
    Mark mark{line.begin, 0, 0};
    std::size_t next = line.begin + kEach;
    while (mark.offset < line.end) {
      const std::size_t size =
          character_size(std::string_view(content_).substr(mark.offset, line.end - mark.offset));
      mark.offset += size;
      mark.utf16 += units_of(size, PositionEncoding::Utf16);
      ++mark.utf32;
      if (mark.offset < next) continue;
      marks_.push_back(mark);
      next = mark.offset + kEach;
    }
  }
}

Text::Mark Text::mark_before(const Extent& line, std::size_t offset) const {
  const auto after = std::ranges::upper_bound(marks_, offset, {}, &Mark::offset);
  if (after == marks_.begin() || std::prev(after)->offset <= line.begin) return {line.begin, 0, 0};
  return *std::prev(after);
}

Extent Text::protocol_line(std::size_t line) const {
  const std::size_t begin = starts_[line];
  std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] : content_.size();
  if (line + 1 < starts_.size()) {
    --end;
    if (end > begin && content_[end] == '\n' && content_[end - 1] == '\r') --end;
  }
  return {begin, end};
}

std::size_t Text::offset_of(Position position, PositionEncoding encoding) const {
  if (position.line >= starts_.size()) return content_.size();
  const Extent line = protocol_line(position.line);
  const auto first = std::ranges::upper_bound(marks_, line.begin, {}, &Mark::offset);
  const auto past = std::ranges::upper_bound(marks_, line.end, {}, &Mark::offset);
  const auto after =
      std::ranges::upper_bound(first, past, position.character, {}, [&](const Mark& mark) {
        return columns_before(mark.offset - line.begin, mark.utf16, mark.utf32, encoding);
      });
  const Mark mark = after == first ? Mark{line.begin, 0, 0} : *std::prev(after);
  std::size_t at = mark.offset;
  std::uint32_t left = position.character -
                       columns_before(mark.offset - line.begin, mark.utf16, mark.utf32, encoding);
  while (at < line.end) {
    const std::size_t size = character_size(std::string_view(content_).substr(at, line.end - at));
    const std::uint32_t units = units_of(size, encoding);
    if (units > left) break;
    left -= units;
    at += size;
  }
  return at;
}

Position Text::position_of(std::size_t offset, PositionEncoding encoding) const {
  offset = std::min(offset, content_.size());
  const std::size_t line = line_at(starts_, offset);
  const Extent extent = protocol_line(line);
  const Mark mark = mark_before(extent, std::min(offset, extent.end));
  Position out{static_cast<std::uint32_t>(line),
               columns_before(mark.offset - extent.begin, mark.utf16, mark.utf32, encoding)};
  std::size_t at = mark.offset;
  while (at < std::min(offset, extent.end)) {
    const std::size_t size = character_size(std::string_view(content_).substr(at, extent.end - at));
    if (size > offset - at) break;
    out.character += units_of(size, encoding);
    at += size;
  }
  return out;
}

Extent Text::extent_of(const Range& range, PositionEncoding encoding) const {
  const std::size_t begin = offset_of(range.begin, encoding);
  const std::size_t end = offset_of(range.end, encoding);
  return {std::min(begin, end), std::max(begin, end)};
}

Range Text::range_of(const Extent& extent, PositionEncoding encoding) const {
  return {position_of(extent.begin, encoding), position_of(extent.end, encoding)};
}

std::uint32_t Text::lint_line_of(std::size_t offset) const {
  return static_cast<std::uint32_t>(line_at(lint_starts_, offset)) + 1;
}

Extent Text::lint_line(std::uint32_t line) const {
  const std::size_t index = std::min<std::size_t>(line > 0 ? line - 1 : 0, lint_starts_.size() - 1);
  const std::size_t end =
      index + 1 < lint_starts_.size() ? lint_starts_[index + 1] : content_.size();
  return without_blanks(content_, {lint_starts_[index], end});
}

Extent Text::extent_of(const Location& location) const {
  const Extent line = lint_line(location.line);
  if (location.line == 0 || location.line > lint_starts_.size() || location.column == 0) {
    return line;
  }
  const auto offset = [&](std::uint32_t number, std::uint32_t column) {
    // A byte order mark is no column.
    const std::size_t mark = number == 1 && content_.starts_with("\xef\xbb\xbf") ? 3 : 0;
    const std::size_t start = lint_starts_[number - 1] + mark;
    const std::size_t end = number < lint_starts_.size() ? lint_starts_[number] : content_.size();
    return start + std::min<std::size_t>(column > 0 ? column - 1 : 0, end - start);
  };
  Extent out{offset(location.line, location.column), 0};
  if (location.end_line >= location.line && location.end_line <= lint_starts_.size()) {
    out.end = offset(location.end_line, location.end_column);
  }
  if (out.end <= out.begin) {
    out.end = out.begin;
    while (out.end < line.end && !is_blank(content_[out.end])) ++out.end;
  }
  return out.end > out.begin ? out : line;
}

std::size_t offset_in(std::string_view content, Position position, PositionEncoding encoding) {
  std::size_t at = 0;
  for (std::uint32_t line = 0; line < position.line; ++line) {
    const std::size_t end = line_end(content, at);
    if (end == content.size()) return end;
    at = behind_line_end(content, end);
  }
  std::uint32_t left = position.character;
  while (at < content.size() && content[at] != '\n' && content[at] != '\r') {
    const std::size_t size = character_size(content.substr(at));
    const std::uint32_t units = units_of(size, encoding);
    if (units > left) break;
    left -= units;
    at += size;
  }
  return at;
}

std::vector<Replacement> replacements_between(std::string_view before, std::string_view after) {
  const std::vector<std::size_t> old_starts = lint_starts(before);
  const std::vector<std::size_t> new_starts = lint_starts(after);
  const auto place = [](const std::vector<std::size_t>& starts, std::string_view text,
                        std::size_t line) {
    return line < starts.size() ? starts[line] : text.size();
  };
  std::vector<Replacement> out;
  for (const lint::LineChange& change : lint::changed_lines(before, after)) {
    const std::size_t begin = place(new_starts, after, change.new_begin);
    const std::size_t end = place(new_starts, after, change.new_end);
    out.push_back(trimmed(before, {{place(old_starts, before, change.old_begin),
                                    place(old_starts, before, change.old_end)},
                                   std::string(after.substr(begin, end - begin))}));
  }
  return out;
}

}  // namespace corten::lsp
