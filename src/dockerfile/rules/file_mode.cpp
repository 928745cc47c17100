#include "dockerfile/rules/file_mode.h"

#include <algorithm>

#include "base/text.h"
#include "dockerfile/rules/support.h"

namespace corten::dockerfile {

namespace {

// "u+s", "a=rwx", "go-w,o+t". Without "ugoa" the umask decides, and it keeps others from writing.
void add_clause(std::string_view clause, FileMode& mode) {
  const std::size_t at = clause.find_first_of("+-=");
  if (at == std::string_view::npos) return;
  const std::string_view who = clause.substr(0, at);
  bool adds = false;
  for (const char c : clause.substr(at)) {
    if (c == '+' || c == '=' || c == '-') {
      adds = c != '-';
      continue;
    }
    if (!adds) continue;
    const bool for_others = who.find_first_of("oa") != std::string_view::npos;
    const bool for_owner = who.empty() || who.find_first_of("ua") != std::string_view::npos;
    const bool for_group = who.empty() || who.find_first_of("ga") != std::string_view::npos;
    mode.others_write = mode.others_write || (c == 'w' && for_others);
    mode.sticky = mode.sticky || c == 't';
    mode.setuid = mode.setuid || (c == 's' && for_owner);
    mode.setgid = mode.setgid || (c == 's' && for_group);
  }
}

}  // namespace

FileMode mode_of(std::string_view text) {
  constexpr unsigned kOthersWrite = 02;
  constexpr unsigned kSticky = 01000;
  constexpr unsigned kSetgid = 02000;
  constexpr unsigned kSetuid = 04000;
  constexpr std::size_t kLongest = 6;
  FileMode mode;
  if (!text.empty() && std::ranges::all_of(text, is_digit) && text.size() <= kLongest) {
    unsigned bits = 0;
    for (const char c : text) bits = bits * 8 + static_cast<unsigned>(c - '0');
    mode.others_write = (bits & kOthersWrite) != 0;
    mode.sticky = (bits & kSticky) != 0;
    mode.setuid = (bits & kSetuid) != 0;
    mode.setgid = (bits & kSetgid) != 0;
    return mode;
  }
  for (const std::string_view clause : split(text, ',')) add_clause(clause, mode);
  return mode;
}

}  // namespace corten::dockerfile
