// How bad a flaw is, and who says so.
#pragma once

#include <string>

#include "advisory/internal/flaws.h"
#include "finding/severity.h"

namespace corten::advisory {

struct Rating {
  Severity severity = Severity::Unknown;
  double score = 0;
  std::string vector;
  std::string source;  // empty: nobody rated it
};

// The distribution's own rating for its packages; else the best record's CVSS vector (4.0 over 3.1
// over 3.0 over 2), else its word; else the NVD; else another database's record of the same CVE.
// Malicious packages are critical, notices are info, and what nobody rated is unknown.
[[nodiscard]] Rating rate(const Flaw& flaw, Lookup& lookup);

}  // namespace corten::advisory
