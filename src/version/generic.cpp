// Generic: for products of which no scheme is known. Numbers and words alternate; everything else
// separates them.
//
// Words of pre-releases are before the end, other words (the letter of OpenSSL's 1.0.2k) after it,
// numbers last; missing numbers are 0, and case does not count. A "v" before the first digit is
// dropped.
#include <array>

#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order. A zero is as good as nothing.
enum class Kind { Prerelease, EndOrZero, Word, Number };

constexpr std::array<std::string_view, 11> kPrereleases = {
    "dev", "nightly", "snapshot", "preview", "pre", "alpha", "beta", "milestone", "m", "cr", "rc"};

struct Token {
  Kind kind;
  std::string_view text;
  bool ended = false;
};

Token next_token(std::string_view& rest) {
  (void)take_while(rest, [](char c) { return !is_alnum(c); });
  if (rest.empty()) return {Kind::EndOrZero, {}, true};
  if (is_digit(rest[0])) {
    const std::string_view digits = take_digits(rest);
    return {is_zero(digits) ? Kind::EndOrZero : Kind::Number, digits};
  }
  const std::string_view word = take_while(rest, is_alpha);
  // "m" and "cr" are Maven's habit and count only with a number: 1.0m is a letter release.
  const bool needs_number = word.size() < 3 && !equal_ignoring_case(word, "rc");
  const bool is_prerelease =
      std::ranges::any_of(kPrereleases, [&](auto name) { return equal_ignoring_case(word, name); });
  const bool counts = is_prerelease && (!needs_number || starts_with_digit(rest));
  return {counts ? Kind::Prerelease : Kind::Word, word};
}

}  // namespace

Order compare_generic(std::string_view a, std::string_view b) {
  drop_v_prefix(a);
  drop_v_prefix(b);
  for (;;) {
    const Token left = next_token(a);
    const Token right = next_token(b);
    if (left.kind != right.kind) return left.kind <=> right.kind;
    if (left.ended && right.ended) return Order::equivalent;
    if (left.kind == Kind::EndOrZero) continue;
    const Order order = left.kind == Kind::Number ? compare_numbers(left.text, right.text)
                                                  : compare_ignoring_case(left.text, right.text);
    if (order != 0) return order;
  }
}

// Anything in which there is something to compare.
bool valid_generic(std::string_view version) { return std::ranges::any_of(version, is_alnum); }

}  // namespace corten::version
