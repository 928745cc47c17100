#include "finding/cvss.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "finding/internal/cvss_metrics.h"

namespace corten {

namespace cvss {

Result<Values> read_metrics(std::string_view metrics, std::span<const Metric> table) {
  Values values(table.size());
  for (const std::string_view field : split(metrics, '/')) {
    const auto parts = split_once(field, ':');
    if (!parts) return fail(ErrorCode::InvalidInput, fmt::format("CVSS: '{}' is no metric", field));
    const auto [name, value] = *parts;
    const auto row = std::ranges::find(table, name, &Metric::name);
    if (row == table.end()) {
      return fail(ErrorCode::InvalidInput, fmt::format("CVSS: unknown metric '{}'", name));
    }
    const auto legal = split(row->values, ' ');
    if (value.empty() || std::ranges::find(legal, value) == legal.end()) {
      return fail(
          ErrorCode::InvalidInput,
          fmt::format("CVSS: '{}' is no value of {} (those are {})", value, name, row->values));
    }
    std::string_view& slot = values[static_cast<std::size_t>(row - table.begin())];
    if (!slot.empty()) return fail(ErrorCode::InvalidInput, fmt::format("CVSS: {} twice", name));
    slot = value;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].mandatory && values[i].empty()) {
      return fail(ErrorCode::InvalidInput, fmt::format("CVSS: {} is missing", table[i].name));
    }
  }
  return values;
}

bool any_given(const Values& values, std::size_t first, std::size_t last,
               std::string_view undefined) {
  for (std::size_t i = first; i <= last; ++i) {
    if (!values[i].empty() && values[i] != undefined) return true;
  }
  return false;
}

Severity severity_of(double score) {
  if (score >= 9.0) return Severity::Critical;
  if (score >= 7.0) return Severity::High;
  if (score >= 4.0) return Severity::Medium;
  return score > 0 ? Severity::Low : Severity::Info;
}

}  // namespace cvss

Result<CvssScore> score_cvss(std::string_view vector) {
  if (vector.size() > kMaxCvssBytes) {
    return fail(ErrorCode::InvalidInput, fmt::format("CVSS: vector of {} bytes", vector.size()));
  }
  vector = trim(vector);
  if (vector.starts_with("CVSS:")) {
    vector.remove_prefix(5);
    const auto parts = split_once(vector, '/');
    const auto [version, metrics] = parts.value_or(std::pair{vector, std::string_view()});
    if (version == "3.0" || version == "3.1") return cvss::score_version3(metrics, version);
    if (version == "4.0") return cvss::score_version4(metrics);
    return fail(ErrorCode::InvalidInput, fmt::format("CVSS: unknown version '{}'", version));
  }
  if (vector.starts_with("CVSS2#")) vector.remove_prefix(6);
  if (vector.starts_with('(') && vector.ends_with(')') && vector.size() > 1) {
    vector = vector.substr(1, vector.size() - 2);
  }
  return cvss::score_version2(vector);
}

}  // namespace corten
