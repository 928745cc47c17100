// The blocks of the table format, top to bottom.
#pragma once

#include <span>
#include <vector>

#include "report/internal/canvas.h"
#include "report/internal/grouping.h"
#include "report/internal/words.h"

namespace corten::report {

// Columns of the detail lines under a finding: below its id.
inline constexpr std::size_t kDetailIndent = 12;

// How many rows a block may have before it ends in "… 70 more low (--all)".
struct RowLimit {
  std::size_t rows = 0;
  bool show_all = false;
};

// The groups that are shown of `groups` (worst first), and what is left out, counted in findings.
struct Cut {
  std::vector<Group> shown;
  Counts left_out;
};
[[nodiscard]] Cut cut_to(std::vector<Group> groups, const RowLimit& limit);

// "  high      CL1001          text": the line that opens a finding. The text wraps under itself; a
// long id has its own line.
void add_headline(Canvas& canvas, const Finding& finding, std::size_t id_columns,
                  std::string_view text, Ink ink);

// How much of its origin a finding tells.
enum class OriginDetail {
  None,   // the heading has said it
  Short,  // "your layer 2": add_layers() has the instruction
  Full,
};

// The instructions of the layers that the findings of `subject` come from, once each.
void add_layers(Canvas& canvas, std::span<const Group> shown, std::string_view subject);
void add_vulnerabilities(Canvas& canvas, const Cut& cut, OriginDetail detail);
void add_other_findings(Canvas& canvas, const Cut& cut, OriginDetail detail);
void add_left_out(Canvas& canvas, const Counts& left_out);
void add_suppressed(Canvas& canvas, std::span<const Group> groups);
void add_checks(Canvas& canvas, const std::vector<CheckResult>& checks);
void add_summary(Canvas& canvas, const Report& report);
void add_advice(Canvas& canvas, const Report& report);

}  // namespace corten::report
