#include "dockerfile/internal/pattern.h"

#include <algorithm>
#include <vector>

namespace corten::dockerfile::internal {
namespace {

struct Item {
  enum class Kind { Byte, AnyCharacter, AnyText } kind = Kind::Byte;
  char byte = '\0';
};

std::optional<std::vector<Item>> compile(std::string_view pattern) {
  std::vector<Item> out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '*') {
      out.push_back({Item::Kind::AnyText, c});
      continue;
    }
    if (c == '?') {
      out.push_back({Item::Kind::AnyCharacter, c});
      continue;
    }
    if (c == '\\') {
      if (++i == pattern.size()) return std::nullopt;
      c = pattern[i];
      if (!std::string_view("*?\\}/").contains(c)) return std::nullopt;
    }
    out.push_back({Item::Kind::Byte, c});
  }
  return out;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Marks in `next` where `item` can end when it begins at the places marked in `now`.
void advance(const Item& item, std::string_view value, const std::vector<char>& now,
             std::vector<char>& next) {
  std::ranges::fill(next, '\0');
  bool any = false;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (item.kind == Item::Kind::AnyText) {
      any = any || now[i] != '\0';
      next[i] = any ? '\1' : '\0';
      continue;
    }
    if (now[i] == '\0' || i == value.size()) continue;
    if (item.kind == Item::Kind::Byte) {
      if (value[i] == item.byte) next[i + 1] = '\1';
      continue;
    }
    std::size_t end = i + 1;
    while (end < value.size() && continues_character(value[end])) ++end;
    next[end] = '\1';
  }
}

// The end of the shortest or longest match that begins at 0, or npos. Uses up `steps`.
std::optional<std::size_t> match_at_start(const std::vector<Item>& items, std::string_view value,
                                          Match match, std::size_t& steps) {
  if (items.size() > steps / (value.size() + 1)) return std::nullopt;
  steps -= items.size() * (value.size() + 1);
  std::vector<char> now(value.size() + 1, '\0');
  std::vector<char> next(value.size() + 1, '\0');
  now[0] = '\1';
  for (const Item& item : items) {
    advance(item, value, now, next);
    now.swap(next);
  }
  if (match == Match::Shortest) {
    const auto found = std::ranges::find(now, '\1');
    if (found == now.end()) return std::string_view::npos;
    return static_cast<std::size_t>(found - now.begin());
  }
  const auto found = std::find(now.rbegin(), now.rend(), '\1');
  if (found == now.rend()) return std::string_view::npos;
  return static_cast<std::size_t>(now.rend() - found) - 1;
}

}  // namespace

std::optional<std::string> without_prefix(std::string_view value, std::string_view pattern,
                                          Match match, std::size_t& steps) {
  const auto items = compile(pattern);
  if (!items) return std::nullopt;
  const auto end = match_at_start(*items, value, match, steps);
  if (!end) return std::nullopt;
  return std::string(*end == std::string_view::npos ? value : value.substr(*end));
}

std::optional<std::string> without_suffix(std::string_view value, std::string_view pattern,
                                          Match match, std::size_t& steps) {
  auto items = compile(pattern);
  if (!items) return std::nullopt;
  // The shortest match at the end is the shortest one at the start of everything reversed. Only `?`
  // cares for characters of several bytes, which are then backwards: it takes one byte there.
  std::ranges::reverse(*items);
  const std::string backwards(value.rbegin(), value.rend());
  const auto end = match_at_start(*items, backwards, match, steps);
  if (!end) return std::nullopt;
  const std::size_t cut = *end == std::string_view::npos ? 0 : *end;
  return std::string(value.substr(0, value.size() - cut));
}

std::optional<std::string> replaced(std::string_view value, std::string_view pattern,
                                    std::string_view replacement, Replace which,
                                    std::size_t max_bytes, std::size_t& steps) {
  const auto items = compile(pattern);
  if (!items) return std::nullopt;
  std::string out;
  std::size_t at = 0;
  while (at < value.size()) {
    const auto end = match_at_start(*items, value.substr(at), Match::Longest, steps);
    if (!end || out.size() + replacement.size() > max_bytes) return std::nullopt;
    if (*end == std::string_view::npos || *end == 0) {
      out += value[at++];
      continue;
    }
    out += replacement;
    at += *end;
    if (which == Replace::First) break;
  }
  out += value.substr(at);
  return out;
}

}  // namespace corten::dockerfile::internal
