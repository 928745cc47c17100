// RPM: [epoch:]version[-release]; each part as rpmvercmp(3) orders it. rpm-version(7).
//
// The epoch's default is 0. A version without release is before the same version with any release.
#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

struct Parts {
  std::string_view epoch;
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

Parts split_parts(std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  const std::string_view epoch = take_digits(rest);
  if (take(rest, ':')) {
    parts.epoch = epoch;
    text = rest;
  }
  const std::size_t hyphen = text.rfind('-');
  parts.version = text.substr(0, hyphen);
  parts.has_release = hyphen != std::string_view::npos;
  if (parts.has_release) parts.release = text.substr(hyphen + 1);
  return parts;
}

// In ascending order.
enum class Kind { Tilde, End, Caret, Word, Number };

struct Token {
  Kind kind;
  std::string_view text;
};

Token next_token(std::string_view& rest) {
  (void)take_while(rest, [](char c) { return !is_alnum(c) && c != '~' && c != '^'; });
  if (rest.empty()) return {Kind::End, {}};
  if (take(rest, '~')) return {Kind::Tilde, {}};
  if (take(rest, '^')) return {Kind::Caret, {}};
  if (is_digit(rest[0])) return {Kind::Number, take_digits(rest)};
  return {Kind::Word, take_while(rest, is_alpha)};
}

Order compare_part(std::string_view a, std::string_view b) {
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

bool valid_part(std::string_view part) {
  constexpr std::string_view kPunctuation = "._+~^";
  return !part.empty() && std::ranges::all_of(part, [&](char c) {
    return is_alnum(c) || kPunctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

Order compare_rpm(std::string_view a, std::string_view b) {
  const Parts left = split_parts(a);
  const Parts right = split_parts(b);
  if (const Order order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const Order order = compare_part(left.version, right.version); order != 0) return order;
  if (left.has_release != right.has_release) return left.has_release <=> right.has_release;
  return compare_part(left.release, right.release);
}

// The bytes that rpmbuild allows in the Version and Release tags.
bool valid_rpm(std::string_view version) {
  const Parts parts = split_parts(version);
  return valid_part(parts.version) && (!parts.has_release || valid_part(parts.release)) &&
         !version.starts_with(':');
}

}  // namespace corten::version
