#include <array>

#include "report/internal/writers.h"
#include "report/report.h"

namespace corten::report {

namespace {

// In both tables.
constexpr Format kJson{"json", "everything, for scripts; schema 1", write_json};
constexpr Format kHtml{"html", "one page to open, filter and hand on; needs no server", write_html};
constexpr Format kMarkdown{"markdown", "for pull requests and job summaries", write_markdown};
constexpr Format kJunit{"junit", "JUnit XML, for CI systems that show tests", write_junit};
constexpr Format kCsv{"csv", "one finding a line, for spreadsheets", write_csv};

constexpr std::array kFormats = {
    Format{"table", "for reading at a terminal (the default)", write_table},
    kJson,
    Format{"sarif", "SARIF 2.1.0, for code scanning (GitHub, GitLab, IDEs)", write_sarif},
    kHtml,
    kMarkdown,
    kJunit,
    kCsv,
    Format{"gitlab", "GitLab container scanning report", write_gitlab},
};

constexpr std::array kLintFormats = {
    Format{"table", "for reading at a terminal (the default)", write_lint_table},
    kJson,
    Format{"sarif", "SARIF 2.1.0 with fixes, for code scanning (GitHub, GitLab, IDEs)",
           write_sarif},
    kHtml,
    kMarkdown,
    kJunit,
    kCsv,
    Format{"tty", "hadolint's lines: FILE:LINE CODE level: message", write_tty},
    Format{"gnu", "the lines of GNU programs, for editors", write_gnu},
    Format{"hadolint-json", "hadolint's JSON", write_hadolint_json},
    Format{"checkstyle", "Checkstyle XML, for Jenkins and reviewdog", write_checkstyle},
    Format{"codeclimate", "Code Climate issues, each ended by a NUL", write_codeclimate},
    Format{"gitlab_codeclimate", "GitLab's code quality report", write_gitlab_codeclimate},
    Format{"sonarqube", "SonarQube's generic issues", write_sonarqube},
    Format{"codacy", "Codacy's results, one JSON a line", write_codacy},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }
std::span<const Format> lint_formats() { return kLintFormats; }

}  // namespace corten::report
