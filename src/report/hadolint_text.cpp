// hadolint's line formats: tty and gnu. What their readers match is kept: FILE:LINE CODE level:
// text.
#include <fmt/format.h>

#include "base/text.h"
#include "finding/lint_level.h"
#include "report/internal/by_file.h"
#include "report/internal/canvas.h"
#include "report/internal/writers.h"

namespace corten::report {

Result<std::string> write_tty(const Report& report, const Style& style) {
  const Canvas canvas(style);
  std::string out;
  for (const FileFindings& file : by_file(report)) {
    for (const Finding* finding : file.findings) {
      out += fmt::format(
          "{}:{} {} {}: {}\n", printable(file.path), spot_of(*finding).line, printable(finding->id),
          canvas.ink(name_of(level_of(finding->severity)), ink_of(finding->severity)),
          printable(message_line(*finding)));
    }
  }
  return out;
}

// GNU Coding Standards, "Formatting Error Messages": program:file:line: text. The program is the
// one that the patterns of editors know.
Result<std::string> write_gnu(const Report& report, const Style&) {
  std::string out;
  for (const FileFindings& file : by_file(report)) {
    for (const Finding* finding : file.findings) {
      out += fmt::format("hadolint:{}:{}: {} {}: {}\n", printable(file.path),
                         spot_of(*finding).line, printable(finding->id),
                         name_of(level_of(finding->severity)), printable(message_line(*finding)));
    }
  }
  return out;
}

}  // namespace corten::report
