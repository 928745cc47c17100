#include "base/time.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"

namespace corten {

namespace {

// A fixed-width run of digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count || text[at] == '-' || text[at] == '+') return std::nullopt;
  return parse_number<int>(text.substr(at, count));
}

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<Clock> parse_clock(std::string_view text) {
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  const auto second = text.size() >= 8 ? digits(text, 6, 2) : std::optional<int>(0);
  if (!second || *second > 60) return std::nullopt;
  return Clock{*hour, *minute, *second};
}

// "Z", "", "+02:00" or "-0530" as minutes east of UTC.
std::optional<int> parse_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const int sign = text[0] == '+' ? 1 : text[0] == '-' ? -1 : 0;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, text.size() == 6 ? 4 : 3, 2);
  if (sign == 0 || !hours || !minutes) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 0, 4);
  const auto m = digits(text, 5, 2);
  const auto d = digits(text, 8, 2);
  if (!y || !m || !d || text[4] != '-' || text[7] != '-') return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  const Time midnight = sys_days{date};
  if (text.size() == 10) return midnight;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  std::string_view rest = text.substr(11);
  const auto clock = parse_clock(rest);
  if (!clock) return std::nullopt;
  const bool has_seconds = rest.size() >= 8 && rest[5] == ':';
  rest.remove_prefix(has_seconds ? 8 : 5);
  if (rest.starts_with('.')) {
    const std::size_t end = rest.find_first_not_of("0123456789", 1);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
  }
  const auto offset = parse_offset(rest);
  if (!offset) return std::nullopt;
  return midnight + hours{clock->hour} + minutes{clock->minute} +
         seconds{has_seconds ? clock->second : 0} - minutes{*offset};
}

std::string format_time(Time time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - midnight};
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_date(time), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string format_date(Time time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string format_age(std::chrono::seconds age) {
  const auto count = age.count();
  if (count < 60) return "less than a minute";
  if (count < 3600) return fmt::format("{} min", count / 60);
  constexpr std::int64_t kTwoDays = 2L * 86400;
  if (count < kTwoDays) return fmt::format("{} h", count / 3600);
  return fmt::format("{} d", count / 86400);
}

}  // namespace corten
