// Lists and pipelines.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "shell/internal/parser.h"

namespace corten::shell {

namespace {

struct StopWord {
  std::string_view word;
  Stop stop;
};
constexpr std::array kStopWords = std::to_array<StopWord>({
    {"then", StopThen},
    {"else", StopElse},
    {"elif", StopElif},
    {"fi", StopFi},
    {"do", StopDo},
    {"done", StopDone},
    {"esac", StopEsac},
    {"}", StopBrace},
});

constexpr std::size_t kLongestReserved = 8;  // "function"

bool ends_bare_word(char c) {
  constexpr std::string_view kEnders = " \t\r\n;&|<>()";
  return c == '\0' || kEnders.find(c) != std::string_view::npos;
}

}  // namespace

void Parser::run() {
  Input input;
  input.chars = std::string_view(out_.text).substr(0, kMaxScriptBytes);
  in_ = &input;
  end_ = input.chars.size();
  list(0);
  read_heredocs();
  finish_heredocs();
  if (out_.text.size() > kMaxScriptBytes && !gave_up_) {
    problem(ProblemCode::TooLong, kMaxScriptBytes, kMaxScriptBytes);
  }
  std::ranges::sort(out_.definitions, [](const Definition& a, const Definition& b) {
    return std::tie(a.name, a.range.begin) < std::tie(b.name, b.range.begin);
  });
}

std::size_t Parser::continuation() const {
  if (peek() != '\\') return 0;
  if (peek(1) == '\n') return 2;
  return peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
}

void Parser::skip_blanks() {
  for (;;) {
    if (peek() == ' ' || peek() == '\t') {
      ++at_;
    } else if (const std::size_t length = continuation(); length != 0) {
      at_ += length;
    } else if (peek() == '#') {
      const std::size_t line_end = std::min(in_->chars.find('\n', at_), end_);
      out_.comments.push_back(in_->range(at_, line_end));
      at_ = line_end;
      return;
    } else {
      return;
    }
  }
}

bool Parser::at_newline() const {
  return peek() == '\n' || (peek() == '\r' && (peek(1) == '\n' || at_ + 1 >= end_));
}

void Parser::take_newline() {
  at_ = std::min(end_, at_ + (peek() == '\r' ? 2U : 1U));
  if (!pending_.empty()) read_heredocs();
}

bool Parser::skip_newlines() {
  bool seen = false;
  for (;;) {
    skip_blanks();
    if (!at_newline()) return seen;
    take_newline();
    seen = true;
  }
}

std::string_view Parser::bare_word() const {
  std::size_t length = 0;
  while (!ends_bare_word(peek(length))) {
    if (++length > kLongestReserved) return {};
  }
  return in_->chars.substr(at_, length);
}

void Parser::problem(ProblemCode code, std::size_t begin, std::size_t end) {
  if (gave_up_ || out_.problems.size() >= kMaxProblems) return;
  out_.problems.push_back({code, in_->range(begin, end)});
}

void Parser::give_up(ProblemCode code) {
  problem(code, at_, at_);
  gave_up_ = true;
  at_ = end_ = 0;
}

// ---- lists --------------------------------------------------------------------------------------

Stops Parser::stop_here() const {
  if (peek() == ')') return StopParen;
  if (peek() == ';' && (peek(1) == ';' || peek(1) == '&')) return StopCaseEnd;
  const std::string_view word = bare_word();
  if (word.empty()) return 0;
  for (const StopWord& known : kStopWords) {
    if (known.word == word) return known.stop;
  }
  return 0;
}

void Parser::stray(Stops stop) {
  const bool sign = stop == StopParen || stop == StopCaseEnd;
  std::size_t length = bare_word().size();
  if (sign) length = stop == StopParen ? 1 : 2;
  problem(sign ? ProblemCode::UnexpectedOperator : ProblemCode::UnexpectedWord, at_, at_ + length);
  at_ += length;
}

bool Parser::list(Stops stops) {
  bool any = false;
  Connector before = Connector::None;
  for (;;) {
    skip_newlines();
    if (at_end()) return any;
    const Stops stop = stop_here();
    if ((stop & stops) != 0) return any;
    if (stop != 0) {
      stray(stop);
    } else if (peek() == ';' || peek() == '|' || (peek() == '&' && peek(1) != '>')) {
      const std::size_t length = peek(1) == peek() ? 2 : 1;
      problem(ProblemCode::UnexpectedOperator, at_, at_ + length);
      at_ += length;
    } else {
      before = list_item(before, stops);
      any = true;
    }
  }
}

// Whether the command after an operator is missing.
bool Parser::command_missing() const {
  if (at_end() || stop_here() != 0) return true;
  return peek() == ';' || peek() == '|' || (peek() == '&' && peek(1) != '>');
}

Connector Parser::and_or_ahead() const {
  if (looking_at("&&")) return Connector::And;
  return looking_at("||") ? Connector::Or : Connector::None;
}

// Parses pipelines joined by && and ||; the connector after the last one.
Connector Parser::list_item(Connector before, Stops stops) {
  const std::uint32_t list_id = lists_++;
  for (;;) {
    const std::size_t from = at_;
    const std::uint32_t index = pipeline(stops, before, list_id);
    if (at_ == from && !at_end()) {
      problem(ProblemCode::UnexpectedOperator, at_, at_ + 1);
      ++at_;
    }
    skip_blanks();
    before = and_or_ahead();
    if (before == Connector::None) {
      const Connector after = list_connector(stops);
      set_after(index, after);
      return after;
    }
    set_after(index, before);
    const std::size_t sign = at_;
    at_ += 2;
    skip_newlines();
    if (command_missing()) {
      problem(ProblemCode::MissingCommand, sign, sign + 2);
      return before;
    }
  }
}

Connector Parser::list_connector(Stops stops) {
  if (at_end()) return Connector::None;
  if (at_newline()) return Connector::Newline;
  if ((stop_here() & stops) != 0) return Connector::None;
  if (peek() == ';' && peek(1) != ';' && peek(1) != '&') {
    ++at_;
    return Connector::Sequence;
  }
  if (peek() == '&' && peek(1) != '&') {
    ++at_;
    return Connector::Background;
  }
  // After a compound only an operator may follow; a simple command would have taken the word.
  if (stop_here() == 0) problem(ProblemCode::UnexpectedWord, at_, at_ + 1);
  return Connector::None;
}

// ---- pipelines ----------------------------------------------------------------------------------

void Parser::pipeline_prefix(Pipeline& pipe) {
  for (;;) {
    const std::string_view word = bare_word();
    if (word == "!") {
      pipe.negated = !pipe.negated;
      ++at_;
      skip_blanks();
      continue;
    }
    if (word != "time" && word != "coproc") return;
    // A prefix of a compound; otherwise a wrapper that stays the command's first word.
    const std::size_t from = at_;
    at_ += word.size();
    skip_blanks();
    if (compound_ahead()) continue;
    at_ = from;
    return;
  }
}

std::uint32_t Parser::pipeline(Stops stops, Connector before, std::uint32_t list_id) {
  const auto index = static_cast<std::uint32_t>(out_.pipelines.size());
  out_.pipelines.emplace_back();
  const std::size_t begin = at_;
  const std::size_t definitions_before = out_.definitions.size();
  const bool uncertain = context_.uncertain;
  Pipeline pipe;
  pipe.before = before;
  pipe.list = list_id;
  pipeline_prefix(pipe);
  std::vector<Connector> pipes;
  for (;;) {
    element(stops, pipe);
    const std::size_t element_end = at_;
    skip_blanks();
    if (peek() != '|' || peek(1) == '|') {
      pipe.range = in_->range(begin, element_end);
      break;
    }
    pipes.push_back(peek(1) == '&' ? Connector::PipeBoth : Connector::Pipe);
    const std::size_t sign = at_;
    at_ += pipes.back() == Connector::PipeBoth ? 2U : 1U;
    context_.uncertain = true;
    skip_newlines();
    if (command_missing()) {
      problem(ProblemCode::MissingCommand, sign, sign + 1);
      pipe.range = in_->range(begin, sign + 1);
      break;
    }
  }
  context_.uncertain = uncertain;
  if (!pipes.empty()) {  // every element runs in a subshell
    for (std::size_t i = definitions_before; i < out_.definitions.size(); ++i) {
      out_.definitions[i].certain = false;
    }
  }
  out_.pipelines[index] = std::move(pipe);
  link(index, pipes);
  return index;
}

void Parser::element(Stops stops, Pipeline& pipe) {
  if (looking_at("((") && arithmetic_ahead(at_ + 2)) {
    pipe.elements.push_back({.compound = false, .index = arithmetic_command()});
  } else if (const auto kind = compound_ahead()) {
    pipe.elements.push_back({.compound = true, .index = compound(*kind, stops)});
  } else {
    pipe.elements.push_back({.compound = false, .index = simple_command()});
  }
}

void Parser::link(std::uint32_t pipeline_index, const std::vector<Connector>& pipes) {
  const Pipeline& pipe = out_.pipelines[pipeline_index];
  const auto set = [&](auto& target, std::uint32_t position) {
    target.pipeline = pipeline_index;
    target.position = position;
    target.before = position == 0 ? pipe.before : pipes[position - 1];
    if (position < pipes.size()) target.after = pipes[position];
  };
  for (std::uint32_t i = 0; i < pipe.elements.size(); ++i) {
    const Pipeline::Element element = pipe.elements[i];
    if (element.compound) {
      set(out_.compounds[element.index], i);
    } else {
      set(out_.commands[element.index], i);
      out_.commands[element.index].negated = pipe.negated;
    }
  }
}

void Parser::set_after(std::uint32_t pipeline_index, Connector after) {
  Pipeline& pipe = out_.pipelines[pipeline_index];
  pipe.after = after;
  if (pipe.elements.empty()) return;
  const Pipeline::Element last = pipe.elements.back();
  if (last.compound) {
    out_.compounds[last.index].after = after;
  } else {
    out_.commands[last.index].after = after;
  }
}

}  // namespace corten::shell
