// The parts of the HTML page: what works without JavaScript, and the data for the part that needs
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/internal/grouping.h"
#include "report/report.h"

namespace corten::report {

[[nodiscard]] std::string html_header(const Report& report);
[[nodiscard]] std::string html_alerts(const Report& report);    // errors and notes
[[nodiscard]] std::string html_overview(const Report& report);  // tiles, bar, sums by subject
[[nodiscard]] std::string html_advice(const Report& report);
[[nodiscard]] std::string html_checks(const Report& report);
[[nodiscard]] std::string html_footer(const Report& report);
// The plain table for readers without JavaScript: the worst findings.
[[nodiscard]] std::string html_plain(const Report& report, const std::vector<Group>& groups);

// JSON for the script, safe inside of <script>: no "<" in it.
[[nodiscard]] std::string html_data(const Report& report, const std::vector<Group>& groups);

}  // namespace corten::report
