// What the CVSS versions share: the reading of a vector into metric values. Each version has its
// table of metrics and formulas.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "finding/cvss.h"

namespace corten::cvss {

struct Metric {
  std::string_view name;
  std::string_view values;  // legal values, separated by spaces
  bool mandatory = false;
};

// The values of a vector, in the order of the version's metric table; empty where the vector has
// none. Views into the vector.
using Values = std::vector<std::string_view>;

// Reads "AV:N/AC:L/…" (without prefix) by the table.
[[nodiscard]] Result<Values> read_metrics(std::string_view metrics, std::span<const Metric> table);

// True when one of the values [first, last] is given and is not `undefined` ("X" or "ND").
[[nodiscard]] bool any_given(const Values& values, std::size_t first, std::size_t last,
                             std::string_view undefined);

// The scale of versions 3 and 4 (specification 3.1, section 5; 4.0, section 6).
[[nodiscard]] Severity severity_of(double score);

// Each takes the vector without its prefix.
[[nodiscard]] Result<CvssScore> score_version2(std::string_view metrics);
[[nodiscard]] Result<CvssScore> score_version3(std::string_view metrics, std::string_view version);
[[nodiscard]] Result<CvssScore> score_version4(std::string_view metrics);

}  // namespace corten::cvss
