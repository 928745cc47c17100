// From what is wrong with an image to the few steps that remove most of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "scan/merge.h"

namespace corten::scan {

// One step that removes many findings.
struct Advice {
  std::string action;
  std::uint64_t removes = 0;
  std::uint64_t removes_high = 0;  // of them high or critical
};

// The few steps that remove most of `findings` (of one image, after the policy): a newer base, an
// upgrade in the image's own layers, programs to rebuild. Only what the reader can do, and only
// findings whose fix exists, count. Most effective first; at most `limit`.
[[nodiscard]] std::vector<Advice> advise(const ImageFacts& facts,
                                         const std::vector<Finding>& findings, std::size_t limit);

}  // namespace corten::scan
