// Words: quotes, escapes, patterns.
#include <algorithm>
#include <utility>

#include "shell/internal/parser.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxBraceScan = 4096;

bool is_blank_or_end(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

// The byte that an escape of $'…' stands for; nullopt for those of several digits.
std::optional<char> ansi_escape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case 'e':
      return '\x1b';
    case '\\':
    case '\'':
    case '"':
    case '?':
      return letter;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Parser::WordState::open_bare(std::size_t at) {
  if (bare_open) return;
  bare_open = true;
  bare_from = at;
}

void Parser::WordState::close_bare(const Input& in, std::size_t at) {
  if (!bare_open) return;
  bare_open = false;
  word.parts.push_back({Part::Kind::Bare, in.range(bare_from, at)});
}

void Parser::WordState::part(const Input& in, Part::Kind kind, std::size_t from, std::size_t to) {
  close_bare(in, from);
  word.parts.push_back({kind, in.range(from, to)});
}

Word Parser::word(WordPlace place, Enclosing enclosing) {
  WordState state;
  state.place = place;
  state.enclosing = enclosing;
  state.begin = at_;
  state.unsplit = place != WordPlace::Argument;
  if (++words_ > kMaxWords) give_up(ProblemCode::TooLong);
  if (peek() == '~' && place != WordPlace::Delimiter) state.word.tilde = true;
  while (!at_end() && word_step(state)) {
  }
  if (gave_up_) return {};
  finish(state);
  return std::move(state.word);
}

void Parser::finish(WordState& state) {
  state.close_bare(*in_, at_);
  Word& word = state.word;
  word.range = in_->range(state.begin, at_);
  const auto quoted = [](const Part& part) {
    return part.kind != Part::Kind::Bare && part.kind != Part::Kind::Expansion;
  };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(word.parts, quoted));
  if (count != 0) word.quoting = count == word.parts.size() ? Quoting::Fully : Quoting::Partly;
  if (word.parts.size() == 1 && word.parts.front().kind == Part::Kind::Bare) word.parts.clear();
}

// Takes the next piece of a word; false where the word ends.
bool Parser::word_step(WordState& state) {
  const char c = peek();
  const bool regex = state.place == WordPlace::Regex;
  if (at_newline()) return false;
  switch (c) {
    case ' ':
    case '\t':
      if (!regex || state.parens == 0) return false;
      break;
    case ';':
    case '&':
    case '|':
      if (!regex) return false;
      break;
    case '(':
      if (!regex) return false;
      ++state.parens;
      break;
    case ')':
      if (!regex || state.parens == 0) return false;
      --state.parens;
      break;
    case '<':
    case '>':
      if (peek(1) == '(' && state.place == WordPlace::Argument) {
        process_substitution(state);
        return true;
      }
      if (!regex) return false;
      break;
    case '\\':
      escape(state);
      return true;
    case '\'':
      single_quoted(state);
      return true;
    case '"':
      double_quoted(state);
      return true;
    case '`':
      if (state.place == WordPlace::Delimiter) break;
      backtick(state, false);
      return true;
    case '$':
      if (state.place == WordPlace::Delimiter) break;
      if (peek(1) == '\'') {
        dollar_single_quoted(state);
        return true;
      }
      if (peek(1) == '"') {  // translated text: as double quotes
        state.close_bare(*in_, at_);
        ++at_;
        double_quoted(state);
        return true;
      }
      if (expansion(state, false)) return true;
      break;
    default:
      break;
  }
  glob_or_bare(state);
  return true;
}

void Parser::glob_or_bare(WordState& state) {
  const char c = peek();
  state.open_bare(at_);
  if (c == '*' || c == '?' || c == '[') state.word.glob = true;
  if (c == '{') brace_mark(state);
  if (state.place != WordPlace::Regex && peek(1) == '(' &&
      std::string_view("@?*+!").find(c) != std::string_view::npos && out_.dialect != Dialect::Sh &&
      out_.dialect != Dialect::Dash) {
    extended_glob(state);
    return;
  }
  state.word.text.push_back(c);
  ++at_;
}

