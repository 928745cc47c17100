// SemVer 2.0 (semver.org): npm, crates.io, Hex, Julia, Swift, GitHub Actions. Build metadata does
// not count.
#include "version/internal/schemes.h"
#include "version/internal/semver_parts.h"

namespace corten::version {

Order compare_semver(std::string_view a, std::string_view b) {
  return compare_precedence(split_semver(a), split_semver(b));
}

// Strict: no "v", three numbers. What is tolerated in comparison is in semver_parts.h.
bool valid_semver(std::string_view version) {
  return valid_semver_shape(version, 3, 3, LeadingZeros::Forbidden);
}

}  // namespace corten::version
