#include "report/internal/json_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace corten::report {

namespace {

// The code point of a control that JSON allows bare and a terminal may obey, at the start of
// `text`; 0 for anything else. `text` is valid UTF-8. C1: C2 80…9F. U+200E/F, U+2028…202E,
// U+2066…2069: E2 80/81 xx.
unsigned bare_control(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  if (byte(0) == 0x7f) return 0x7f;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return byte(1);
  if (byte(0) != 0xe2 || (byte(1) != 0x80 && byte(1) != 0x81)) return 0;
  const unsigned point = 0x2000 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  const bool is_control = point == 0x200e || point == 0x200f ||
                          (point >= 0x2028 && point <= 0x202e) ||
                          (point >= 0x2066 && point <= 0x2069);
  return is_control ? point : 0;
}

std::size_t utf8_size(unsigned point) { return point < 0x80 ? 1 : point < 0x800 ? 2 : 3; }

}  // namespace

std::string json_text(const nlohmann::ordered_json& value, JsonLayout layout) {
  const std::string raw = value.dump(layout == JsonLayout::Indented ? 2 : -1, ' ', false,
                                     nlohmann::ordered_json::error_handler_t::replace);
  constexpr std::string_view kLeads = "\x7f\xc2\xe2";
  std::string out;
  out.reserve(raw.size() + 1);
  std::string_view rest = raw;
  for (;;) {
    const std::size_t at = rest.find_first_of(kLeads);
    out += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at);
    const unsigned point = bare_control(rest);
    if (point == 0) {
      out.push_back(rest.front());
      rest.remove_prefix(1);
    } else {
      out += fmt::format("\\u{:04x}", point);
      rest.remove_prefix(utf8_size(point));
    }
  }
  if (layout == JsonLayout::Indented) out.push_back('\n');
  return out;
}

}  // namespace corten::report
