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

}  // namespace corten::report
