// Mending files: the edits of findings, applied, checked by linting again, and shown as a diff.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace corten::lint {

// After so many rounds a file that still changes is left as it is: two fixes undo each other.
inline constexpr std::size_t kMaxFixRounds = 10;

enum class FixSafety { Safe, Unsafe };  // Unsafe: also those with a fix_risk

// `content` with the edits of the findings that are not suppressed, applied in their order; of two
// that touch the same lines only the first. `used` gets the indices of the findings whose edits
// were applied. Lines keep their endings.
struct Mended {
  std::string content;
  std::vector<std::size_t> used;
};
[[nodiscard]] Mended apply_edits(std::string_view path, std::string_view content,
                                 const std::vector<Finding>& findings, FixSafety safety);

struct FixedFile {
  std::string path;
  std::string before;
  std::string after;
  std::size_t mended = 0;  // findings
};

struct FixReport {
  std::vector<FixedFile> files;    // that change, in the order of the report
  std::vector<std::string> notes;  // fixes that were not kept, and why
  LintReport rest;                 // what is found afterwards
};

// Lints, applies fixes and lints again until nothing changes. A fix is kept only if the file can
// still be linted, the finding is gone and no other one has come; one that breaks this is left out.
// Nothing is written.
[[nodiscard]] Result<FixReport> fix_files(LintRequest request, FixSafety safety,
                                          Progress& progress);

enum class DiffColor { No, Yes };
// A unified diff with three lines of context ("--- a/PATH", "+++ b/PATH"), which patch(1) and git
// apply take. Empty when nothing differs. Coloured text has control characters escaped.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before,
                                       std::string_view after, DiffColor color);

}  // namespace corten::lint
