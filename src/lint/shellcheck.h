// ShellCheck, for the shell in RUN instructions: the program that Debian packages, run once over
// all snippets of a run, and what it says put back where the text came from.
//
// Snippets are untrusted: ShellCheck reads them as data, follows no `source`, reads no
// configuration, and has limits on time and memory. When it is absent or fails, the result says so
// in a note and names the snippets that it has not read; native_shell.h takes its place for them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dockerfile/source.h"
#include "finding/finding.h"
#include "finding/lint_level.h"

namespace corten::lint {

enum class ShellDialect { Sh, Bash, Dash, Ksh, BusyboxAsh };

// As the end of a range: the place after its last byte.
using dockerfile::Position;

// A place in a snippet's text as a place in its file.
using PositionMap = std::function<Position(Position)>;

struct ShellSnippet {
  std::string text;
  ShellDialect dialect = ShellDialect::Sh;
  std::vector<std::string> variables;  // set from outside: ARG, ENV; the proxy variables always are
  PositionMap to_file;                 // empty: places stay as they are in the text
};

// One replacement of a fix, in places of the file. Begin and end are equal where text is inserted.
struct ShellReplacement {
  Position begin;
  Position end;
  std::string text;
  std::uint32_t precedence = 0;  // at one place, the higher one comes first in the result

  bool operator==(const ShellReplacement&) const = default;
};

struct ShellIssue {
  std::uint32_t code = 0;  // 2086
  LintLevel level = LintLevel::Style;
  std::string message;
  Position begin;
  Position end;
  std::vector<ShellReplacement> fix;  // all of them together mend it; empty: no fix known

  bool operator==(const ShellIssue&) const = default;
};

struct ShellcheckLimits {
  std::chrono::milliseconds timeout{120'000};  // of each call
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  std::size_t snippet_bytes = std::size_t{256} << 10;  // longer ones are left out
  std::size_t output_bytes = std::size_t{64} << 20;
  std::size_t argument_bytes = std::size_t{96}
                               << 10;  // of one call; more snippets are another call
};

struct ShellcheckRun {
  std::vector<std::vector<ShellIssue>> issues;  // for each snippet, in the order of its text
  std::vector<std::size_t> unread;              // snippets that it did not judge, ascending
  std::vector<std::string> notes;               // why it did not
};

// Names that count as set in every snippet.
[[nodiscard]] std::span<const std::string_view> proxy_variables();

// Checks all snippets, at most `jobs` calls at a time: one call a dialect unless there are very
// many snippets. `program` is looked up on PATH.
[[nodiscard]] ShellcheckRun run_shellcheck(const std::vector<ShellSnippet>& snippets,
                                           std::size_t jobs, const ShellcheckLimits& limits = {},
                                           const std::string& program = "shellcheck");

// The issue as a finding of the file at `path`.
[[nodiscard]] Finding finding_of(const ShellIssue& issue, const std::string& path);

// The lines of the file that the replacements change, as they are after them; empty when the
// replacements overlap or lie outside.
[[nodiscard]] std::vector<Edit> line_edits(std::vector<ShellReplacement> replacements,
                                           const std::string& path, const dockerfile::Source& file);

}  // namespace corten::lint
