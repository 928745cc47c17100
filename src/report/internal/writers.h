// The writers behind formats(): each is one file of this room.
#pragma once

#include <string>

#include "report/report.h"

namespace corten::report {

[[nodiscard]] Result<std::string> write_table(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_json(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_sarif(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_html(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_markdown(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_junit(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_csv(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_gitlab(const Report& report, const Style& style);

// Of lint.
[[nodiscard]] Result<std::string> write_lint_table(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_tty(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_gnu(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_hadolint_json(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_checkstyle(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_codeclimate(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_gitlab_codeclimate(const Report& report,
                                                           const Style& style);
[[nodiscard]] Result<std::string> write_sonarqube(const Report& report, const Style& style);
[[nodiscard]] Result<std::string> write_codacy(const Report& report, const Style& style);

}  // namespace corten::report
