// Maven: ComparableVersion. maven.apache.org/pom.html#version-order-specification
//
// Tokens are numbers and words, split at '.', '-' and where digits and letters meet (which counts
// as '-'). Nulls (zeros, empty tokens, "ga", "final", "release") are dropped at the end, before a
// '-' and before a word. What is left is ordered
//   alpha < beta < milestone < rc = cr < snapshot < (end) < sp < other words < -number < .number
// so that ".word" and "-word" are one. Maven's own nested lists are not transitive when nulls are
// followed by words of pre-releases in odd places ("1-0.alpha"); this order, which is the
// specification's text, is.
#include <algorithm>
#include <array>

#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order; NullWord is a null that stays because a ".number" follows it ("1-ga.1").
enum class Kind {
  Alpha,
  Beta,
  Milestone,
  Candidate,
  Snapshot,
  End,
  NullWord,
  ServicePack,
  OtherWord,
  DashNumber,
  DotNumber
};

struct Word {
  std::string_view text;
  Kind kind;
};

constexpr std::array<Word, 10> kWords = {{{"alpha", Kind::Alpha},
                                          {"beta", Kind::Beta},
                                          {"milestone", Kind::Milestone},
                                          {"rc", Kind::Candidate},
                                          {"cr", Kind::Candidate},
                                          {"snapshot", Kind::Snapshot},
                                          {"ga", Kind::NullWord},
                                          {"final", Kind::NullWord},
                                          {"release", Kind::NullWord},
                                          {"sp", Kind::ServicePack}}};

// Single letters, directly before a digit only: "1-a1", but not "1-a-1".
constexpr std::array<Word, 3> kLetters = {
    {{"a", Kind::Alpha}, {"b", Kind::Beta}, {"m", Kind::Milestone}}};

struct Token {
  Kind kind;
  std::string_view text;
};

Kind kind_of(std::string_view word, bool digit_follows) {
  const auto named = [&](const Word& known) { return equal_ignoring_case(known.text, word); };
  if (digit_follows) {
    const auto* const letter = std::ranges::find_if(kLetters, named);
    if (letter != kLetters.end()) return letter->kind;
  }
  const auto* const found = std::ranges::find_if(kWords, named);
  return found == kWords.end() ? Kind::OtherWord : found->kind;
}

bool is_null(const Token& token) {
  if (token.kind == Kind::NullWord) return true;
  return (token.kind == Kind::DashNumber || token.kind == Kind::DotNumber) && is_zero(token.text);
}

// Reads the tokens as they are written.
struct Cursor {
  std::string_view rest;
  bool after_dash = false;

  Token next() {
    if (rest.empty()) return {Kind::End, {}};
    const Kind number = after_dash ? Kind::DashNumber : Kind::DotNumber;
    if (rest[0] == '.' || rest[0] == '-') {
      pass_separator();
      return {number, {}};
    }
    if (is_digit(rest[0])) {
      const std::string_view digits = take_digits(rest);
      pass_separator();
      return {number, digits};
    }
    const std::string_view word =
        take_while(rest, [](char c) { return c != '.' && c != '-' && !is_digit(c); });
    const bool digit_follows = starts_with_digit(rest);
    pass_separator();
    return {kind_of(word, digit_follows), word};
  }

 private:
  void pass_separator() {
    after_dash = !take(rest, '.');
    if (after_dash) (void)take(rest, '-');
  }
};

// Reads the tokens that count. Every byte is read at most three times, however many nulls there
// are.
class Tokens {
 public:
  explicit Tokens(std::string_view version) : cursor_{version} {}

  Token next() {
    const Cursor start = cursor_;
    const Token token = cursor_.next();
    if (token.kind == Kind::End || !is_null(token)) return token;
    if (start.rest.size() > kept_down_to_) return token;
    return after_nulls(start);
  }

 private:
  // Nulls begin at `start`. Only a ".number" after them keeps some: those since the last '-' or
  // word.
  Token after_nulls(Cursor start) {
    Cursor kept = start;
    Cursor probe = start;
    for (;;) {
      const Cursor at = probe;
      const Token token = probe.next();
      const bool is_dot_number = token.kind == Kind::DotNumber;
      if (!is_null(token) && !is_dot_number) {
        cursor_ = probe;
        return token;
      }
      if (!is_dot_number) kept = at;
      if (is_null(token)) continue;
      kept_down_to_ = at.rest.size();
      cursor_ = kept;
      return cursor_.next();
    }
  }

  Cursor cursor_;
  std::size_t kept_down_to_ =
      std::string_view::npos;  // nulls with more bytes from them on are kept
};

}  // namespace

Order compare_maven(std::string_view a, std::string_view b) {
  Tokens left(a);
  Tokens right(b);
  for (;;) {
    const Token token_a = left.next();
    const Token token_b = right.next();
    if (token_a.kind != token_b.kind) return token_a.kind <=> token_b.kind;
    switch (token_a.kind) {
      case Kind::End:
        return Order::equivalent;
      case Kind::DashNumber:
      case Kind::DotNumber:
        if (const Order order = compare_numbers(token_a.text, token_b.text); order != 0) {
          return order;
        }
        break;
      case Kind::OtherWord:
        if (const Order order = compare_ignoring_case(token_a.text, token_b.text); order != 0) {
          return order;
        }
        break;
      default:
        break;  // one kind is one word
    }
  }
}

// Maven orders any text; its model validator refuses the bytes that file names or version ranges
// use.
bool valid_maven(std::string_view version) {
  constexpr std::string_view kForbidden = "\\/:\"<>|?*[](){},";
  return !version.empty() && version.find_first_of(kForbidden) == std::string_view::npos;
}

}  // namespace corten::version
