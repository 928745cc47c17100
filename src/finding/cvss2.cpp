// CVSS version 2: "A Complete Guide to the Common Vulnerability Scoring System Version 2.0",
// section 3.2.
#include <algorithm>
#include <array>
#include <cmath>

#include "finding/internal/cvss_metrics.h"

namespace corten::cvss {

namespace {

enum MetricIndex : std::size_t { AV, AC, Au, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR, kCount };

constexpr std::array<Metric, kCount> kTable{{
    {"AV", "L A N", true},
    {"AC", "H M L", true},
    {"Au", "M S N", true},
    {"C", "N P C", true},
    {"I", "N P C", true},
    {"A", "N P C", true},
    {"E", "U POC F H ND"},
    {"RL", "OF TF W U ND"},
    {"RC", "UC UR C ND"},
    {"CDP", "N L LM MH H ND"},
    {"TD", "N L M H ND"},
    {"CR", "L M H ND"},
    {"IR", "L M H ND"},
    {"AR", "L M H ND"},
}};

struct Weight {
  MetricIndex metric;
  std::string_view value;
  double weight;
};

// What is not listed (ND and absent metrics) weighs 1, but for CDP, where it weighs 0.
constexpr Weight kWeights[] = {
    {AV, "L", 0.395}, {AV, "A", 0.646}, {AV, "N", 1.0},   {AC, "H", 0.35},  {AC, "M", 0.61},
    {AC, "L", 0.71},  {Au, "M", 0.45},  {Au, "S", 0.56},  {Au, "N", 0.704}, {C, "N", 0.0},
    {C, "P", 0.275},  {C, "C", 0.660},  {I, "N", 0.0},    {I, "P", 0.275},  {I, "C", 0.660},
    {A, "N", 0.0},    {A, "P", 0.275},  {A, "C", 0.660},  {E, "U", 0.85},   {E, "POC", 0.9},
    {E, "F", 0.95},   {RL, "OF", 0.87}, {RL, "TF", 0.90}, {RL, "W", 0.95},  {RC, "UC", 0.90},
    {RC, "UR", 0.95}, {CDP, "N", 0.0},  {CDP, "L", 0.1},  {CDP, "LM", 0.3}, {CDP, "MH", 0.4},
    {CDP, "H", 0.5},  {CDP, "ND", 0.0}, {CDP, "", 0.0},   {TD, "N", 0.0},   {TD, "L", 0.25},
    {TD, "M", 0.75},  {CR, "L", 0.5},   {CR, "H", 1.51},  {IR, "L", 0.5},   {IR, "H", 1.51},
    {AR, "L", 0.5},   {AR, "H", 1.51},
};

double weight(const Values& values, MetricIndex metric) {
  for (const Weight& row : kWeights) {
    if (row.metric == metric && row.value == values[metric]) return row.weight;
  }
  return 1.0;
}

// To one decimal, halves upwards. The small addend undoes what binary fractions take from an exact
// half.
double rounded(double value) { return std::floor(value * 10 + 0.5 + 1e-6) / 10; }

double base_score(const Values& values, double impact) {
  const double exploitability = 20 * weight(values, AV) * weight(values, AC) * weight(values, Au);
  if (impact <= 0) return 0;
  return std::max(0.0, rounded((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176));
}

double temporal_score(const Values& values, double base) {
  return rounded(base * weight(values, E) * weight(values, RL) * weight(values, RC));
}

// Impact and, with the security requirements, AdjustedImpact.
double impact(double confidentiality, double integrity, double availability) {
  return 10.41 * (1 - (1 - confidentiality) * (1 - integrity) * (1 - availability));
}

}  // namespace

Result<CvssScore> score_version2(std::string_view metrics) {
  CORTEN_TRY(const Values values, read_metrics(metrics, kTable));
  const double c = weight(values, C);
  const double i = weight(values, I);
  const double a = weight(values, A);
  CvssScore score;
  score.version = "2.0";
  score.base = base_score(values, impact(c, i, a));
  score.temporal = temporal_score(values, score.base);

  const double adjusted_impact = std::min(
      10.0, impact(c * weight(values, CR), i * weight(values, IR), a * weight(values, AR)));
  const double adjusted = temporal_score(values, base_score(values, adjusted_impact));
  // Left out where no metric asks for it: its cap of the impact at 10 would change even an
  // unmodified score.
  score.environmental =
      any_given(values, CDP, AR, "ND")
          ? rounded((adjusted + (10 - adjusted) * weight(values, CDP)) * weight(values, TD))
          : score.temporal;
  score.score = score.environmental;
  // The guide has no scale; this is the one that NVD uses for version 2, which has neither "none"
  // nor "critical".
  score.severity = score.score >= 7.0   ? Severity::High
                   : score.score >= 4.0 ? Severity::Medium
                                        : Severity::Low;
  return score;
}

}  // namespace corten::cvss
