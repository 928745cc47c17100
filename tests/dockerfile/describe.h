// One line per instruction, for comparisons in tests.
#pragma once

#include <fmt/format.h>

#include <string>

#include "dockerfile/parse.h"

namespace corten::dockerfile {

// "RUN {--mount=a} [word|word]" in exec form, "RUN (word|word)" in shell form,
// "ENV a=1 b" for pairs (legacy: "a 1"), " <<EOF:body" for here-documents, "> nested" behind.
inline std::string describe(const Instruction& in) {
  std::string out(in.keyword == Keyword::Unknown ? "?" : name_of(in.keyword));
  if (in.broken) out += "!";
  for (const Flag& flag : in.flags) {
    out += fmt::format(" {{--{}{}{}}}", flag.name, flag.value ? "=" : "", flag.value.value_or(""));
  }
  std::string words;
  for (const Word& word : in.words) {
    words += words.empty() ? "" : "|";
    words += word.text;
  }
  if (in.form == Form::Exec) {
    out += fmt::format(" [{}]", words);
  } else if (!in.words.empty()) {
    out += fmt::format(" ({})", words);
  }
  for (const Pair& pair : in.pairs) {
    out += fmt::format(" {}{}{}", pair.key, pair.value ? (pair.legacy ? " " : "=") : "",
                       pair.value.value_or(""));
  }
  for (const Heredoc& heredoc : in.heredocs) {
    out += fmt::format(" <<{}{}{}:{}", heredoc.strip_tabs ? "-" : "", heredoc.expand ? "" : "'",
                       heredoc.delimiter, heredoc.content.text);
  }
  if (in.nested != nullptr) out += " > " + describe(*in.nested);
  return out;
}

inline std::string describe(const Dockerfile& file) {
  std::string out;
  for (const Instruction& in : file.instructions) out += describe(in) + "\n";
  return out;
}

inline std::string describe_errors(const Dockerfile& file) {
  std::string out;
  for (const SyntaxError& error : file.errors) {
    out += fmt::format("{}:{} {}\n", error.position.line, error.position.column, error.message);
  }
  return out;
}

}  // namespace corten::dockerfile
