#include "package/internal/os_release.h"

#include <algorithm>

#include "base/text.h"

namespace corten::package {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

// Undoes the quoting of a shell word as far as the word goes; quoted and bare parts may be joined.
std::string unquoted(std::string_view text) {
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool has_next = i + 1 < text.size();
    if (quote == '\'') {
      if (c == '\'') {
        quote = '\0';
      } else {
        out.push_back(c);
      }
    } else if (c == '\\' && has_next) {
      const char next = text[++i];
      const bool is_escape = quote == '\0' || std::string_view("$\"\\`").contains(next);
      if (!is_escape) out.push_back(c);
      out.push_back(next);
    } else if (quote == '"') {
      if (c == '"') {
        quote = '\0';
      } else {
        out.push_back(c);
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      break;
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::map<std::string, std::string, std::less<>> parse_assignments(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  text = text.substr(0, kMaxReleaseFileBytes);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::map<std::string, std::string, std::less<>> out;
  while (const auto raw = next_line(text)) {
    const auto assignment = split_once(trim(*raw), '=');
    if (!assignment || !is_name(assignment->first)) continue;
    out.insert_or_assign(std::string(assignment->first), unquoted(assignment->second));
  }
  return out;
}

}  // namespace corten::package
