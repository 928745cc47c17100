#include "dockerfile/internal/label_values.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "dockerfile/internal/spdx_ids.h"

namespace corten::dockerfile::internal {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

bool is_url_character(char c) {
  return is_alphanumeric(c) || std::string_view("-._~:/?#@!$&'()*+,;=%").contains(c);
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
  });
}

// "[::1]" after the user, if there is one: the only place for brackets.
std::string_view without_literal_host(std::string_view rest) {
  if (!rest.starts_with("//")) return rest;
  const std::size_t end = std::min(rest.find_first_of("/?#", 2), rest.size());
  const std::string_view authority = rest.substr(2, end - 2);
  const std::size_t at = authority.rfind('@');
  const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
  if (host >= authority.size() || authority[host] != '[') return rest;
  const std::size_t close = authority.find(']', host);
  if (close == std::string_view::npos || close == host + 1) return rest;
  const std::string_view address = authority.substr(host + 1, close - host - 1);
  const bool is_address =
      std::ranges::all_of(address, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  return is_address ? rest.substr(2 + close + 1) : rest;
}

bool has_valid_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
  }
  return true;
}

// Cuts a number of exactly `digits` digits off `text`.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const std::string_view part = text.substr(0, digits);
  if (!std::ranges::all_of(part, is_digit)) return std::nullopt;
  text.remove_prefix(digits);
  return parse_number<unsigned>(part);
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

unsigned days_of(unsigned year, unsigned month) {
  constexpr std::array<unsigned, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

bool take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return false;
  const auto month = take_number(text, 2);
  if (!month || *month < 1 || *month > 12 || !take(text, "-")) return false;
  const auto day = take_number(text, 2);
  return day && *day >= 1 && *day <= days_of(*year, *month);
}

bool take_hour_and_minute(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return false;
  const auto minute = take_number(text, 2);
  return minute && *minute <= 59;
}

bool take_time(std::string_view& text) {
  if (!take_hour_and_minute(text) || !take(text, ":")) return false;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return false;  // 60: a leap second
  if (!take(text, ".")) return true;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

bool is_number_without_zeros(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit) &&
         (text.size() == 1 || text.front() != '0');
}

enum class Zeros { Allowed, Refused };  // in front of identifiers that are numbers

bool are_identifiers(std::string_view text, Zeros zeros) {
  return std::ranges::all_of(split(text, '.'), [&](std::string_view part) {
    if (part.empty()) return false;
    if (zeros == Zeros::Refused && std::ranges::all_of(part, is_digit)) {
      return is_number_without_zeros(part);
    }
    return std::ranges::all_of(part, [](char c) { return is_alphanumeric(c) || c == '-'; });
  });
}

// Words joined by single dots.
template <typename IsCharacter>
bool is_dotted(std::string_view text, IsCharacter is_character) {
  return std::ranges::all_of(split(text, '.'), [&](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_character);
  });
}

bool is_atom_character(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").contains(c);
}

bool is_quoted_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '"') return false;
    if (inside[i] == '\\' && ++i == inside.size()) return false;
  }
  return true;
}

bool is_custom_license(std::string_view word) {
  if (word.starts_with("DocumentRef-")) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) return false;
    word.remove_prefix(colon + 1);
  }
  constexpr std::string_view kPrefix = "LicenseRef-";
  return word.starts_with(kPrefix) && word.size() > kPrefix.size() &&
         std::ranges::all_of(word,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

bool is_license(std::string_view word) {
  if (word.ends_with('+') && is_spdx_license(word.substr(0, word.size() - 1))) return true;
  return is_spdx_license(word) || is_custom_license(word);
}

// Cuts the next word or parenthesis off; empty at the end.
std::string_view next_token(std::string_view& rest) {
  rest = trim(rest);
  if (rest.empty()) return {};
  const bool is_parenthesis = rest.front() == '(' || rest.front() == ')';
  const std::size_t end = is_parenthesis ? 1 : std::min(rest.find_first_of(" \t()"), rest.size());
  const std::string_view token = rest.substr(0, end);
  rest.remove_prefix(end);
  return token;
}

}  // namespace

bool is_url(std::string_view text) {
  const auto parts = split_once(text, ':');
  if (!parts || !is_scheme(parts->first) || parts->second.empty()) return false;
  const std::string_view rest = without_literal_host(parts->second);
  return std::ranges::all_of(rest, is_url_character) && has_valid_escapes(rest) &&
         std::ranges::count(rest, '#') <= 1;
}

bool is_rfc3339(std::string_view text) {
  if (!take_date(text) || !take(text, "Tt") || !take_time(text)) return false;
  if (take(text, "Zz")) return text.empty();
  return take(text, "+-") && take_hour_and_minute(text) && text.empty();
}

bool is_semver(std::string_view text) {
  if (const auto build = split_once(text, '+')) {
    if (!are_identifiers(build->second, Zeros::Allowed)) return false;
    text = build->first;
  }
  if (const auto release = split_once(text, '-')) {
    if (!are_identifiers(release->second, Zeros::Refused)) return false;
    text = release->first;
  }
  const std::vector<std::string_view> numbers = split(text, '.');
  return numbers.size() == 3 && std::ranges::all_of(numbers, is_number_without_zeros);
}

bool is_git_hash(std::string_view text) {
  constexpr std::size_t kShort = 7;
  constexpr std::size_t kFull = 40;
  return (text.size() == kShort || text.size() == kFull) && std::ranges::all_of(text, is_lower_hex);
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (!is_dotted(local, is_atom_character) && !is_quoted_string(local)) return false;
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    return domain.find_first_of("[]\\", 1) == domain.size() - 1;
  }
  return is_dotted(domain, is_atom_character);
}

bool is_spdx_expression(std::string_view text) {
  std::size_t open = 0;
  bool wants_license = true;
  bool may_have_exception = false;
  for (std::string_view token = next_token(text); !token.empty(); token = next_token(text)) {
    if (wants_license) {
      if (token == "(") {
        ++open;
        continue;
      }
      if (!is_license(token)) return false;
      wants_license = false;
      may_have_exception = true;
    } else if (token == "WITH") {
      if (!may_have_exception || !is_spdx_exception(next_token(text))) return false;
      may_have_exception = false;
    } else if (token == ")") {
      if (open-- == 0) return false;
      may_have_exception = false;
    } else {
      if (token != "AND" && token != "OR") return false;
      wants_license = true;
    }
  }
  return !wants_license && open == 0;
}

}  // namespace corten::dockerfile::internal
