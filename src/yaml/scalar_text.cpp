#include "yaml/internal/scalar_text.h"

#include <algorithm>

#include "yaml/internal/characters.h"

namespace corten::yaml {

namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view without_leading_blanks(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(kBlanks), line.size()));
}

std::string_view without_trailing_blanks(std::string_view line) {
  return line.substr(0, line.find_last_not_of(kBlanks) + 1);
}

// Takes the first line and the break after it, if there is one, off `rest`.
std::string_view take_line(std::string_view& rest, bool& has_break) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  has_break = end < rest.size();
  const std::size_t width = rest.substr(end).starts_with("\r\n") ? 2 : has_break ? 1 : 0;
  rest.remove_prefix(end + width);
  return line;
}

void append_unquoted(std::string& out, std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    out += line[i];
    if (line[i] == '\'') ++i;  // its double
  }
}

}  // namespace

std::string single_quoted_text(std::string_view inside) {
  std::string out;
  std::size_t breaks = 0;  // since the last text
  bool is_first = true;
  bool has_break = true;
  while (has_break) {
    std::string_view line = take_line(inside, has_break);
    if (!is_first) line = without_leading_blanks(line);
    if (has_break) line = without_trailing_blanks(line);
    if (!line.empty() || !has_break) {
      if (breaks == 1) out += ' ';
      if (breaks > 1) out.append(breaks - 1, '\n');
      append_unquoted(out, line);
      breaks = 0;
    }
    if (has_break) ++breaks;
    is_first = false;
  }
  return out;
}

std::uint64_t blank_line_steps(std::string_view scalar) {
  std::uint64_t steps = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  for (const char c : scalar) {
    if (is_space(c)) {
      ++bytes;
      if (is_break(c)) ++lines;
    } else if (bytes > 0) {
      steps += lines * bytes;
      lines = bytes = 0;
    }
  }
  return steps + lines * bytes;
}

}  // namespace corten::yaml