// Whether `{` here begins a list or sequence: it closes within the word and holds a comma or "..".
void Parser::brace_mark(WordState& state) {
  if (state.word.brace || at_ < state.brace_seen) return;
  bool several = false;
  std::size_t ahead = 1;
  for (; ahead < kMaxBraceScan; ++ahead) {
    const char c = peek(ahead);
    if (is_blank_or_end(c)) break;
    if (c == ',' || (c == '.' && peek(ahead + 1) == '.')) several = true;
    if (c != '}') continue;
    state.word.brace = several;
    break;
  }
  // What does not close, or holds no list, does so for the braces inside it neither.
  state.brace_seen = at_ + ahead;
}

// Takes @(a|b) and its like up to the closing parenthesis.
void Parser::extended_glob(WordState& state) {
  state.word.glob = true;
  std::size_t open = 0;
  while (!at_end() && !at_newline()) {
    const char c = peek();
    state.open_bare(at_);
    state.word.text.push_back(c);
    ++at_;
    if (c == '(') ++open;
    if (c == ')' && --open == 0) return;
  }
}

void Parser::escape(WordState& state) {
  if (const std::size_t length = continuation(); length != 0) {
    state.close_bare(*in_, at_);
    at_ += length;
    return;
  }
  if (at_ + 1 >= end_) {  // a lone backslash at the end stands for itself
    state.open_bare(at_);
    state.word.text.push_back('\\');
    ++at_;
    return;
  }
  state.part(*in_, Part::Kind::Escaped, at_, at_ + 2);
  state.word.text.push_back(peek(1));
  at_ += 2;
}

void Parser::single_quoted(WordState& state) {
  const std::size_t opener = at_;
  const std::size_t close = std::min(in_->chars.find('\'', opener + 1), end_);
  state.word.text.append(in_->chars, opener + 1, close - opener - 1);
  at_ = std::min(close + 1, end_);
  state.part(*in_, Part::Kind::SingleQuoted, opener, at_);
  if (close >= end_) problem(ProblemCode::UnclosedSingleQuote, opener, opener + 1);
}

void Parser::dollar_single_quoted(WordState& state) {
  const std::size_t opener = at_;
  at_ += 2;
  while (!at_end() && peek() != '\'') {
    const auto decoded = peek() == '\\' ? ansi_escape(peek(1)) : std::nullopt;
    state.word.text.push_back(decoded ? *decoded : peek());
    // Escapes of several digits stay as they are written.
    at_ += decoded ? 2U : 1U;
  }
  const bool closed = !at_end();
  if (closed) ++at_;
  at_ = std::min(at_, end_);
  state.part(*in_, Part::Kind::DollarSingleQuoted, opener, at_);
  if (!closed) problem(ProblemCode::UnclosedSingleQuote, opener, opener + 2);
}

void Parser::double_quoted(WordState& state) {
  const std::size_t opener = at_;
  state.close_bare(*in_, at_);
  const std::size_t place = state.word.parts.size();
  state.word.parts.push_back({Part::Kind::DoubleQuoted, {}});
  ++at_;
  inside_double_quotes(state, opener);
  if (gave_up_) return;
  state.word.parts[place].range = in_->range(opener, at_);
}

// Takes everything up to and with the closing quote.
void Parser::inside_double_quotes(WordState& state, std::size_t opener) {
  while (!at_end()) {
    const char c = peek();
    if (c == '"') {
      ++at_;
      return;
    }
    if (c == '\\') {
      if (const std::size_t length = continuation(); length != 0) {
        at_ += length;
        continue;
      }
      const bool escapes =
          at_ + 1 < end_ && std::string_view("$`\"\\").find(peek(1)) != std::string_view::npos;
      if (escapes) ++at_;
      state.word.text.push_back(peek());
      ++at_;
    } else if (c == '`') {
      backtick(state, true);
    } else if (c != '$' || !expansion(state, true)) {
      if (at_end()) break;
      state.word.text.push_back(peek());
      ++at_;
    }
  }
  if (!gave_up_) problem(ProblemCode::UnclosedDoubleQuote, opener, opener + 1);
}

void Parser::process_substitution(WordState& state) {
  state.close_bare(*in_, at_);
  const std::size_t begin = at_;
  const bool input = peek() == '<';
  command_substitution(
      state, input ? Substitution::Kind::ProcessInput : Substitution::Kind::ProcessOutput, false);
  if (!gave_up_) state.word.parts.push_back({Part::Kind::Expansion, in_->range(begin, at_)});
}

}  // namespace corten::shell
