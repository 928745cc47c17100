// CVSS version 4.0: the specification document, section 8 "CVSS v4.0 Scoring": MacroVectors and
// interpolation between them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "finding/internal/cvss_metrics.h"

namespace corten::cvss {

namespace {

// clang-format off
enum MetricIndex : std::size_t {
  AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA,
  E,
  CR, IR, AR, MAV, MAC, MAT, MPR, MUI, MVC, MVI, MVA, MSC, MSI, MSA,
  S, AU, R, V, RE, U,
  kCount
};
// clang-format on

constexpr std::array<Metric, kCount> kTable{{
    {"AV", "N A L P", true}, {"AC", "L H", true},
    {"AT", "N P", true},     {"PR", "N L H", true},
    {"UI", "N P A", true},   {"VC", "H L N", true},
    {"VI", "H L N", true},   {"VA", "H L N", true},
    {"SC", "H L N", true},   {"SI", "H L N", true},
    {"SA", "H L N", true},   {"E", "X A P U"},
    {"CR", "X H M L"},       {"IR", "X H M L"},
    {"AR", "X H M L"},       {"MAV", "X N A L P"},
    {"MAC", "X L H"},        {"MAT", "X N P"},
    {"MPR", "X N L H"},      {"MUI", "X N P A"},
    {"MVC", "X H L N"},      {"MVI", "X H L N"},
    {"MVA", "X H L N"},      {"MSC", "X H L N"},
    {"MSI", "X S H L N"},    {"MSA", "X S H L N"},
    {"S", "X N P"},          {"AU", "X N Y"},
    {"R", "X A U I"},        {"V", "X D C"},
    {"RE", "X L M H"},       {"U", "X Clear Green Amber Red"},
}};

// Scores of the MacroVectors in tenths (specification, section 8.3, the lookup of the reference
// calculator). A line is EQ1 * 2 + EQ2. Within it, 18 values have EQ3 = 0 and 18 have EQ3 = 1, in
// the order of EQ4, EQ5, EQ6; with EQ3 = 2 only EQ6 = 1 exists, and 9 values are in the order of
// EQ4, EQ5.
constexpr std::uint8_t kMacroVectors[6][45] = {
    // EQ1 0, EQ2 0
    {100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68, 98, 95, 95, 92, 90,
     84,  93, 92, 89, 81, 81, 65,  88, 80, 78, 70, 69, 48, 92, 82, 72, 79, 69, 50, 69, 55, 27},
    // EQ1 0, EQ2 1
    {99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53, 95, 93, 92, 85, 85,
     73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30, 86, 75, 52, 71, 52, 29, 63, 29, 17},
    // EQ1 1, EQ2 0
    {98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49, 94, 89, 88, 77, 76,
     67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25, 83, 70, 54, 65, 58, 26, 53, 21, 13},
    // EQ1 1, EQ2 1
    {95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30, 89, 78, 76, 67, 62,
     58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16, 71, 59, 30, 58, 26, 15, 23, 13, 6},
    // EQ1 2, EQ2 0
    {93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22, 85, 75, 74, 55, 62,
     51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8,  64, 51, 20, 47, 21, 11, 24, 9,  4},
    // EQ1 2, EQ2 1
    {88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11, 75, 55, 58, 45, 40,
     21, 61, 51, 48, 18, 20, 9,  46, 18, 17, 7,  8,  2,  53, 24, 14, 24, 12, 5,  10, 3,  1},
};

// The values of AV to AR from the most severe one down; the place of a value is its distance in
// steps (section 8.2). Safety ("S") exists for SI and SA only, and puts their scale one step above
// the high value; SC is on the same scale.
constexpr std::string_view kLevels[] = {"NALP", "LH",   "NP",   "NLH", "NPA", "HLN", "HLN", "HLN",
                                        "SHLN", "SHLN", "SHLN", "APU", "HML", "HML", "HML"};

int level(MetricIndex metric, char value) { return static_cast<int>(kLevels[metric].find(value)); }

// Which metrics of the vector count: the base alone, with the threat metric, or all.
enum class Scope { Base, Threat, All };

// Effective values: the modified one where there is one, the worst for what is not defined.
class Vector {
 public:
  Vector(const Values& values, Scope scope) : values_(values), scope_(scope) {}

  [[nodiscard]] char effective(MetricIndex metric) const {
    if (metric == E) return scope_ == Scope::Base || given(E) == 'X' ? 'A' : given(E);
    if (metric >= CR && metric <= AR) {
      return scope_ != Scope::All || given(metric) == 'X' ? 'H' : given(metric);
    }
    const char modified = given(modified_of(metric));
    return scope_ == Scope::All && modified != 'X' ? modified : given(metric);
  }
  [[nodiscard]] int level_of(MetricIndex metric) const { return level(metric, effective(metric)); }
  [[nodiscard]] bool is(MetricIndex metric, char value) const { return effective(metric) == value; }

