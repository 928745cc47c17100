// Properties that hold for the tree of any input; shared by the tests and the fuzz target.
#pragma once

#include <fmt/format.h>

#include <string>

#include "dockerfile/parse.h"
#include "dockerfile/stages.h"

namespace corten::dockerfile {

inline bool is_inside(const Dockerfile& file, Range range) {
  return range.begin <= range.end && range.end <= file.source.size();
}

// Every byte of joined text stands where its map says.
inline std::string text_problem(const Dockerfile& file, const LogicalText& text,
                                std::string_view what) {
  for (std::size_t i = 0; i < text.text.size(); ++i) {
    const std::uint32_t at = text.source_at(i);
    if (at >= file.source.size() || file.source.text()[at] != text.text[i]) {
      return fmt::format("{}: byte {} maps to {}", what, i, at);
    }
  }
  return is_inside(file, text.range()) ? "" : fmt::format("{}: range outside", what);
}

inline std::string instruction_problem(const Dockerfile& file, const Instruction& in) {
  if (!is_inside(file, in.range) || !is_inside(file, in.keyword_range)) return "range outside";
  for (const Word& word : in.words) {
    if (!is_inside(file, word.range)) return "word outside";
  }
  for (const Flag& flag : in.flags) {
    if (!is_inside(file, flag.range) || !is_inside(file, flag.value_range)) return "flag outside";
  }
  for (const Pair& pair : in.pairs) {
    if (!is_inside(file, pair.key_range) || !is_inside(file, pair.value_range)) {
      return "pair outside";
    }
  }
  for (const Heredoc& heredoc : in.heredocs) {
    if (!is_inside(file, heredoc.body) || !is_inside(file, heredoc.terminator)) {
      return "here-document outside";
    }
    if (file.source.text(heredoc.terminator) != heredoc.delimiter) return "terminator differs";
    const std::string problem = text_problem(file, heredoc.content, "content");
    if (!problem.empty()) return problem;
  }
  std::string problem = text_problem(file, in.text, "text");
  if (problem.empty()) problem = text_problem(file, in.script, "script");
  return problem;
}

// Empty, or what is wrong with the tree.
inline std::string problem_of(const Dockerfile& file) {
  std::uint32_t line = 0;
  for (const Instruction& in : file.instructions) {
    std::string problem = instruction_problem(file, in);
    if (problem.empty() && in.nested != nullptr) problem = instruction_problem(file, *in.nested);
    if (in.first_line <= line || in.last_line < in.first_line) problem = "lines out of order";
    line = in.last_line;
    if (!problem.empty()) return fmt::format("line {}: {}", in.first_line, problem);
  }
  for (const Comment& comment : file.comments) {
    if (!is_inside(file, comment.range)) return "comment outside";
    if (file.source.line_of(comment.range.begin) != comment.line) return "comment on another line";
  }
  return {};
}

}  // namespace corten::dockerfile
