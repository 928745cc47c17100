// Dates and times as text. All times are UTC; the clock is always a parameter, never read here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace corten {

using Time = std::chrono::sys_seconds;

// RFC 3339 ("2024-03-29T17:15:21Z", fractions and offsets included) and plain dates ("2024-03-29",
// midnight UTC).
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);
[[nodiscard]] std::string format_time(Time time);  // "2024-03-29T17:15:21Z"
[[nodiscard]] std::string format_date(Time time);  // "2024-03-29"
[[nodiscard]] std::string format_age(
    std::chrono::seconds age);  // "3 h", "2 d", "5 min"; for people

}  // namespace corten
