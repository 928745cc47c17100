#include <algorithm>

#include "base/text.h"
#include "package/internal/stanza.h"

namespace corten::package {
namespace {

// The length of the first line of `text`, its line end included.
std::size_t line_length(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_blank_char(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Whether the text begins with a line of white space only, which ends a stanza. An indented line
// costs little here: the search stops at its first letter.
bool begins_with_blank_line(std::string_view text) {
  for (const char c : text) {
    if (c == '\n') return true;
    if (!is_blank_char(c)) return false;
  }
  return true;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool is_field(const Field& field, std::string_view name) {
  return std::ranges::equal(field.name, name, [](char a, char b) { return lower(a) == lower(b); });
}

bool StanzaReader::next_stanza() {
  while (in_stanza_ && next_field()) {
  }
  in_stanza_ = true;
  while (!rest_.empty() && begins_with_blank_line(rest_)) rest_.remove_prefix(line_length(rest_));
  return !rest_.empty();
}

std::optional<Field> StanzaReader::next_field() {
  while (!rest_.empty() && !begins_with_blank_line(rest_)) {
    const std::size_t first = line_length(rest_);
    const std::string_view line = rest_.substr(0, first);
    const std::size_t colon = line.find(':');
    if (line[0] == '#' || line[0] == ' ' || line[0] == '\t' || colon == std::string_view::npos ||
        colon == 0) {
      if (line[0] != '#') ++stray_lines_;
      rest_.remove_prefix(first);
      continue;
    }
    std::size_t end = first;
    while (end < rest_.size() && (rest_[end] == ' ' || rest_[end] == '\t') &&
           !begins_with_blank_line(rest_.substr(end))) {
      end += line_length(rest_.substr(end));
    }
    const Field field{trim(rest_.substr(0, colon)), trim(rest_.substr(colon + 1, end - colon - 1))};
    rest_.remove_prefix(end);
    return field;
  }
  return std::nullopt;
}

}  // namespace corten::package
