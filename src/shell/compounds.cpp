// if, while, for, case, groups and functions.
#include <algorithm>
#include <array>
#include <utility>

#include "shell/internal/parser.h"

namespace corten::shell {

namespace {

struct Opener {
  std::string_view word;
  Compound::Kind kind;
};
constexpr std::array kOpeners = std::to_array<Opener>({
    {"if", Compound::Kind::If},
    {"while", Compound::Kind::While},
    {"until", Compound::Kind::Until},
    {"for", Compound::Kind::For},
    {"select", Compound::Kind::Select},
    {"case", Compound::Kind::Case},
    {"{", Compound::Kind::Brace},
    {"function", Compound::Kind::Function},
});

constexpr std::size_t kMaxFunctionName = 256;

bool is_function_name_char(char c) {
  constexpr std::string_view kNever = " \t\r\n;&|<>()'\"\\$`=#";
  return c != '\0' && kNever.find(c) == std::string_view::npos;
}

}  // namespace

std::optional<Compound::Kind> Parser::compound_ahead() const {
  if (peek() == '(') return Compound::Kind::Subshell;
  const std::string_view word = bare_word();
  if (!word.empty()) {
    for (const Opener& known : kOpeners) {
      if (known.word == word) return known.kind;
    }
  }
  if (function_ahead()) return Compound::Kind::Function;
  return std::nullopt;
}

bool Parser::function_ahead() const {
  std::size_t ahead = 0;
  while (ahead < kMaxFunctionName && is_function_name_char(peek(ahead))) ++ahead;
  if (ahead == 0) return false;
  while (ahead < kMaxFunctionName && peek(ahead) == ' ') ++ahead;
  if (peek(ahead) != '(') return false;
  ++ahead;
  while (ahead < kMaxFunctionName && peek(ahead) == ' ') ++ahead;
  return peek(ahead) == ')';
}

std::uint32_t Parser::compound(Compound::Kind kind, Stops stops) {
  const auto index = static_cast<std::uint32_t>(out_.compounds.size());
  const Nest nest(*this);
  Compound made;
  made.kind = kind;
  made.parent = context_.compound;
  made.enclosing = context_.enclosing;
  made.first_command = static_cast<std::uint32_t>(out_.commands.size());
  out_.compounds.push_back(std::move(made));
  if (++words_ > kMaxWords) give_up(ProblemCode::TooLong);
  if (!nest.allowed() || gave_up_) return index;
  const std::size_t begin = at_;
  context_.compound = index;
  compound_body(kind, stops, index);
  out_.compounds[index].end_command = static_cast<std::uint32_t>(out_.commands.size());
  for (skip_blanks(); redirection_ahead(); skip_blanks()) {
    std::vector<Redirection> redirections = std::move(out_.compounds[index].redirections);
    redirection(redirections, true, index);
    out_.compounds[index].redirections = std::move(redirections);
  }
  out_.compounds[index].range = in_->range(begin, at_);
  return index;
}

void Parser::compound_body(Compound::Kind kind, Stops stops, std::uint32_t index) {
  switch (kind) {
    case Compound::Kind::If:
      if_clause(stops);
      return;
    case Compound::Kind::While:
    case Compound::Kind::Until:
      loop(stops);
      return;
    case Compound::Kind::For:
    case Compound::Kind::Select:
      for_clause(stops, index);
      return;
    case Compound::Kind::Case:
      case_clause(stops, index);
      return;
    case Compound::Kind::Function:
      function(stops, index);
      return;
    case Compound::Kind::Brace:
      group(stops, '}');
      return;
    case Compound::Kind::Subshell: {
      const Options saved = options_;
      ++context_.subshell_depth;
      context_.uncertain = true;
      context_.in_condition = false;
      group(stops, ')');
      options_ = saved;
      return;
    }
  }
}

// Takes `word` if it is here; otherwise reports what is missing for the construct at `opener`.
bool Parser::expect(std::string_view word, ProblemCode code, std::size_t opener) {
  if (bare_word() == word) {
    at_ += word.size();
    return true;
  }
  problem(code, opener, std::min(opener + 1, in_->chars.size()));
  return false;
}

void Parser::condition(Stops stops, std::size_t opener) {
  const bool saved = context_.in_condition;
  context_.in_condition = true;
  body(stops, opener);
  context_.in_condition = saved;
}

void Parser::body(Stops stops, std::size_t opener) {
  const bool any = list(stops);
  if (!any) problem(ProblemCode::EmptyBody, opener, std::min(opener + 1, in_->chars.size()));
}

void Parser::if_clause(Stops stops) {
  const std::size_t opener = at_;
  constexpr Stops kEnds = StopElif | StopElse | StopFi;
  at_ += std::string_view("if").size();
  for (;;) {
    condition(stops | StopThen | kEnds, opener);
    context_.uncertain = true;
    const std::size_t then = at_;
    if (expect("then", ProblemCode::MissingThen, opener)) body(stops | kEnds, then);
    if (bare_word() != "elif") break;
    at_ += std::string_view("elif").size();
  }
  if (bare_word() == "else") {
    const std::size_t from = at_;
    at_ += std::string_view("else").size();
    body(stops | StopFi, from);
  }
  expect("fi", ProblemCode::MissingFi, opener);
}

void Parser::loop(Stops stops) {
  const std::size_t opener = at_;
  at_ += std::string_view("while").size();  // `until` is as long
  condition(stops | StopDo | StopDone, opener);
  context_.uncertain = true;
  do_group(stops, opener);
}

void Parser::do_group(Stops stops, std::size_t opener) {
  const std::size_t from = at_;
  if (expect("do", ProblemCode::MissingDo, opener)) body(stops | StopDone, from);
  expect("done", ProblemCode::MissingDone, opener);
}

void Parser::for_clause(Stops stops, std::uint32_t index) {
  const std::size_t opener = at_;
  at_ += bare_word().size();
  skip_blanks();
  context_.uncertain = true;
  if (looking_at("((")) {
    for_expressions();
  } else {
    const Word name = word(WordPlace::Argument, {Enclosing::Place::Compound, index, 0});
    out_.compounds[index].name = name.text;
    if (name.text.empty()) problem(ProblemCode::UnexpectedOperator, opener, at_);
    define(name.text, Definition::How::Loop, name.range, kNone, index);
    for_words(index);
  }
  skip_newlines();
  if (bare_word() == "{") {  // bash and ksh
    group(stops, '}');
    return;
  }
  do_group(stops, opener);
}

void Parser::for_words(std::uint32_t index) {
  skip_newlines();
  if (bare_word() == "in") {
    at_ += 2;
    for (skip_blanks(); !at_end() && !at_newline() && peek() != ';'; skip_blanks()) {
      const std::size_t from = at_;
      const auto place = static_cast<std::uint32_t>(out_.compounds[index].words.size());
      Word item = word(WordPlace::Argument, {Enclosing::Place::Compound, index, place});
      if (at_ == from) break;
      out_.compounds[index].words.push_back(std::move(item));
    }
  }
  skip_blanks();
  if (peek() == ';' && peek(1) != ';') ++at_;
}

void Parser::for_expressions() {
  WordState skipped;
  const std::size_t from = at_;
  at_ += 2;
  skipped.hidden = 1;
  skim_arithmetic(skipped, "))");
  if (looking_at("))")) {
    at_ += 2;
  } else {
    problem(ProblemCode::UnclosedArithmetic, from, from + 2);
  }
  skip_blanks();
  if (peek() == ';' && peek(1) != ';') ++at_;
}

void Parser::case_clause(Stops stops, std::uint32_t index) {
  const std::size_t opener = at_;
  at_ += std::string_view("case").size();
  skip_newlines();
  Word subject = word(WordPlace::Value, {Enclosing::Place::Compound, index, 0});
  out_.compounds[index].words.push_back(std::move(subject));
  skip_newlines();
  context_.uncertain = true;
  context_.in_condition = false;
  if (!expect("in", ProblemCode::MissingIn, opener)) return;
  for (;;) {
    skip_newlines();
    if (at_end() || bare_word() == "esac") break;
    const std::size_t from = at_;
    case_item(stops, index);
    if (at_ == from) break;
  }
  expect("esac", ProblemCode::MissingEsac, opener);
}

void Parser::case_item(Stops stops, std::uint32_t index) {
  const std::size_t opener = at_;
  if (peek() == '(') ++at_;
  for (;;) {
    skip_newlines();
    const auto place = static_cast<std::uint32_t>(out_.compounds[index].words.size());
    Word pattern = word(WordPlace::Pattern, {Enclosing::Place::Compound, index, place});
    out_.compounds[index].words.push_back(std::move(pattern));
    skip_newlines();
    if (peek() != '|') break;
    ++at_;
  }
  if (peek() != ')') {
    problem(ProblemCode::MissingParen, opener, std::max(opener + 1, at_));
    // Nothing here is a pattern: leave the rest to the list that the case stands in.
    if (at_ == opener) return;
  } else {
    ++at_;
  }
  list(stops | StopCaseEnd | StopEsac);
  if (looking_at(";;&")) {
    at_ += 3;
  } else if (looking_at(";;") || looking_at(";&")) {
    at_ += 2;
  }
}

void Parser::group(Stops stops, char close) {
  const std::size_t opener = at_;
  ++at_;
  body(stops | (close == '}' ? StopBrace : StopParen), opener);
  if (peek() == close) {
    ++at_;
  } else {
    problem(close == '}' ? ProblemCode::MissingBrace : ProblemCode::MissingParen, opener,
            opener + 1);
  }
}

void Parser::function(Stops stops, std::uint32_t index) {
  const std::size_t opener = at_;
  if (bare_word() == "function") {
    at_ += std::string_view("function").size();
    skip_blanks();
  }
  const std::size_t name = at_;
  while (is_function_name_char(peek())) ++at_;
  out_.compounds[index].name = in_->chars.substr(name, at_ - name);
  skip_blanks();
  if (peek() == '(') {
    ++at_;
    skip_blanks();
    if (peek() == ')') ++at_;
  }
  skip_newlines();
  const Options saved = options_;
  context_.uncertain = true;
  context_.in_condition = false;
  if (at_end() || stop_here() != 0) {
    problem(ProblemCode::MissingCommand, opener, std::max(opener + 1, at_));
  } else if (const auto kind = compound_ahead()) {
    compound(*kind, stops);
  } else {
    simple_command();
  }
  options_ = saved;
}

}  // namespace corten::shell
