// Checkstyle's XML, version 4.3 as hadolint writes it: one <file> a file, one <error> a finding.
#include <fmt/format.h>

#include "finding/lint_level.h"
#include "report/internal/by_file.h"
#include "report/internal/markup_text.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

// Checkstyle has no style level; its readers take three, and "ignore".
const char* severity_word(Severity severity) {
  const LintLevel level = level_of(severity);
  return level == LintLevel::Style ? "info" : name_of(level);
}

}  // namespace

Result<std::string> write_checkstyle(const Report& report, const Style&) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const FileFindings& file : by_file(report)) {
    out += fmt::format("  <file name=\"{}\">\n", markup_text(file.path));
    for (const Finding* finding : file.findings) {
      const Spot spot = spot_of(*finding);
      out += fmt::format(
          "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"{}\"/>\n",
          spot.line, spot.column, severity_word(finding->severity),
          markup_text(message_line(*finding)), markup_text(finding->id));
    }
    out += "  </file>\n";
  }
  out += "</checkstyle>\n";
  return out;
}

}  // namespace corten::report
