// Pragmas: comments in the file that tell the linter what not to tell, or which shell a RUN is.
//
//   # hadolint ignore=DL3006,SC2086          the instruction below
//   # hadolint stage ignore=DL3006           the stage whose FROM is below
//   # hadolint global ignore=DL3006          the whole file
//   # hadolint shell=bash                    before the first FROM: all stages; else to the next
//   FROM # check=skip=JSONArgsRecommended;error=true;experimental=all
//                                            BuildKit's, at the top for the file, else for the
//                                            instruction below; "skip=all" is all of BuildKit's
//                                            checks
//   # corten ignore=CL1001 reason="a build image, never run" until=2030-01-31
//                                            the instruction or YAML block below, or that of its
//                                            own line; also `stage ignore=` and `global ignore=`
//
// Blanks stand where one may expect them, and further text may follow after another "#". hadolint's
// ids are made of the letters D L S C and digits; any other letter voids the whole pragma. Between
// a pragma and what it is about other comments may stand (in hadolint none may:
// PragmaRules::Hadolint).
//
// Nothing here reads files: the caller's parser gives comments and the lines that they may be
// about. Comments are untrusted text. To add a dialect: a reader in pragma.cpp and its row in
// kReaders.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "finding/check.h"
#include "finding/finding.h"

namespace corten::lint {

// Further pragmas of one file have no effect; real files have a handful.
inline constexpr std::size_t kMaxPragmas = 1000;

enum class CommentPlace { Alone, AfterCode };  // nothing else on its line, or at the end of one

struct Comment {
  std::uint32_t line = 0;
  std::string_view text;  // what follows the first '#'
  CommentPlace place = CommentPlace::Alone;
};

// First and last line, both of it.
struct LineRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] bool holds(std::uint32_t line) const { return line >= first && line <= last; }
  bool operator==(const LineRange&) const = default;
};

// What a parser knows of a file. All lists are in the order of the file; texts are borrowed.
struct CommentedFile {
  std::string_view path;              // as findings name it
  std::vector<Comment> comments;      // parser directives included
  std::vector<LineRange> statements;  // instructions; of YAML: entries with all that is below them
  std::vector<LineRange> stages;      // from a FROM to the line before the next one
};

enum class PragmaRules { Corten, Hadolint };

struct IgnorePragma {
  std::uint32_t line = 0;
  std::vector<std::string> ids;  // as written; "BK-*" stands for every check of BuildKit
  LineRange lines;               // where it counts
  std::string reason;
  std::optional<Time> until;  // first moment at which it no longer counts
};

struct ShellPragma {
  LineRange lines;
  std::string shell;
};

// A comment that is meant as a pragma and cannot be read.
struct VoidPragma {
  std::uint32_t line = 0;
  std::string why;
};

struct Pragmas {
  std::vector<IgnorePragma> ignores;
  std::vector<ShellPragma> shells;
  std::vector<VoidPragma> voids;
  std::vector<std::string> experimental;  // BuildKit checks to turn on, or "all"
  bool buildkit_fails = false;            // error=true: what BuildKit checks fails the build

  // The shell that a pragma names for the instruction that begins at `line`, or empty.
  [[nodiscard]] std::string_view shell_at(std::uint32_t line) const;
};

[[nodiscard]] Pragmas read_pragmas(const CommentedFile& file, PragmaRules rules);

enum class UnusedPragmas { Keep, Report };

struct PragmaUse {
  Time now{};  // decides expiry
  UnusedPragmas unused = UnusedPragmas::Keep;
};

// Marks the findings of the file at `path` that a pragma ignores (by = "PATH:LINE"); those that are
// suppressed already stay as they are, and still count as the use of a pragma. Adds CTN-POL-01 for
// every expired pragma that would have ignored something, CTN-LINT-02 for every void one, and
// CTN-LINT-01 for every unused one if that is asked for.
void apply_pragmas(const Pragmas& pragmas, std::string_view path, const PragmaUse& use,
                   std::vector<Finding>& findings);

// True for the ids and names of BuildKit's checks, with "BK-" in front or not.
[[nodiscard]] bool is_buildkit_check(std::string_view id);

// The catalogue rows of what this room itself finds.
[[nodiscard]] std::span<const Check> lint_checks();

}  // namespace corten::lint
