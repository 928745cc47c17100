#include "dockerfile/internal/words.h"

#include <array>

namespace corten::dockerfile::internal {
namespace {

// The blanks beyond ASCII, in UTF-8: U+0085, U+00A0, U+1680, U+2000…200A, U+2028, U+2029, U+202F,
// U+205F, U+3000. U+2000…200A are checked apart.
constexpr std::array<std::string_view, 8> kWideBlanks = {
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

bool is_quad_blank(std::string_view rest) {
  return rest.size() >= 3 && rest[0] == '\xE2' && rest[1] == '\x80' &&
         static_cast<unsigned char>(rest[2]) >= 0x80 && static_cast<unsigned char>(rest[2]) <= 0x8A;
}

bool is_continuation_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::size_t space_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const char c = text[at];
  if (static_cast<unsigned char>(c) < 0x80) return separates_arguments(c) || c == '\n' ? 1 : 0;
  if (c != '\xC2' && c != '\xE1' && c != '\xE2' && c != '\xE3') return 0;
  const std::string_view rest = text.substr(at, 3);
  if (is_quad_blank(rest)) return 3;
  for (const std::string_view blank : kWideBlanks) {
    if (rest.starts_with(blank)) return blank.size();
  }
  return 0;
}

Span trimmed(std::string_view text) {
  Span out{0, text.size()};
  while (const std::size_t blank = space_at(text, out.begin)) out.begin += blank;
  while (out.end > out.begin) {
    std::size_t last = out.end - 1;
    while (last > out.begin && out.end - last < 3 && is_continuation_byte(text[last])) --last;
    const std::size_t blank = space_at(text, last);
    if (blank == 0 || last + blank != out.end) break;
    out.end = last;
  }
  return out;
}

std::vector<Span> split_arguments(std::string_view text) {
  std::vector<Span> out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (separates_arguments(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && !separates_arguments(text[at])) ++at;
    out.push_back({begin, at});
  }
  return out;
}

std::vector<Span> split_quoted(std::string_view text, char escape) {
  std::vector<Span> out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (const std::size_t blank = space_at(text, at)) {
      at += blank;
      continue;
    }
    Span word{at, at};
    char quote = '\0';
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (quote == '\0' && space_at(text, at) != 0) break;
      if (c == escape && quote != '\'') {
        if (at + 1 == text.size()) break;  // a lone escape character at the end is dropped
        word.end = ++at + 1;
        continue;
      }
      if (quote != '\0' && c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '\'' || c == '"')) {
        quote = c;
      }
      word.end = at + 1;
    }
    if (word.end > word.begin) out.push_back(word);
    if (at + 1 == text.size() && text[at] == escape) break;
  }
  return out;
}

}  // namespace corten::dockerfile::internal