 private:
  [[nodiscard]] char given(MetricIndex metric) const {
    return values_[metric].empty() ? 'X' : values_[metric].front();
  }
  // The modified metrics stand in the same order as those of the base.
  static MetricIndex modified_of(MetricIndex metric) {
    return static_cast<MetricIndex>(static_cast<std::size_t>(metric) + MAV);
  }

  const Values& values_;
  Scope scope_;
};

// The equivalence sets (section 8.2, tables 24 to 29).
struct MacroVector {
  int eq1 = 0;
  int eq2 = 0;
  int eq3 = 0;
  int eq4 = 0;
  int eq5 = 0;
  int eq6 = 0;
};

MacroVector macro_vector(const Vector& v) {
  MacroVector eq;
  const bool all_none = v.is(AV, 'N') && v.is(PR, 'N') && v.is(UI, 'N');
  const bool any_none = v.is(AV, 'N') || v.is(PR, 'N') || v.is(UI, 'N');
  eq.eq1 = all_none ? 0 : any_none && !v.is(AV, 'P') ? 1 : 2;
  eq.eq2 = v.is(AC, 'L') && v.is(AT, 'N') ? 0 : 1;
  const bool any_high = v.is(VC, 'H') || v.is(VI, 'H') || v.is(VA, 'H');
  eq.eq3 = v.is(VC, 'H') && v.is(VI, 'H') ? 0 : any_high ? 1 : 2;
  const bool safety = v.is(SI, 'S') || v.is(SA, 'S');
  eq.eq4 = safety ? 0 : v.is(SC, 'H') || v.is(SI, 'H') || v.is(SA, 'H') ? 1 : 2;
  eq.eq5 = v.level_of(E);
  const bool required = (v.is(CR, 'H') && v.is(VC, 'H')) || (v.is(IR, 'H') && v.is(VI, 'H')) ||
                        (v.is(AR, 'H') && v.is(VA, 'H'));
  eq.eq6 = required ? 0 : 1;
  return eq;
}

// In tenths; nullopt where there is no such MacroVector.
std::optional<double> lookup(const MacroVector& eq) {
  if (eq.eq1 > 2 || eq.eq2 > 1 || eq.eq3 > 2 || eq.eq4 > 2 || eq.eq5 > 2 || eq.eq6 > 1) {
    return std::nullopt;
  }
  if (eq.eq3 == 2 && eq.eq6 == 0) return std::nullopt;
  const int column =
      eq.eq3 == 2 ? 36 + eq.eq4 * 3 + eq.eq5 : eq.eq3 * 18 + eq.eq4 * 6 + eq.eq5 * 2 + eq.eq6;
  return kMacroVectors[eq.eq1 * 2 + eq.eq2][column];
}

MacroVector with(MacroVector eq, int MacroVector::* set) {
  ++(eq.*set);
  return eq;
}

// EQ3 and EQ6 depend on each other and are one dimension: 00 → 01 or 10 (the higher score), 01 →
// 11, 10 → 11, 11 → 21.
std::optional<double> lookup_below_eq3_eq6(const MacroVector& eq) {
  if (eq.eq6 == 1) return lookup(with(eq, &MacroVector::eq3));
  if (eq.eq3 == 1) return lookup(with(eq, &MacroVector::eq6));
  return std::max(lookup(with(eq, &MacroVector::eq6)), lookup(with(eq, &MacroVector::eq3)));
}

// The steps from the first of the set's most severe vectors (given by their levels) that is at
// least as severe in every metric.
template <std::size_t kMetrics>
int distance(const Vector& vector, const std::array<MetricIndex, kMetrics>& metrics,
             std::span<const std::array<int, kMetrics>> most_severe) {
  for (const auto& levels : most_severe) {
    int sum = 0;
    bool above = true;
    for (std::size_t i = 0; i < kMetrics; ++i) {
      const int steps = vector.level_of(metrics[i]) - levels[i];
      above = above && steps >= 0;
      sum += steps;
    }
    if (above) return sum;
  }
  return 0;  // cannot be: each set's list covers all vectors of the set
}

// The most severe vectors of each level of each set (section 8.3), as levels of the metrics named
// in front.
constexpr std::array<MetricIndex, 3> kEq1Metrics{AV, PR, UI};
constexpr std::array<int, 3> kEq1Level0[] = {{0, 0, 0}};
constexpr std::array<int, 3> kEq1Level1[] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
constexpr std::array<int, 3> kEq1Level2[] = {{3, 0, 0}, {1, 1, 1}};
constexpr std::span<const std::array<int, 3>> kEq1[] = {kEq1Level0, kEq1Level1, kEq1Level2};

constexpr std::array<MetricIndex, 2> kEq2Metrics{AC, AT};
constexpr std::array<int, 2> kEq2Level0[] = {{0, 0}};
constexpr std::array<int, 2> kEq2Level1[] = {{1, 0}, {0, 1}};
constexpr std::span<const std::array<int, 2>> kEq2[] = {kEq2Level0, kEq2Level1};

constexpr std::array<MetricIndex, 6> kEq3Eq6Metrics{VC, VI, VA, CR, IR, AR};
constexpr std::array<int, 6> kEq3Eq6Level00[] = {{0, 0, 0, 0, 0, 0}};
constexpr std::array<int, 6> kEq3Eq6Level01[] = {{0, 0, 1, 1, 1, 0}, {0, 0, 0, 1, 1, 1}};
constexpr std::array<int, 6> kEq3Eq6Level10[] = {{1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}};
constexpr std::array<int, 6> kEq3Eq6Level11[] = {{1, 0, 1, 0, 1, 0},
                                                 {1, 0, 0, 0, 1, 1},
                                                 {0, 1, 0, 1, 0, 1},
                                                 {0, 1, 1, 1, 0, 0},
                                                 {1, 1, 0, 0, 0, 1}};
constexpr std::array<int, 6> kEq3Eq6Level21[] = {{1, 1, 1, 0, 0, 0}};
// By EQ3 * 2 + EQ6; the fifth (20) does not exist.
constexpr std::span<const std::array<int, 6>> kEq3Eq6[] = {
    kEq3Eq6Level00, kEq3Eq6Level01, kEq3Eq6Level10, kEq3Eq6Level11, {}, kEq3Eq6Level21};

constexpr std::array<MetricIndex, 3> kEq4Metrics{SC, SI, SA};
constexpr std::array<int, 3> kEq4Level0[] = {{1, 0, 0}};
constexpr std::array<int, 3> kEq4Level1[] = {{1, 1, 1}};
constexpr std::array<int, 3> kEq4Level2[] = {{2, 2, 2}};
constexpr std::span<const std::array<int, 3>> kEq4[] = {kEq4Level0, kEq4Level1, kEq4Level2};

// Depth of each level in steps (section 8.2: the highest distance within the set, and one more).
constexpr int kEq1Depth[] = {1, 4, 5};
constexpr int kEq2Depth[] = {1, 2};
constexpr int kEq3Eq6Depth[] = {7, 6, 8, 8, 1, 10};
constexpr int kEq4Depth[] = {6, 5, 4};

double score_of(const Vector& vector) {
  constexpr MetricIndex kImpacts[] = {VC, VI, VA, SC, SI, SA};
  if (std::ranges::all_of(kImpacts, [&](MetricIndex m) { return vector.is(m, 'N'); })) return 0;

  const MacroVector eq = macro_vector(vector);
  const double value = lookup(eq).value_or(0);
  double sum = 0;
  int lower_ones = 0;
  // A set below which no MacroVector lies has no part in the mean.
  const auto add = [&](std::optional<double> below, int steps, int depth) {
    if (!below) return;
    ++lower_ones;
    sum += (value - *below) * steps / depth;
  };
  const auto eq3_eq6 = static_cast<std::size_t>(eq.eq3 * 2 + eq.eq6);
  add(lookup(with(eq, &MacroVector::eq1)), distance(vector, kEq1Metrics, kEq1[eq.eq1]),
      kEq1Depth[eq.eq1]);
  add(lookup(with(eq, &MacroVector::eq2)), distance(vector, kEq2Metrics, kEq2[eq.eq2]),
      kEq2Depth[eq.eq2]);
  add(lookup_below_eq3_eq6(eq), distance(vector, kEq3Eq6Metrics, kEq3Eq6[eq3_eq6]),
      kEq3Eq6Depth[eq3_eq6]);
  add(lookup(with(eq, &MacroVector::eq4)), distance(vector, kEq4Metrics, kEq4[eq.eq4]),
      kEq4Depth[eq.eq4]);
  add(lookup(with(eq, &MacroVector::eq5)), 0, 1);  // E is the whole of EQ5: no distance within it

  const double tenths = lower_ones == 0 ? value : value - sum / lower_ones;
  // The addend undoes what binary fractions take from an exact half, which is rounded upwards.
  return std::floor(std::clamp(tenths, 0.0, 100.0) + 0.5 + 1e-6) / 10;
}

}  // namespace

Result<CvssScore> score_version4(std::string_view metrics) {
  CORTEN_TRY(const Values values, read_metrics(metrics, kTable));
  CvssScore score;
  score.version = "4.0";
  score.base = score_of(Vector(values, Scope::Base));
  score.temporal = score_of(Vector(values, Scope::Threat));
  score.environmental = score_of(Vector(values, Scope::All));
  score.score = score.environmental;  // what is not defined leaves it equal to the base
  score.severity = severity_of(score.score);
  return score;
}

}  // namespace corten::cvss
