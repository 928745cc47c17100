// Pub (Dart): SemVer, but the build counts: 1.0.0 < 1.0.0+1 < 1.0.0+2. pub.dev/packages/pub_semver
#include "version/internal/schemes.h"
#include "version/internal/semver_parts.h"

namespace corten::version {

Order compare_pub(std::string_view a, std::string_view b) {
  const SemverParts left = split_semver(a);
  const SemverParts right = split_semver(b);
  if (const Order order = compare_precedence(left, right); order != 0) return order;
  return compare_identifiers(left.build, right.build);
}

// pub_semver reads numbers with leading zeros.
bool valid_pub(std::string_view version) {
  return valid_semver_shape(version, 3, 3, LeadingZeros::Allowed);
}

}  // namespace corten::version
