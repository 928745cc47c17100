// Lists of integers: Haskell's PVP (pvp.haskell.org) and R's package_version (numbers separated by
// '.' or '-').
//
// A list is before its own continuations: 1.0 < 1.0.0. Fallback: words, which neither grammar has,
// are before the end and compare as text, so that "1.0-rc1" is before "1.0"; other bytes separate.
#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order.
enum class Kind { Word, End, Number };

struct Token {
  Kind kind;
  std::string_view text;
};

Token next_token(std::string_view& rest) {
  (void)take_while(rest, [](char c) { return !is_alnum(c); });
  if (rest.empty()) return {Kind::End, {}};
  if (is_digit(rest[0])) return {Kind::Number, take_digits(rest)};
  return {Kind::Word, take_while(rest, is_alpha)};
}

}  // namespace

Order compare_integers(std::string_view a, std::string_view b) {
  for (;;) {
    const Token left = next_token(a);
    const Token right = next_token(b);
    if (left.kind != right.kind) return left.kind <=> right.kind;
    if (left.kind == Kind::End) return Order::equivalent;
    const Order order = left.kind == Kind::Number ? compare_numbers(left.text, right.text)
                                                  : compare_text(left.text, right.text);
    if (order != 0) return order;
  }
}

bool valid_integers(std::string_view version) {
  for (;;) {
    if (take_digits(version).empty()) return false;
    if (version.empty()) return true;
    if (!take(version, '.') && !take(version, '-')) return false;
  }
}

}  // namespace corten::version
