// Composer (PHP): what Composer's normalisation and PHP's version_compare() make of a version.
// getcomposer.org/doc/articles/versions.md
//
// Four numbers, missing ones 0 ("1.x-dev" is 1.9999999.9999999.9999999-dev); then stability words
// and their numbers: dev < alpha < beta < RC < release < patch. A branch ("dev-main") is before
// every number; branches compare as text. Fallback: unknown words are before "dev".
#include <array>

#include "base/text.h"
#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

constexpr std::size_t kNumbers = 4;
constexpr std::string_view kWildcard = "9999999";

struct Version {
  bool is_branch = false;
  std::string_view branch;
  std::string_view numbers;  // digits with single separators between them
  bool wildcard = false;     // the numbers that follow, up to the fourth, are kWildcard
  std::string_view suffix;
};

// Dates separate their numbers also by '-' and ':'.
std::string_view take_numbers(std::string_view& rest) {
  const auto separates = [](char c) { return c == '.' || c == '-' || c == ':'; };
  std::size_t length = 0;
  while (length < rest.size()) {
    const bool joins =
        length > 0 && separates(rest[length]) && starts_with_digit(rest.substr(length + 1));
    if (!is_digit(rest[length]) && !joins) break;
    ++length;
  }
  const std::string_view numbers = rest.substr(0, length);
  rest.remove_prefix(length);
  return numbers;
}

bool take_wildcard(std::string_view& rest) {
  if (rest.size() < 2 || rest[0] != '.') return false;
  if (lower(rest[1]) != 'x' && rest[1] != '*') return false;
  if (rest.size() > 2 && is_alnum(rest[2])) return false;
  rest.remove_prefix(2);
  return true;
}

// Without an inline alias ("1.0 as 2.0"), stability flag, reference and build metadata.
std::string_view without_extras(std::string_view text) {
  text = trim(text);
  text = text.substr(0, text.find(" as "));
  return trim(text.substr(0, text.find_first_of("@#+")));
}

Version parse(std::string_view text) {
  std::string_view rest = without_extras(text);
  Version version;
  if (take_word(rest, "dev-")) {
    version.is_branch = true;
    version.branch = rest;
    return version;
  }
  drop_v_prefix(rest);
  version.numbers = take_numbers(rest);
  while (!version.numbers.empty() && take_wildcard(rest)) version.wildcard = true;
  version.suffix = rest;
  return version;
}

Order compare_version_numbers(const Version& a, const Version& b) {
  const auto next = [](std::string_view& rest, bool wildcard, std::size_t index) {
    if (rest.empty()) return wildcard && index < kNumbers ? kWildcard : std::string_view();
    const std::string_view number = take_digits(rest);
    if (!rest.empty()) rest.remove_prefix(1);
    return number;
  };
  std::string_view left = a.numbers;
  std::string_view right = b.numbers;
  for (std::size_t i = 0; i < kNumbers || !left.empty() || !right.empty(); ++i) {
    const Order order = compare_numbers(next(left, a.wildcard, i), next(right, b.wildcard, i));
    if (order != 0) return order;
  }
  return Order::equivalent;
}

// In ascending order.
enum class Kind { Unknown, Dev, Alpha, Beta, Candidate, End, Number, Patch, Stable };

struct Word {
  std::string_view text;
  Kind kind;
};

constexpr std::array<Word, 10> kWords = {{{"dev", Kind::Dev},
                                          {"alpha", Kind::Alpha},
                                          {"a", Kind::Alpha},
                                          {"beta", Kind::Beta},
                                          {"b", Kind::Beta},
                                          {"rc", Kind::Candidate},
                                          {"patch", Kind::Patch},
                                          {"pl", Kind::Patch},
                                          {"p", Kind::Patch},
                                          {"stable", Kind::Stable}}};

struct Token {
  Kind kind;
  std::string_view text;
};

Kind kind_of(std::string_view word) {
  const auto* const found = std::ranges::find_if(
      kWords, [&](const Word& known) { return equal_ignoring_case(known.text, word); });
  return found == kWords.end() ? Kind::Unknown : found->kind;
}

// "stable" says nothing and is passed over.
Token next_token(std::string_view& rest) {
  for (;;) {
    (void)take_while(rest, [](char c) { return !is_alnum(c); });
    if (rest.empty()) return {Kind::End, {}};
    if (is_digit(rest[0])) return {Kind::Number, take_digits(rest)};
    const std::string_view word = take_while(rest, is_alpha);
    if (const Kind kind = kind_of(word); kind != Kind::Stable) return {kind, word};
  }
}

Order compare_suffix(std::string_view a, std::string_view b) {
  for (;;) {
    const Token left = next_token(a);
    const Token right = next_token(b);
    if (left.kind != right.kind) return left.kind <=> right.kind;
    if (left.kind == Kind::End) return Order::equivalent;
    if (left.kind == Kind::Number) {
      if (const Order order = compare_numbers(left.text, right.text); order != 0) return order;
    } else if (left.kind == Kind::Unknown) {
      if (const Order order = compare_text(left.text, right.text); order != 0) return order;
    }
  }
}

// "[sep]word[[sep]digits…]" as often as it comes; "dev" only at the end.
bool valid_suffix(std::string_view suffix) {
  const auto is_joint = [](char c) { return c == '.' || c == '-'; };
  while (!suffix.empty()) {
    if (is_joint(suffix[0]) || suffix[0] == '_') suffix.remove_prefix(1);
    const Kind kind = kind_of(take_while(suffix, is_alpha));
    if (kind == Kind::Unknown) return false;
    if (kind == Kind::Dev) return suffix.empty();
    while (starts_with_digit(suffix) ||
           (suffix.size() > 1 && is_joint(suffix[0]) && is_digit(suffix[1]))) {
      if (is_joint(suffix[0])) suffix.remove_prefix(1);
      (void)take_digits(suffix);
    }
  }
  return true;
}

}  // namespace

Order compare_composer(std::string_view a, std::string_view b) {
  const Version left = parse(a);
  const Version right = parse(b);
  if (left.is_branch != right.is_branch) return right.is_branch <=> left.is_branch;
  if (left.is_branch) return compare_text(left.branch, right.branch);
  if (const Order order = compare_version_numbers(left, right); order != 0) return order;
  return compare_suffix(left.suffix, right.suffix);
}

bool valid_composer(std::string_view version) {
  const Version parsed = parse(version);
  if (parsed.is_branch) return !parsed.branch.empty();
  return !parsed.numbers.empty() && valid_suffix(parsed.suffix);
}

}  // namespace corten::version
