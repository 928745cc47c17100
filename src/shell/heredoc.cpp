// Here-documents: their bodies begin after the line that announces them.
#include <algorithm>
#include <utility>

#include "shell/internal/parser.h"
#include "shell/internal/wrappers.h"

namespace corten::shell {

void Parser::read_heredocs() {
  const std::vector<PendingHeredoc> pending = std::exchange(pending_, {});
  for (const PendingHeredoc& one : pending) {
    if (gave_up_) return;
    read_heredoc(one);
  }
}

void Parser::read_heredoc(const PendingHeredoc& pending) {
  const std::size_t begin = at_;
  std::size_t body_end = end_;
  bool closed = false;
  std::size_t next = at_;
  while (next < end_ && !closed) {
    const std::size_t line_begin = next;
    const std::size_t line_end = std::min(in_->chars.find('\n', line_begin), end_);
    std::string_view line = in_->chars.substr(line_begin, line_end - line_begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (pending.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    next = std::min(line_end + 1, end_);
    closed = line == pending.delimiter;
    if (closed) body_end = line_begin;
  }
  if (!closed) problem(ProblemCode::UnclosedHeredoc, begin, begin);
  HeredocBody body{.compound = pending.compound,
                   .owner = pending.owner,
                   .redirection = pending.redirection,
                   .body = in_->range(begin, body_end),
                   .variables = {}};
  if (pending.expands) heredoc_expansions(pending, body, body_end);
  if (gave_up_) return;
  bodies_.push_back(std::move(body));
  if (!pending.compound) heredoc_script(pending, begin, body_end);
  if (!gave_up_) at_ = next;
}

// Finds the variables and commands in a body from at_ to `end`.
void Parser::heredoc_expansions(const PendingHeredoc& pending, HeredocBody& body, std::size_t end) {
  WordState state;
  state.enclosing = {pending.compound ? Enclosing::Place::Compound : Enclosing::Place::Redirection,
                     pending.owner, pending.redirection};
  state.hidden = 1;
  const std::size_t saved = std::exchange(end_, end);
  while (!at_end()) {
    if (peek() == '\\') {
      at_ = std::min(at_ + 2, end_);
    } else if (peek() == '`') {
      backtick(state, true);
    } else if (peek() != '$' || !expansion(state, true)) {
      at_ = std::min(at_ + 1, end_);
    }
  }
  if (gave_up_) return;
  end_ = saved;
  body.variables = std::move(state.word.variables);
}

// `sh <<EOF`: the body is a script of its own.
void Parser::heredoc_script(const PendingHeredoc& pending, std::size_t begin, std::size_t end) {
  const Command& owner = out_.commands[pending.owner];
  const std::size_t name = behind_wrappers(owner.words);
  if (name >= owner.words.size() || !reads_script_from_input(owner.words, name)) return;
  Decoded script;
  for (std::size_t at = begin; at < end; ++at) {
    const char next = in_->at(at + 1);
    const bool escapes = pending.expands && in_->chars[at] == '\\' && at + 1 < end &&
                         (next == '$' || next == '`' || next == '\\');
    if (escapes) ++at;
    script.put(in_->chars[at], in_->position(at));
  }
  Context inner = context_;
  inner.compound = owner.compound;
  inner.enclosing = {Enclosing::Place::HeredocScript, pending.owner, pending.redirection};
  inner.in_condition = false;
  inner.nested_script = true;
  inner.uncertain = true;
  run_nested(script, inner, {});
}

// Bodies were read before or after their commands were finished: now all are.
void Parser::finish_heredocs() {
  for (HeredocBody& read : bodies_) {
    std::vector<Redirection>& redirections = read.compound ? out_.compounds[read.owner].redirections
                                                           : out_.commands[read.owner].redirections;
    if (read.redirection >= redirections.size()) continue;  // given up before it was stored
    redirections[read.redirection].body = read.body;
    redirections[read.redirection].body_variables = std::move(read.variables);
  }
}

}  // namespace corten::shell
