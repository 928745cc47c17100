// CVSS vectors of versions 2, 3.0, 3.1 and 4.0, scored as FIRST's specifications say.
//
// A vector is text from a feed, an advisory or an SBOM and is not trusted. Metrics may stand in any
// order, although version 4 asks for one: real advisories do not keep it, and the score does not
// depend on it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "finding/severity.h"

namespace corten {

struct CvssScore {
  double base = 0;  // 0.0…10.0, one decimal, as are all scores here
  double temporal =
      0;  // version 4: with the threat metric; equals `base` when no such metric is given
  // All metrics. Version 3 has formulas of its own for it, which may differ from `temporal` even
  // when no environmental metric is given; in the other versions it equals `temporal` then.
  double environmental = 0;
  double score = 0;  // the one that counts: the most specific one for which the vector has a metric
  Severity severity = Severity::Info;  // of `score`, on the version's own scale; "none" is Info
  std::string version;                 // "2.0", "3.0", "3.1" or "4.0"

  bool operator==(const CvssScore&) const = default;
};

inline constexpr std::size_t kMaxCvssBytes = 512;  // the longest vector of version 4 has about 200

// Scores a vector. Version 2 comes without prefix, also in parentheses
// ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)") or with "CVSS2#" in front as some vendors write it; the others
// begin with "CVSS:3.0/", "CVSS:3.1/" or "CVSS:4.0/". Errors: InvalidInput (unknown version, metric
// or value, a metric twice, a mandatory one missing); the message names it.
[[nodiscard]] Result<CvssScore> score_cvss(std::string_view vector);

}  // namespace corten
