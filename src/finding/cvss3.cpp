// CVSS versions 3.0 and 3.1: the specification documents, sections 7 (3.1) and 8 (3.0), "CVSS
// Equations".
#include <algorithm>
#include <array>
#include <cmath>

#include "finding/internal/cvss_metrics.h"

namespace corten::cvss {

namespace {

// clang-format off
enum MetricIndex : std::size_t {
  AV, AC, PR, UI, S, C, I, A,  E, RL, RC,  CR, IR, AR,  MAV, MAC, MPR, MUI, MS, MC, MI, MA,  kCount
};
// clang-format on

constexpr std::array<Metric, kCount> kTable{{
    {"AV", "N A L P", true}, {"AC", "L H", true},  {"PR", "N L H", true}, {"UI", "N R", true},
    {"S", "U C", true},      {"C", "N L H", true}, {"I", "N L H", true},  {"A", "N L H", true},
    {"E", "X U P F H"},      {"RL", "X O T W U"},  {"RC", "X U R C"},     {"CR", "X L M H"},
    {"IR", "X L M H"},       {"AR", "X L M H"},    {"MAV", "X N A L P"},  {"MAC", "X L H"},
    {"MPR", "X N L H"},      {"MUI", "X N R"},     {"MS", "X U C"},       {"MC", "X N L H"},
    {"MI", "X N L H"},       {"MA", "X N L H"},
}};

struct Weight {
  MetricIndex metric;
  char value;
  double weight;
};

// What is not listed weighs 1. PR depends on the scope and is in privileges().
constexpr Weight kWeights[] = {
    {AV, 'N', 0.85}, {AV, 'A', 0.62}, {AV, 'L', 0.55}, {AV, 'P', 0.2},  {AC, 'L', 0.77},
    {AC, 'H', 0.44}, {UI, 'N', 0.85}, {UI, 'R', 0.62}, {C, 'N', 0.0},   {C, 'L', 0.22},
    {C, 'H', 0.56},  {I, 'N', 0.0},   {I, 'L', 0.22},  {I, 'H', 0.56},  {A, 'N', 0.0},
    {A, 'L', 0.22},  {A, 'H', 0.56},  {E, 'U', 0.91},  {E, 'P', 0.94},  {E, 'F', 0.97},
    {RL, 'O', 0.95}, {RL, 'T', 0.96}, {RL, 'W', 0.97}, {RC, 'U', 0.92}, {RC, 'R', 0.96},
    {CR, 'L', 0.5},  {CR, 'H', 1.5},  {IR, 'L', 0.5},  {IR, 'H', 1.5},  {AR, 'L', 0.5},
    {AR, 'H', 1.5},
};

double weight(MetricIndex metric, char value) {
  for (const Weight& row : kWeights) {
    if (row.metric == metric && row.value == value) return row.weight;
  }
  return 1.0;
}

// The vector with what it has for the environment laid over its base.
class Vector {
 public:
  Vector(const Values& values, bool modified) : values_(values), modified_(modified) {}

  [[nodiscard]] char value(MetricIndex base, MetricIndex modified) const {
    if (modified_ && given(modified) != 'X') return given(modified);
    return given(base);
  }
  [[nodiscard]] char given(MetricIndex metric) const {
    return values_[metric].empty() ? 'X' : values_[metric].front();
  }
  [[nodiscard]] double factor(MetricIndex metric) const { return weight(metric, given(metric)); }
  [[nodiscard]] bool scope_changed() const { return value(S, MS) == 'C'; }

  [[nodiscard]] double privileges() const {
    const char pr = value(PR, MPR);
    if (pr == 'N') return 0.85;
    if (pr == 'L') return scope_changed() ? 0.68 : 0.62;
    return scope_changed() ? 0.5 : 0.27;
  }
  [[nodiscard]] double exploitability() const {
    return 8.22 * weight(AV, value(AV, MAV)) * weight(AC, value(AC, MAC)) * privileges() *
           weight(UI, value(UI, MUI));
  }
  // ISS, or with the security requirements MISS.
  [[nodiscard]] double impact_sub_score() const {
    double kept = 1;
    kept *= 1 - weight(C, value(C, MC)) * (modified_ ? factor(CR) : 1);
    kept *= 1 - weight(I, value(I, MI)) * (modified_ ? factor(IR) : 1);
    kept *= 1 - weight(A, value(A, MA)) * (modified_ ? factor(AR) : 1);
    return modified_ ? std::min(1 - kept, 0.915) : 1 - kept;
  }

 private:
  const Values& values_;
  bool modified_;
};

// Up to the next tenth. 3.1 defines it on hundred-thousandths (appendix A); 3.0 means the exact
// value, from which binary fractions differ by far less than the tolerance.
double rounded_up(double value, bool version31) {
  if (!version31) return std::ceil(value * 10 - 1e-9) / 10;
  const auto scaled = std::llround(value * 100'000);
  const auto tenths = scaled / 10'000;  // whole ones, as the specification has it
  const auto up = scaled % 10'000 == 0 ? tenths : tenths + 1;
  return static_cast<double>(up) / 10;
}

double impact_of(const Vector& vector, bool modified, bool version31) {
  const double iss = vector.impact_sub_score();
  if (!vector.scope_changed()) return 6.42 * iss;
  if (modified && version31) return 7.52 * (iss - 0.029) - 3.25 * std::pow(iss * 0.9731 - 0.02, 13);
  return 7.52 * (iss - 0.029) - 3.25 * std::pow(iss - 0.02, 15);
}

double combined(const Vector& vector, bool modified, bool version31) {
  const double impact = impact_of(vector, modified, version31);
  if (impact <= 0) return 0;
  const double factor = vector.scope_changed() ? 1.08 : 1.0;
  return rounded_up(std::min(factor * (impact + vector.exploitability()), 10.0), version31);
}

}  // namespace

Result<CvssScore> score_version3(std::string_view metrics, std::string_view version) {
  CORTEN_TRY(const Values values, read_metrics(metrics, kTable));
  const bool version31 = version == "3.1";
  const Vector base(values, false);
  const Vector modified(values, true);
  const double temporal_factor = base.factor(E) * base.factor(RL) * base.factor(RC);
  CvssScore score;
  score.version = version;
  score.base = combined(base, false, version31);
  score.temporal = rounded_up(score.base * temporal_factor, version31);
  score.environmental =
      rounded_up(combined(modified, true, version31) * temporal_factor, version31);
  score.score = any_given(values, CR, MA, "X")  ? score.environmental
                : any_given(values, E, RC, "X") ? score.temporal
                                                : score.base;
  score.severity = severity_of(score.score);
  return score;
}

}  // namespace corten::cvss
