// Reports for the tests of the writers, built in code. Facts in them are invented.
#pragma once

#include <string>

#include "report/report.h"

namespace corten::report {

// One image with vulnerabilities of every state, misconfigurations, a secret, suppressions, advice,
// an error and notes.
[[nodiscard]] Report scan_report();

// Three images, a container and a Dockerfile in one audit.
[[nodiscard]] Report audit_report();

// An image in which nothing was found.
[[nodiscard]] Report clean_report();

// scan_report() with every text replaced by one that tries to break out of its format.
[[nodiscard]] Report hostile_report(const std::string& text);

// `findings` findings over several images, all severities and kinds, with a hostile title every
// hundred.
[[nodiscard]] Report large_report(std::size_t findings);

// A text with everything that has broken report writers: terminal escapes, HTML, CSV formulas, XML
// control characters, invalid UTF-8, bidirectional controls and newlines.
[[nodiscard]] std::string hostile_text();

}  // namespace corten::report
