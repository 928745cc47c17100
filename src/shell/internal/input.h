// The characters being parsed and where they stand in the script's text: a string inside quotes or
// backticks is parsed without its escapes, and its positions are still those of the whole text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shell/script.h"

namespace corten::shell {

struct Input {
  std::string_view chars;
  std::vector<std::uint32_t> map;  // position of every byte; empty: the byte's own index

  [[nodiscard]] std::uint32_t position(std::size_t at) const {
    if (map.empty()) return static_cast<std::uint32_t>(at);
    if (at < map.size()) return map[at];
    return map.back() + 1;
  }
  [[nodiscard]] std::uint32_t end_position(
      std::size_t at) const {  // of a range that ends before `at`
    if (map.empty()) return static_cast<std::uint32_t>(at);
    return at == 0 ? map.front() : map[at - 1] + 1;
  }
  [[nodiscard]] Range range(std::size_t begin, std::size_t end) const {
    if (begin >= end) return {position(begin), position(begin)};
    return {position(begin), end_position(end)};
  }
  [[nodiscard]] char at(std::size_t index) const {
    return index < chars.size() ? chars[index] : '\0';
  }
  [[nodiscard]] bool ends(std::size_t index) const { return index >= chars.size(); }
};

// Characters that were decoded from another text, each with its position in the whole text.
struct Decoded {
  std::string chars;
  std::vector<std::uint32_t> map;

  void put(char c, std::uint32_t position) {
    chars.push_back(c);
    map.push_back(position);
  }
};

inline bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

}  // namespace corten::shell
