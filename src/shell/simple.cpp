// Simple commands: assignments, words, redirections; `[[ … ]]` and `(( … ))`.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "shell/internal/parser.h"

namespace corten::shell {

namespace {

constexpr std::size_t kMaxSubscript = 256;
constexpr std::size_t kMaxFdDigits = 4;

// Longer ones first.
constexpr std::array kRedirections = std::to_array<std::string_view>(
    {"&>>", "<<<", "<<-", "&>", ">>", ">&", ">|", "<<", "<&", "<>", "<", ">"});

bool declares(std::string_view name) {
  constexpr std::array kBuiltins =
      std::to_array<std::string_view>({"export", "local", "declare", "readonly", "typeset"});
  return std::ranges::find(kBuiltins, name) != kBuiltins.end();
}

}  // namespace

std::uint32_t Parser::simple_command() {
  const auto index = static_cast<std::uint32_t>(out_.commands.size());
  out_.commands.emplace_back();
  Command command;
  command.compound = context_.compound;
  command.enclosing = context_.enclosing;
  command.subshell_depth = context_.subshell_depth;
  command.in_condition = context_.in_condition;
  command.nested_script = context_.nested_script;
  command.options = options_;
  const std::size_t begin = at_;
  std::size_t end = at_;
  if (bare_word() == "[[") {
    test_command(command, index);
    end = at_;
    skip_blanks();
  }
  while (!at_end() && command_step(command, index)) {
    end = at_;
    skip_blanks();
  }
  if (gave_up_) return index;
  command.range = in_->range(begin, end);
  out_.commands[index] = std::move(command);
  finished(index);
  return index;
}

// Takes the next word, assignment or redirection; false where the command ends.
bool Parser::command_step(Command& command, std::uint32_t index) {
  if (at_newline()) return false;
  if (redirection_ahead()) {
    redirection(command.redirections, false, index);
    return true;
  }
  const char c = peek();
  if (c == ';' || c == '&' || c == '|' || c == ')') return false;
  if (c == '(') {
    problem(ProblemCode::UnexpectedOperator, at_, at_ + 1);
    ++at_;
    return true;
  }
  if (command.words.empty() && assignment_ahead()) {
    assignment(command, index);
  } else {
    argument(command, index);
  }
  return !gave_up_;
}

void Parser::argument(Command& command, std::uint32_t index) {
  const auto place = static_cast<std::uint32_t>(command.words.size());
  const Enclosing enclosing{Enclosing::Place::Word, index, place};
  Word made = word(WordPlace::Argument, enclosing);
  if (gave_up_) return;
  if (peek() == '(' && made.text.ends_with('=') && declares(command.name())) {
    array(made, nullptr, enclosing);
  }
  command.words.push_back(std::move(made));
}

bool Parser::assignment_ahead() const {
  if (!is_name_start(peek())) return false;
  std::size_t ahead = 1;
  while (is_name_char(peek(ahead))) ++ahead;
  if (peek(ahead) == '[') {
    const std::size_t limit = ahead + kMaxSubscript;
    while (ahead < limit && peek(ahead) != ']' && peek(ahead) != '\n' && peek(ahead) != '\0')
      ++ahead;
    if (peek(ahead) != ']') return false;
    ++ahead;
  }
  return peek(ahead) == '=' || (peek(ahead) == '+' && peek(ahead + 1) == '=');
}

void Parser::assignment(Command& command, std::uint32_t index) {
  const auto place = static_cast<std::uint32_t>(command.assignments.size());
  const Enclosing enclosing{Enclosing::Place::Assignment, index, place};
  const std::size_t begin = at_;
  Assignment made;
  while (is_name_char(peek())) ++at_;
  made.name = in_->chars.substr(begin, at_ - begin);
  if (peek() == '[') {
    made.array = true;
    at_ = std::min(in_->chars.find(']', at_) + 1, end_);
  }
  made.append = peek() == '+';
  at_ += made.append ? 2 : 1;
  if (peek() == '(') {
    made.array = true;
    made.value.range = in_->range(at_, at_);
    array(made.value, &made.elements, enclosing);
  } else {
    made.value = word(WordPlace::Value, enclosing);
  }
  if (gave_up_) return;
  made.range = in_->range(begin, at_);
  command.assignments.push_back(std::move(made));
}

// Takes the `(…)` of an array. Its words go to `elements`, or only widen `value` when that is null.
void Parser::array(Word& value, std::vector<Word>* elements, Enclosing enclosing) {
  const std::size_t opener = at_;
  ++at_;
  value.literal = false;
  for (;;) {
    skip_newlines();
    if (at_end()) break;
    if (peek() == ')') break;
    const std::size_t from = at_;
    Word element = word(WordPlace::Argument, enclosing);
    if (gave_up_) return;
    if (at_ == from) {
      problem(ProblemCode::UnexpectedOperator, at_, at_ + 1);
      ++at_;
    } else if (elements != nullptr) {
      elements->push_back(std::move(element));
    }
  }
  if (at_end()) {
    problem(ProblemCode::UnclosedArray, opener, opener + 1);
  } else {
    ++at_;
  }
  value.range.end = in_->end_position(at_);
}

void Parser::test_command(Command& command, std::uint32_t index) {
  const std::size_t opener = at_;
  bool closed = false;
  while (!at_end() && !closed) {
    skip_newlines();
    const auto place = static_cast<std::uint32_t>(command.words.size());
    const bool regex = !command.words.empty() && command.words.back().text == "=~";
    const std::size_t from = at_;
    Word made =
        word(regex ? WordPlace::Regex : WordPlace::Test, {Enclosing::Place::Word, index, place});
    if (gave_up_ || (at_end() && at_ == from)) break;
    if (at_ == from) {  // an operator: && || ( ) < >
      const bool twice = (peek() == '&' || peek() == '|') && peek(1) == peek();
      if (!twice && (peek() == ';' || peek() == '&' || peek() == '|')) break;
      at_ += twice ? 2 : 1;
      made.text = in_->chars.substr(from, at_ - from);
      made.range = in_->range(from, at_);
    }
    closed = made.text == "]]" && made.quoting == Quoting::None;
    command.words.push_back(std::move(made));
  }
  if (!closed) problem(ProblemCode::UnclosedTest, opener, opener + 2);
}

std::uint32_t Parser::arithmetic_command() {
  const auto index = static_cast<std::uint32_t>(out_.commands.size());
  out_.commands.emplace_back();
  const std::size_t begin = at_;
  Command command;
  command.compound = context_.compound;
  command.enclosing = context_.enclosing;
  command.subshell_depth = context_.subshell_depth;
  command.in_condition = context_.in_condition;
  command.nested_script = context_.nested_script;
  command.options = options_;
  Word name;
  name.text = "((";
  name.range = in_->range(at_, at_ + 2);
  command.words.push_back(std::move(name));
  WordState state;
  state.enclosing = {Enclosing::Place::Word, index, 1};
  state.hidden = 1;
  at_ += 2;
  state.begin = at_;
  skim_arithmetic(state, "))");
  if (gave_up_) return index;
  state.word.range = in_->range(state.begin, at_);
  state.word.text = in_->chars.substr(state.begin, at_ - state.begin);
  state.word.quoting = Quoting::Fully;
  command.words.push_back(std::move(state.word));
  if (looking_at("))")) {
    at_ += 2;
  } else {
    problem(ProblemCode::UnclosedArithmetic, begin, begin + 2);
  }
  command.range = in_->range(begin, at_);
  out_.commands[index] = std::move(command);
  return index;
}

// ---- redirections -------------------------------------------------------------------------------

bool Parser::redirection_ahead() const {
  std::size_t ahead = 0;
  while (ahead < kMaxFdDigits && is_digit(peek(ahead))) ++ahead;
  const char c = peek(ahead);
  if (c == '&') return ahead == 0 && peek(1) == '>';
  if (c != '<' && c != '>') return false;
  return peek(ahead + 1) != '(' || ahead != 0;
}

void Parser::redirection(std::vector<Redirection>& into, bool of_compound, std::uint32_t owner) {
  const std::size_t begin = at_;
  Redirection made;
  while (is_digit(peek())) ++at_;
  made.fd = parse_number<std::int32_t>(in_->chars.substr(begin, at_ - begin)).value_or(-1);
  for (const std::string_view op : kRedirections) {
    if (!looking_at(op)) continue;
    made.op = op;
    break;
  }
  at_ += made.op.size();
  skip_blanks();
  const bool heredoc = made.op == "<<" || made.op == "<<-";
  const auto place = static_cast<std::uint32_t>(into.size());
  const auto kind = of_compound ? Enclosing::Place::Compound : Enclosing::Place::Redirection;
  const std::size_t from = at_;
  made.target = word(heredoc ? WordPlace::Delimiter : WordPlace::Argument, {kind, owner, place});
  if (gave_up_) return;
  if (at_ == from) problem(ProblemCode::MissingTarget, begin, begin + made.op.size());
  made.range = in_->range(begin, at_);
  made.body_expands = heredoc && made.target.quoting == Quoting::None;
  if (heredoc && at_ != from) {
    pending_.push_back({.compound = of_compound,
                        .owner = owner,
                        .redirection = place,
                        .delimiter = made.target.text,
                        .strip_tabs = made.op == "<<-",
                        .expands = made.body_expands});
  }
  into.push_back(std::move(made));
}

}  // namespace corten::shell
