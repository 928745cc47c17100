// Small things that rules of all families use.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "shell/commands.h"

namespace corten::dockerfile {

[[nodiscard]] bool is_among(std::string_view word, std::span<const std::string_view> list);

[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Fixes that look at the whole file are made for so many problems of a rule; further ones come in
// the next round of fixing.
inline constexpr std::size_t kMostCostlyFixes = 10;

// From the program's name to the last word.
[[nodiscard]] shell::Range words_range(const shell::Invocation& call);

// Shown in evidence: printable, and not longer than a line.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace corten::dockerfile
