// Any text: a vector either is an error or has scores on the scale, with one decimal.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "finding/cvss.h"

namespace {

void check(double score) {
  const double tenths = score * 10;
  if (!(score >= 0 && score <= 10) || std::abs(tenths - std::round(tenths)) > 1e-9) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto score = corten::score_cvss({reinterpret_cast<const char*>(data), size});
  if (!score) return 0;
  check(score->base);
  check(score->temporal);
  check(score->environmental);
  check(score->score);
  return 0;
}
