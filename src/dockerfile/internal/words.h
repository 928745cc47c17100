// Blanks and words as Go's unicode.IsSpace and BuildKit's regular expressions see them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace corten::dockerfile::internal {

struct Span {  // offsets into a text
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Length in bytes of the blank at `at`, or 0. Blanks are those of Unicode: a no-break space too.
[[nodiscard]] std::size_t space_at(std::string_view text, std::size_t at);

// [begin, end) of `text` without blanks at either end.
[[nodiscard]] Span trimmed(std::string_view text);

[[nodiscard]] inline std::string_view cut(std::string_view text, Span span) {
  return text.substr(span.begin, span.end - span.begin);
}

// Tab, vertical tab, form feed, carriage return, space: what separates arguments.
[[nodiscard]] inline bool separates_arguments(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

// The arguments between such separators; `text` is trimmed.
[[nodiscard]] std::vector<Span> split_arguments(std::string_view text);

// The words of ENV, LABEL and ARG: blanks in quotes and after `escape` do not separate.
[[nodiscard]] std::vector<Span> split_quoted(std::string_view text, char escape);

}  // namespace corten::dockerfile::internal
