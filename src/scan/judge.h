// From the facts of an image to what is wrong with it. What to do about it: advice.h.
#pragma once

#include "advisory/database.h"
#include "base/time.h"
#include "scan/merge.h"

namespace corten::scan {

// The Suppression::by of the kernel's flaws in packages that have only its headers.
inline constexpr std::string_view kHeadersOnly = "headers only";

// All findings: vulnerabilities of its packages, with the layer that brought each, and
// misconfiguration. Those of the kernel in its headers are suppressed. Not yet under a policy, not
// sorted.
[[nodiscard]] Result<std::vector<Finding>> judge(const ImageFacts& facts,
                                                 const advisory::Database& database, Time now);

// What the reader must know to judge the answer: no distribution, no advisories for it, past its
// end of life.
[[nodiscard]] std::vector<std::string> caveats(const ImageFacts& facts,
                                               const advisory::Database& database);

}  // namespace corten::scan
