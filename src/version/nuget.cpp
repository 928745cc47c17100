// NuGet: SemVer with a fourth number, letters of pre-releases without case, metadata ignored.
// learn.microsoft.com/nuget/concepts/package-versioning
#include "version/internal/schemes.h"
#include "version/internal/semver_parts.h"

namespace corten::version {

Order compare_nuget(std::string_view a, std::string_view b) {
  return compare_precedence(split_semver(a), split_semver(b), Case::Insensitive);
}

// NuGet reads "1", "1.0" and "01.00.0.0" as one and the same version.
bool valid_nuget(std::string_view version) {
  return valid_semver_shape(version, 1, 4, LeadingZeros::Allowed);
}

}  // namespace corten::version
