// Mending files: the edits of findings, applied, and checked by linting again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lint/diff.h"
#include "lint/lint.h"

namespace corten::lint {

// Of several findings on the same lines one is mended a round. A file that still changes after so
// many is left as it is then.
inline constexpr std::size_t kMaxFixRounds = 50;
// Of contents that are tried of one file, all together: a file of a usual size is tried thousands
// of times before, a hostile one a few times.
inline constexpr std::size_t kMaxTriedBytes = std::size_t{16} << 20;

// A file with as many findings is not mended: all of them are compared at each trial.
inline constexpr std::size_t kMaxFindingsToMend = 100'000;

enum class FixSafety { Safe, Unsafe };  // Unsafe: also those with a fix_risk

// `content` with the edits of the findings that are not suppressed, applied in their order; of two
// that touch the same lines only the first. `used` gets the indices of the findings whose edits
// were applied. Lines keep their endings, and the file its byte order mark.
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

// A fix that was tried and taken back.
struct RefusedFix {
  std::string path;
  std::string id;      // of the finding
  std::string reason;  // "it brings DL3015"

  bool operator==(const RefusedFix&) const = default;
};

struct FixReport {
  std::vector<FixedFile> files;  // that change, in the order of the report
  std::vector<RefusedFix> refused;
  std::vector<std::string> notes;  // what people should know, the refused fixes among it
  LintReport rest;                 // what is found afterwards
};

// Lints, applies fixes and lints what changed again, until nothing changes. A fix is kept only if
// the file can still be linted, the finding is gone and no other one has come; those that break
// this are found and left out, each by itself. Nothing is written.
[[nodiscard]] Result<FixReport> fix_files(LintRequest request, FixSafety safety,
                                          Progress& progress);

}  // namespace corten::lint
