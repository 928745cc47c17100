#include "finding/finding.h"

#include <cmath>
#include <tuple>

#include "base/text.h"
#include "finding/check.h"

namespace corten {

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Unknown:
      return "unknown";
    case Severity::Low:
      return "low";
    case Severity::Medium:
      return "medium";
    case Severity::High:
      return "high";
    case Severity::Critical:
      return "critical";
  }
  return "info";
}

std::optional<Severity> parse_severity(std::string_view name) {
  const std::string word = to_lower(trim(name));
  if (word == "critical") return Severity::Critical;
  if (word == "high" || word == "important") return Severity::High;
  if (word == "medium" || word == "moderate") return Severity::Medium;
  if (word == "low") return Severity::Low;
  if (word == "unknown" || word == "unrated" || word == "unassigned" || word == "untriaged") {
    return Severity::Unknown;
  }
  if (word == "info" || word == "none" || word == "negligible") return Severity::Info;
  return std::nullopt;
}

const char* name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::Vulnerability:
      return "vulnerability";
    case FindingKind::Misconfiguration:
      return "misconfiguration";
    case FindingKind::Secret:
      return "secret";
    case FindingKind::License:
      return "license";
    case FindingKind::Behaviour:
      return "behaviour";
    case FindingKind::Trust:
      return "trust";
  }
  return "misconfiguration";
}

const char* name_of(FixState state) {
  switch (state) {
    case FixState::Unknown:
      return "unknown";
    case FixState::Fixed:
      return "fixed";
    case FixState::NotFixed:
      return "not-fixed";
    case FixState::WillNotFix:
      return "will-not-fix";
    case FixState::Deferred:
      return "deferred";
    case FixState::EndOfLife:
      return "end-of-life";
  }
  return "unknown";
}

namespace {

// Everything that ranks, worst first, as one comparable value.
using Rank = std::tuple<bool, int, bool, double, double, const std::string&, const std::string&>;

// Feeds may hold "NaN", which compares with nothing and would leave the order undefined.
double number(double value) { return std::isnan(value) ? 0 : value; }

Rank rank(const Finding& finding) {
  const VulnerabilityDetail* detail = finding.vulnerability ? &*finding.vulnerability : nullptr;
  const double epss = detail != nullptr && detail->epss ? number(detail->epss->score) : 0;
  const double score = detail != nullptr ? number(detail->score) : 0;
  const bool exploited = detail != nullptr && detail->kev.has_value();
  return {finding.suppressed.has_value(),
          -static_cast<int>(finding.severity),
          !exploited,
          -epss,
          -score,
          finding.id,
          finding.subject};
}

auto place(const Finding& finding) {
  const PackageRef none;
  const PackageRef& package = finding.package ? *finding.package : none;
  const Location nowhere;
  const Location& at = finding.location ? *finding.location : nowhere;
  return std::tuple(package.name, package.version, at.path, at.line, at.column, finding.evidence);
}

}  // namespace

bool ranks_before(const Finding& a, const Finding& b) {
  const auto rank_a = rank(a);
  const auto rank_b = rank(b);
  return rank_a != rank_b ? rank_a < rank_b : place(a) < place(b);
}

const Check* find_check(std::span<const Check> catalogue, std::string_view id) {
  const std::string wanted = to_lower(id);
  // A check may have the id of another one as an alias.
  for (const Check& check : catalogue) {
    if (to_lower(check.id) == wanted) return &check;
  }
  for (const Check& check : catalogue) {
    for (std::string_view alias : split(check.aliases, ' ')) {
      if (!alias.empty() && to_lower(alias) == wanted) return &check;
    }
  }
  return nullptr;
}

}  // namespace corten
