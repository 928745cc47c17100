// Small text helpers. All are byte-wise and locale-free.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corten {

[[nodiscard]] std::string_view trim(std::string_view text);  // spaces, tabs, CR, LF
[[nodiscard]] std::string to_lower(std::string_view text);   // ASCII only
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// The parts of "key<separator>value"; nullopt without a separator. Neither side is trimmed.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>> split_once(
    std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Cuts the next line off `rest` (without its LF or CRLF); nullopt at the end.
[[nodiscard]] std::optional<std::string_view> next_line(std::string_view& rest);

// The whole of `text` as a decimal number, or nullopt (signs, spaces, overflow and empty text
// included).
template <typename T>
[[nodiscard]] std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// Safe to print on a terminal: control characters, DEL, C1 controls and bytes that are not UTF-8
// become \xHH; TAB and LF become a space.
[[nodiscard]] std::string printable(std::string_view untrusted);

// Cut to `width` terminal columns, with a final "…" where something was cut. Counts code points,
// wide East Asian ones as 2.
[[nodiscard]] std::string ellipsized(std::string_view text, std::size_t width);
[[nodiscard]] std::size_t display_width(std::string_view text);

[[nodiscard]] std::string format_size(std::uint64_t bytes);  // "1.4 MB", decimal units

// The one of `candidates` that was probably meant by a mistyped `word` (at most two edits), or
// empty.
[[nodiscard]] std::string_view closest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace corten
