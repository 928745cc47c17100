// RubyGems: Gem::Version (and CocoaPods). Numbers and words alternate; a word is a pre-release and
// below every number.
//
// "-" means ".pre."; missing segments are 0; zeros before the first word do not count (1.0.0.rc1
// = 1.rc1). Fallback: bytes that Gem::Version refuses only separate.
#include <utility>

#include "base/text.h"
#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In ascending order. The end is an endless row of zeros.
enum class Kind { Word, Zero, Number };

struct Token {
  Kind kind;
  std::string_view text;
  bool ended = false;
};

class Segments {
 public:
  explicit Segments(std::string_view version) : rest_(trim(version)) {}

  Token next() {
    if (zeros_ > 0) {
      --zeros_;
      return {Kind::Zero, {}};
    }
    if (pending_.kind != Kind::Zero) return std::exchange(pending_, Token{Kind::Zero, {}});
    Token token = cut();
    if (word_seen_ || token.kind != Kind::Zero || token.ended) return token;
    // Zeros of the numeric front are held back until what follows decides whether they count.
    std::size_t zeros = 0;
    for (; token.kind == Kind::Zero && !token.ended; token = cut()) ++zeros;
    if (token.kind != Kind::Number) return token;
    zeros_ = zeros - 1;
    pending_ = token;
    return {Kind::Zero, {}};
  }

 private:
  Token cut() {
    while (!rest_.empty() && !is_alnum(rest_[0])) {
      if (take(rest_, '-')) {
        word_seen_ = true;
        return {Kind::Word, "pre"};
      }
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return {Kind::Zero, {}, true};
    if (is_digit(rest_[0])) {
      const std::string_view digits = take_digits(rest_);
      return {is_zero(digits) ? Kind::Zero : Kind::Number, digits};
    }
    word_seen_ = true;
    return {Kind::Word, take_while(rest_, is_alpha)};
  }

  std::string_view rest_;
  std::size_t zeros_ = 0;             // zeros still to be given out
  Token pending_ = {Kind::Zero, {}};  // what follows them, unless Zero
  bool word_seen_ = false;
};

}  // namespace

Order compare_gem(std::string_view a, std::string_view b) {
  Segments left(a);
  Segments right(b);
  for (;;) {
    const Token token_a = left.next();
    const Token token_b = right.next();
    if (token_a.kind != token_b.kind) return token_a.kind <=> token_b.kind;
    if (token_a.ended && token_b.ended) return Order::equivalent;
    if (token_a.kind == Kind::Zero) continue;
    const Order order = token_a.kind == Kind::Number ? compare_numbers(token_a.text, token_b.text)
                                                     : compare_text(token_a.text, token_b.text);
    if (order != 0) return order;
  }
}

// Gem::Version::ANCHORED_VERSION_PATTERN; RubyGems reads an empty text as "0".
bool valid_gem(std::string_view version) {
  version = trim(version);
  if (version.empty()) return true;
  const std::size_t hyphen = version.find('-');
  std::string_view numbers = version.substr(0, hyphen);
  if (take_digits(numbers).empty()) return false;
  while (!numbers.empty()) {
    if (!take(numbers, '.') || take_while(numbers, is_alnum).empty()) return false;
  }
  if (hyphen == std::string_view::npos) return true;
  std::string_view suffix = version.substr(hyphen + 1);
  const auto belongs = [](char c) { return is_alnum(c) || c == '-'; };
  if (take_while(suffix, belongs).empty()) return false;
  while (!suffix.empty()) {
    if (!take(suffix, '.') || take_while(suffix, belongs).empty()) return false;
  }
  return true;
}

}  // namespace corten::version
