// Findings by the file that they are in, as linters list them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace corten::report {

struct FileFindings {
  std::string_view path;
  std::vector<const Finding*> findings;  // by line, column and id; borrowed from the report
};

// What is not suppressed, by file: in the order of the report's subjects, and then by path. A
// finding without a location belongs to its subject.
[[nodiscard]] std::vector<FileFindings> by_file(const Report& report);

// The place of a finding, with 1 where a line or column is not known.
struct Spot {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
[[nodiscard]] Spot spot_of(const Finding& finding);

// One line for formats that have room for one text: the title, and the evidence if there is some.
[[nodiscard]] std::string message_line(const Finding& finding);

// The line of source that a finding points at, or nullptr.
[[nodiscard]] const std::string* source_line(const Report& report, const Finding& finding);

}  // namespace corten::report
