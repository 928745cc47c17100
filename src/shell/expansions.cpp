// What $ and backticks stand for.
#include <algorithm>
#include <array>
#include <utility>

#include "shell/internal/parser.h"

namespace corten::shell {

namespace {

constexpr std::string_view kSpecialNames = "@*#?-$!";
// Longer ones first.
constexpr std::array kOperations =
    std::to_array<std::string_view>({":-", ":=", ":?", ":+", "##", "%%", "//", "^^", ",,", "#",
                                     "%",  "/",  "^",  ",",  "@",  "-",  "=",  "?",  "+",  ":"});

bool is_special(char c) { return c != '\0' && kSpecialNames.find(c) != std::string_view::npos; }

}  // namespace

void Parser::add_variable(WordState& state, VariableReference made) {
  if (++words_ > kMaxWords) return give_up(ProblemCode::TooLong);
  state.word.literal = false;
  made.quoted = made.quoted || state.unsplit;
  if (state.hidden == 0) {
    made.at = static_cast<std::uint32_t>(state.word.text.size());
    state.word.text.append("${").append(made.name).push_back('}');
    if (!made.quoted) state.word.unquoted_expansion = true;
  }
  state.word.variables.push_back(std::move(made));
}

void Parser::add_substitution(WordState& state, Substitution made) {
  using Kind = Substitution::Kind;
  if (++words_ > kMaxWords) return give_up(ProblemCode::TooLong);
  state.word.literal = false;
  const bool splits = made.kind == Kind::Command || made.kind == Kind::Backtick;
  made.quoted = made.quoted || state.unsplit;
  if (state.hidden == 0) {
    state.word.text.append("${VAR}");
    if (!made.quoted && splits) state.word.unquoted_expansion = true;
  }
  state.word.substitutions.push_back(made);
}

// Takes what begins with the $ here; false, and nothing is taken, where the $ stands for itself.
bool Parser::expansion(WordState& state, bool quoted) {
  const std::size_t begin = at_;
  const char next = peek(1);
  const bool top_level = !quoted && state.hidden == 0;
  if (next == '{') {
    if (top_level) state.close_bare(*in_, at_);
    parameter(state, quoted);
  } else if (next == '(') {
    if (top_level) state.close_bare(*in_, at_);
    if (peek(2) == '(' && arithmetic_ahead(at_ + 3)) {
      arithmetic(state, quoted, 3, "))");
    } else {
      command_substitution(state, Substitution::Kind::Command, quoted);
    }
  } else if (next == '[' && out_.dialect != Dialect::Sh && out_.dialect != Dialect::Dash) {
    if (top_level) state.close_bare(*in_, at_);
    arithmetic(state, quoted, 2, "]");
  } else if (is_name_start(next)) {
    std::size_t length = 1;
    while (is_name_char(peek(1 + length))) ++length;
    if (top_level) state.close_bare(*in_, at_);
    simple_variable(state, quoted, length);
  } else if (is_digit(next) || is_special(next)) {
    if (top_level) state.close_bare(*in_, at_);
    simple_variable(state, quoted, 1);
  } else {
    return false;
  }
  if (top_level && !gave_up_) {
    state.word.parts.push_back({Part::Kind::Expansion, in_->range(begin, at_)});
  }
  return true;
}

void Parser::simple_variable(WordState& state, bool quoted, std::size_t length) {
  VariableReference made;
  made.name = in_->chars.substr(at_ + 1, length);
  made.range = in_->range(at_, at_ + 1 + length);
  made.quoted = quoted;
  at_ += 1 + length;
  add_variable(state, std::move(made));
}

// ---- ${…} ---------------------------------------------------------------------------------------

bool Parser::parameter_name(VariableReference& made) {
  const std::size_t from = at_;
  if (is_name_start(peek())) {
    while (is_name_char(peek())) ++at_;
  } else if (is_digit(peek())) {
    while (is_digit(peek())) ++at_;
  } else if (is_special(peek())) {
    ++at_;
  }
  made.name = in_->chars.substr(from, at_ - from);
  return at_ != from;
}

void Parser::parameter(WordState& state, bool quoted) {
  const Nest nest(*this);
  if (!nest.allowed()) return;
  const std::size_t begin = at_;
  at_ += 2;
  VariableReference made;
  made.quoted = quoted;
  const bool length_of =
      peek() == '#' && (is_name_char(peek(1)) || peek(1) == '@' || peek(1) == '*');
  const bool indirect = peek() == '!' && is_name_char(peek(1));
  if (length_of || indirect) {
    made.operation = in_->chars.substr(at_, 1);
    ++at_;
  }
  ++state.hidden;
  const bool named = parameter_name(made);
  if (peek() == '[' && named) {
    if (made.operation.empty()) made.operation = "[";
    subscript(state);
  }
  const std::string_view operation = operation_ahead();
  bool valid = named && (peek() == '}' || !operation.empty() || indirect);
  if (!operation.empty()) {
    if (made.operation.empty() || made.operation == "[") made.operation = operation;
    at_ += operation.size();
  }
  parameter_argument(state, made, quoted);
  --state.hidden;
  if (gave_up_) return;
  if (peek() == '}') {
    ++at_;
  } else {
    problem(ProblemCode::UnclosedParameter, begin, begin + 2);
    valid = true;  // one problem is enough
  }
  made.range = in_->range(begin, at_);
  if (!valid) problem(ProblemCode::BadParameter, begin, at_);
  add_variable(state, std::move(made));
}

std::string_view Parser::operation_ahead() const {
  for (const std::string_view known : kOperations) {
    if (looking_at(known)) return known;
  }
  return {};
}

void Parser::subscript(WordState& state) {
  ++at_;
  while (!at_end() && peek() != ']' && peek() != '}' && !at_newline()) {
    if (peek() == '\\' && at_ + 1 < end_) {
      at_ += 2;
    } else if (peek() != '$' || !expansion(state, true)) {
      if (at_end()) return;
      ++at_;
    }
  }
  if (peek() == ']') ++at_;
}

void Parser::parameter_argument(WordState& state, VariableReference& made, bool quoted) {
  // In double quotes a single quote has no meaning after - = ? +, only in patterns.
  const std::string_view operation = made.operation;
  const bool plain_text = operation.empty() || operation.size() > 2 ||
                          std::string_view("-=?+").find(operation.back()) != std::string_view::npos;
  while (!at_end() && peek() != '}') {
    const char c = peek();
    if (c == '\\' && at_ + 1 < end_) {
      if (const std::size_t length = continuation(); length != 0) {
        at_ += length;
        continue;
      }
      made.argument.push_back(peek(1));
      at_ += 2;
    } else if (c == '"' || (c == '\'' && !(quoted && plain_text))) {
      argument_quotes(state, made);
    } else if (c == '`' || c == '$') {
      argument_expansion(state, made, quoted);
    } else {
      made.argument.push_back(c);
      ++at_;
    }
  }
}

void Parser::argument_quotes(WordState& state, VariableReference& made) {
  const std::size_t opener = at_;
  const char quote = peek();
  ++at_;
  while (!at_end() && peek() != quote) {
    if (quote == '"' && peek() == '\\' && at_ + 1 < end_) {
      made.argument.push_back(peek(1));
      at_ += 2;
    } else if (quote == '"' && (peek() == '$' || peek() == '`')) {
      argument_expansion(state, made, true);
    } else {
      made.argument.push_back(peek());
      ++at_;
    }
  }
  if (gave_up_) return;
  if (at_end()) {
    problem(quote == '"' ? ProblemCode::UnclosedDoubleQuote : ProblemCode::UnclosedSingleQuote,
            opener, opener + 1);
    return;
  }
  ++at_;
}

void Parser::argument_expansion(WordState& state, VariableReference& made, bool quoted) {
  const std::size_t known = state.word.variables.size();
  if (peek() == '`') {
    backtick(state, quoted);
  } else if (!expansion(state, quoted)) {
    made.argument.push_back('$');
    ++at_;
    return;
  }
  if (gave_up_) return;
  const bool variable = state.word.variables.size() > known;
  made.argument.append("${")
      .append(variable ? state.word.variables.back().name : "VAR")
      .push_back('}');
}

// ---- $(…), `…`, $((…)) --------------------------------------------------------------------------

void Parser::command_substitution(WordState& state, Substitution::Kind kind, bool quoted) {
  const Nest nest(*this);
  if (!nest.allowed()) return;
  const std::size_t begin = at_;
  const Options saved = options_;
  Substitution made;
  made.kind = kind;
  made.quoted = quoted;
  made.first_command = static_cast<std::uint32_t>(out_.commands.size());
  context_.enclosing = state.enclosing;
  context_.in_condition = false;
  context_.uncertain = true;
  ++context_.subshell_depth;
  at_ += 2;
  list(StopParen);
  options_ = saved;
  if (gave_up_) return;
  if (peek() == ')') {
    ++at_;
  } else {
    problem(ProblemCode::UnclosedSubstitution, begin, begin + 2);
  }
  made.end_command = static_cast<std::uint32_t>(out_.commands.size());
  made.range = in_->range(begin, at_);
  add_substitution(state, made);
}

void Parser::backtick(WordState& state, bool quoted) {
  const Nest nest(*this);
  if (!nest.allowed()) return;
  const std::size_t begin = at_;
  if (!quoted && state.hidden == 0) state.close_bare(*in_, at_);
  Decoded inside;
  ++at_;
  while (!at_end() && peek() != '`') {
    const char next = peek(1);
    const bool escapes = peek() == '\\' && at_ + 1 < end_ &&
                         (next == '`' || next == '\\' || next == '$' || (quoted && next == '"'));
    if (escapes) ++at_;
    inside.put(peek(), in_->position(at_));
    ++at_;
  }
  if (at_end()) {
    problem(ProblemCode::UnclosedBacktick, begin, begin + 1);
  } else {
    ++at_;
  }
  Substitution made;
  made.kind = Substitution::Kind::Backtick;
  made.quoted = quoted;
  made.range = in_->range(begin, at_);
  made.first_command = static_cast<std::uint32_t>(out_.commands.size());
  Context inner = context_;
  inner.enclosing = state.enclosing;
  inner.in_condition = false;
  inner.uncertain = true;
  ++inner.subshell_depth;
  run_nested(inside, inner, options_);
  if (gave_up_) return;
  made.end_command = static_cast<std::uint32_t>(out_.commands.size());
  add_substitution(state, made);
  if (!quoted && state.hidden == 0 && !gave_up_)
    state.word.parts.push_back({Part::Kind::Expansion, made.range});
}

// Whether the `((` that ends at `from` closes with `))`, and so is arithmetic and no subshell in a
// substitution. An unclosed one is taken for arithmetic.
bool Parser::arithmetic_ahead(std::size_t from) const {
  std::size_t open = 0;
  for (std::size_t at = from; at < end_; ++at) {
    const char c = in_->chars[at];
    if (c == '\\') {
      ++at;
    } else if (c == '(') {
      ++open;
    } else if (c == ')') {
      if (open == 0) return at + 1 < end_ && in_->chars[at + 1] == ')';
      --open;
    } else if (c == '\'' || c == '"') {
      const std::size_t close = in_->chars.find(c, at + 1);
      if (close == std::string_view::npos) return true;
      at = close;
    }
  }
  return true;
}

void Parser::arithmetic(WordState& state, bool quoted, std::size_t opener_size,
                        std::string_view closer) {
  const Nest nest(*this);
  if (!nest.allowed()) return;
  const std::size_t begin = at_;
  at_ += opener_size;
  ++state.hidden;
  skim_arithmetic(state, closer);
  --state.hidden;
  if (gave_up_) return;
  if (looking_at(closer)) {
    at_ += closer.size();
  } else {
    problem(ProblemCode::UnclosedArithmetic, begin, begin + opener_size);
  }
  Substitution made;
  made.kind = Substitution::Kind::Arithmetic;
  made.quoted = quoted;
  made.range = in_->range(begin, at_);
  made.first_command = made.end_command = static_cast<std::uint32_t>(out_.commands.size());
  add_substitution(state, made);
}

void Parser::skim_arithmetic(WordState& state, std::string_view closer) {
  std::size_t open = 0;
  while (!at_end()) {
    const char c = peek();
    if (open == 0 && looking_at(closer)) return;
    if (c == '`') {
      backtick(state, true);
      continue;
    }
    if (c == '$' && expansion(state, true)) continue;
    if (at_end()) return;
    if (c == '(' || c == '[') ++open;
    if ((c == ')' || c == ']') && open != 0) --open;
    at_ += c == '\\' && at_ + 1 < end_ ? 2U : 1U;
  }
}

}  // namespace corten::shell
