// From the facts of an image to what is wrong with it and what to do.
#pragma once

#include "advisory/database.h"
#include "base/time.h"
#include "scan/merge.h"

namespace corten::scan {

// All findings: vulnerabilities of its packages, with the layer that brought each, and
// misconfiguration. Not yet under a policy, not sorted.
[[nodiscard]] Result<std::vector<Finding>> judge(const ImageFacts& facts,
                                                 const advisory::Database& database, Time now);

// One step that removes many findings.
struct Advice {
  std::string action;
  std::uint64_t removes = 0;
  std::uint64_t removes_high = 0;  // of them high or critical
};

// The few steps that remove most of `findings` (of one image, after the policy): a newer base, an
// upgrade in the image's own layers, programs to rebuild. Most effective first; at most `limit`.
[[nodiscard]] std::vector<Advice> advise(const ImageFacts& facts,
                                         const std::vector<Finding>& findings, std::size_t limit);

// What the reader must know to judge the answer: no distribution, no advisories for it, past its
// end of life.
[[nodiscard]] std::vector<std::string> caveats(const ImageFacts& facts);

}  // namespace corten::scan
