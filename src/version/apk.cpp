// Alpine: number{.number}[letter]{_suffix[number]}[~hash][-rnumber], as apk-tools 2.14 and 3 order
// it (apk-package(5)).
//
// A number after the first that begins with a zero is a decimal fraction and compares as text,
// so 1.05 < 1.1. apk treats everything from the first byte outside the grammar as one invalid
// token, lower than the end; here such rests compare among themselves as text.
#include <array>
#include <optional>

#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order. A part that the other version lacks ranks by its kind against what the other
// has there; only the suffixes of pre-releases are below the end.
enum class Kind {
  PreSuffix,
  Invalid,
  End,
  Revision,
  Hash,
  SuffixNumber,
  PostSuffix,
  Letter,
  Number,
  FirstNumber
};

constexpr std::array<std::string_view, 4> kPreSuffixes = {"alpha", "beta", "pre", "rc"};
constexpr std::array<std::string_view, 5> kPostSuffixes = {"cvs", "svn", "git", "hg", "p"};

struct Token {
  Kind kind;
  std::string_view text;
  std::size_t suffix = 0;  // index in the array of its kind
};

class Tokens {
 public:
  explicit Tokens(std::string_view version) : rest_(version) {}

  Token next() {
    const Token token = cut();
    last_ = token.kind;
    started_ = true;
    return token;
  }

 private:
  Token cut() {
    if (!started_) return number(Kind::FirstNumber);
    if (rest_.empty()) return {Kind::End, {}};
    const char c = rest_[0];
    if (c == '.' && after_number()) {
      rest_.remove_prefix(1);
      return number(Kind::Number);
    }
    if (is_digit(c) && after_suffix()) return number(Kind::SuffixNumber);
    if (is_lower(c) && after_number()) return one_byte();
    if (c == '_' && last_ != Kind::Hash && last_ != Kind::Revision) return suffix();
    if (c == '~' && last_ != Kind::Hash && last_ != Kind::Revision) return hash();
    if (rest_.starts_with("-r") && last_ != Kind::Revision) {
      rest_.remove_prefix(2);
      return number(Kind::Revision);
    }
    return invalid();
  }

  [[nodiscard]] bool after_number() const {
    return last_ == Kind::FirstNumber || last_ == Kind::Number;
  }
  [[nodiscard]] bool after_suffix() const {
    return last_ == Kind::PreSuffix || last_ == Kind::PostSuffix;
  }

  Token invalid() {
    const std::string_view text = rest_;
    rest_ = {};
    return {Kind::Invalid, text};
  }

  Token number(Kind kind) {
    const std::string_view digits = take_digits(rest_);
    return digits.empty() ? invalid() : Token{kind, digits};
  }

  Token one_byte() {
    const std::string_view letter = rest_.substr(0, 1);
    rest_.remove_prefix(1);
    return {Kind::Letter, letter};
  }

  Token suffix() {
    std::string_view after = rest_.substr(1);
    const std::string_view word = take_while(after, is_lower);
    const auto found = [&](const auto& words, Kind kind) -> std::optional<Token> {
      const auto at = std::ranges::find(words, word);
      if (at == words.end()) return std::nullopt;
      rest_ = after;
      return Token{kind, word, static_cast<std::size_t>(at - words.begin())};
    };
    if (const auto token = found(kPreSuffixes, Kind::PreSuffix)) return *token;
    if (const auto token = found(kPostSuffixes, Kind::PostSuffix)) return *token;
    return invalid();
  }

  Token hash() {
    std::string_view after = rest_.substr(1);
    const std::string_view hex =
        take_while(after, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    if (hex.empty()) return invalid();
    rest_ = after;
    return {Kind::Hash, hex};
  }

  std::string_view rest_;
  Kind last_ = Kind::End;
  bool started_ = false;
};

Order compare_tokens(const Token& a, const Token& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  switch (a.kind) {
    case Kind::PreSuffix:
    case Kind::PostSuffix:
      return a.suffix <=> b.suffix;
    case Kind::Number:
      if (a.text[0] == '0' || b.text[0] == '0') return compare_text(a.text, b.text);
      return compare_numbers(a.text, b.text);
    case Kind::FirstNumber:
    case Kind::SuffixNumber:
    case Kind::Revision:
      return compare_numbers(a.text, b.text);
    case Kind::Letter:
    case Kind::Hash:
    case Kind::Invalid:
    case Kind::End:
      break;
  }
  return compare_text(a.text, b.text);
}

}  // namespace

Order compare_apk(std::string_view a, std::string_view b) {
  Tokens left(a);
  Tokens right(b);
  for (;;) {
    const Token token_a = left.next();
    const Token token_b = right.next();
    if (const Order order = compare_tokens(token_a, token_b); order != 0) return order;
    if (token_a.kind == Kind::End || token_a.kind == Kind::Invalid) return Order::equivalent;
  }
}

bool valid_apk(std::string_view version) {
  Tokens tokens(version);
  for (;;) {
    const Token token = tokens.next();
    if (token.kind == Kind::End) return true;
    if (token.kind == Kind::Invalid) return false;
  }
}

}  // namespace corten::version
