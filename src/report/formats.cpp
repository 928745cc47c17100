#include <array>

#include "report/internal/writers.h"
#include "report/report.h"

namespace corten::report {

namespace {

constexpr std::array kFormats = {
    Format{"table", "for reading at a terminal (the default)", write_table},
    Format{"json", "everything, for scripts; schema 1", write_json},
    Format{"sarif", "SARIF 2.1.0, for code scanning (GitHub, GitLab, IDEs)", write_sarif},
    Format{"html", "one page to open, filter and hand on; needs no server", write_html},
    Format{"markdown", "for pull requests and job summaries", write_markdown},
    Format{"junit", "JUnit XML, for CI systems that show tests", write_junit},
    Format{"csv", "one finding a line, for spreadsheets", write_csv},
    Format{"gitlab", "GitLab container scanning report", write_gitlab},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

}  // namespace corten::report
