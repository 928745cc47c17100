#include "dockerfile/rules/file_mode.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

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

constexpr unsigned kOthersWrite = 02;
constexpr unsigned kSticky = 01000;
constexpr unsigned kSetgid = 02000;
constexpr unsigned kSetuid = 04000;

bool is_octal(std::string_view text) {
  constexpr std::size_t kLongest = 6;
  return !text.empty() && std::ranges::all_of(text, is_digit) && text.size() <= kLongest;
}

unsigned bits_of(std::string_view octal) {
  unsigned bits = 0;
  for (const char c : octal) bits = bits * 8 + static_cast<unsigned>(c - '0');
  return bits;
}

std::string without(std::string_view text, std::string_view letters) {
  std::string out(text);
  std::erase_if(out, [&](char c) { return letters.contains(c); });
  return out;
}

// "a+rwx" without writing for others: "ug+rwx,o+rx".
std::string without_others_write(std::string_view who, char op, std::string_view rights) {
  std::string others = without(rights, "w");
  const std::string rest = who.contains('a') ? "ug" : without(who, "o");
  std::vector<std::string> clauses;
  if (!rest.empty()) clauses.push_back(fmt::format("{}{}{}", rest, op, rights));
  const bool says_nothing = others.empty() && op == '+';
  if (!says_nothing) {
    clauses.push_back(fmt::format("o{}{}", op, others));
  } else if (clauses.empty()) {
    clauses.emplace_back("o-w");
  }
  return join(clauses, ",");
}

std::optional<std::string> clause_without(std::string_view clause, Given given) {
  const std::size_t at = clause.find_first_of("+-=");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view who = clause.substr(0, at);
  const char op = clause[at];
  const std::string_view rights = clause.substr(at + 1);
  const FileMode mode = mode_of(clause);
  const bool gives = given == Given::OthersWrite ? mode.others_write : mode.setuid || mode.setgid;
  if (!gives) return std::string(clause);
  if (rights.find_first_not_of("rwxXst") != std::string_view::npos) return std::nullopt;
  if (given == Given::OthersWrite) return without_others_write(who, op, rights);
  const std::string kept = without(rights, "s");
  if (kept.empty() && op == '+') return fmt::format("{}-s", who);
  return fmt::format("{}{}{}", who, op, kept);
}

}  // namespace

std::optional<std::string> mode_without(std::string_view text, Given given) {
  if (is_octal(text)) {
    const unsigned taken = given == Given::OthersWrite ? kOthersWrite : kSetuid | kSetgid;
    return fmt::format("{:0{}o}", bits_of(text) & ~taken, text.size());
  }
  std::vector<std::string> clauses;
  for (const std::string_view clause : split(text, ',')) {
    auto changed = clause_without(clause, given);
    if (!changed) return std::nullopt;
    clauses.push_back(std::move(*changed));
  }
  return join(clauses, ",");
}

FileMode mode_of(std::string_view text) {
  FileMode mode;
  if (is_octal(text)) {
    const unsigned bits = bits_of(text);
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
