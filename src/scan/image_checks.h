// Misconfiguration of an image: pure functions from its facts to findings.
#pragma once

#include <span>

#include "base/time.h"
#include "finding/check.h"
#include "scan/merge.h"

namespace corten::scan {

// The catalogue rows (CTN-IMG-…), for `corten explain`, docs and SARIF.
[[nodiscard]] std::span<const Check> image_check_catalogue();

// All findings of all checks; subject and origin are set. `now` decides what is past its end of
// life.
[[nodiscard]] std::vector<Finding> check_image(const ImageFacts& facts, Time now);

}  // namespace corten::scan
