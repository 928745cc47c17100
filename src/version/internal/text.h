// Pieces that the schemes share: ASCII classes, digit runs and their order, all over borrowed
// views.
//
// Numbers are never converted: they have any length, and are ordered by length after their leading
// zeros are gone.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string_view>

namespace corten::version {

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
[[nodiscard]] constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
[[nodiscard]] constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}

[[nodiscard]] constexpr bool starts_with_digit(std::string_view text) {
  return !text.empty() && is_digit(text.front());
}

// Cuts the longest prefix whose bytes satisfy `belongs` off `rest`; may be empty.
template <typename Predicate>
[[nodiscard]] constexpr std::string_view take_while(std::string_view& rest, Predicate belongs) {
  std::size_t length = 0;
  while (length < rest.size() && belongs(rest[length])) ++length;
  const std::string_view taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

[[nodiscard]] constexpr std::string_view take_digits(std::string_view& rest) {
  return take_while(rest, is_digit);
}

// Cuts "1.2.3" off the front of `rest`; a dot stays there if no digit follows it. May be empty.
[[nodiscard]] constexpr std::string_view take_dotted_numbers(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size()) {
    if (is_digit(rest[length])) {
      ++length;
    } else if (rest[length] == '.' && length > 0 && starts_with_digit(rest.substr(length + 1))) {
      length += 2;
    } else {
      break;
    }
  }
  const std::string_view numbers = rest.substr(0, length);
  rest.remove_prefix(length);
  return numbers;
}

// Cuts `c` off the front of `rest`, if it is there.
[[nodiscard]] constexpr bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

// Cuts the text before the next `separator`, and the separator, off `rest`.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

[[nodiscard]] constexpr std::string_view without_leading_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

[[nodiscard]] constexpr bool is_zero(std::string_view digits) {
  return without_leading_zeros(digits).empty();
}

// Bytes are unsigned in this order.
[[nodiscard]] constexpr std::weak_ordering compare_text(std::string_view a, std::string_view b) {
  return a <=> b;
}

// Both are runs of digits; an empty one counts as zero.
[[nodiscard]] constexpr std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return compare_text(a, b);
}

[[nodiscard]] constexpr std::weak_ordering compare_ignoring_case(std::string_view a,
                                                                 std::string_view b) {
  const auto byte_of = [](char c) { return static_cast<unsigned char>(lower(c)); };
  const std::size_t shared = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (byte_of(a[i]) != byte_of(b[i])) return byte_of(a[i]) <=> byte_of(b[i]);
  }
  return a.size() <=> b.size();
}

[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::is_eq(compare_ignoring_case(a, b));
}

[[nodiscard]] constexpr bool starts_with_ignoring_case(std::string_view text,
                                                       std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// Cuts `word` off the front of `rest`, if it is there in any case.
[[nodiscard]] constexpr bool take_word(std::string_view& rest, std::string_view word) {
  if (!starts_with_ignoring_case(rest, word)) return false;
  rest.remove_prefix(word.size());
  return true;
}

// Cuts a "v" or "V" off a version in which a digit follows it.
constexpr void drop_v_prefix(std::string_view& version) {
  if (version.size() > 1 && lower(version[0]) == 'v' && is_digit(version[1])) {
    version.remove_prefix(1);
  }
}

}  // namespace corten::version
