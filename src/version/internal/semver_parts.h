// The parts of a SemVer-like version, and their order: for semver, Go, NuGet and Pub.
//
// Tolerant: a leading "v", any count of numbers (missing ones are 0), and a pre-release that no
// hyphen introduces
// ("1.2rc1", "1.2.rc1"). Text without a number at its front is a pre-release of 0.0.0.
#pragma once

#include <compare>
#include <string_view>

namespace corten::version {

struct SemverParts {
  std::string_view core;        // numbers separated by dots; may be empty
  std::string_view prerelease;  // without its hyphen; empty for a release
  std::string_view build;       // without its plus
};

// Borrows from `version`.
[[nodiscard]] SemverParts split_semver(std::string_view version);

enum class Case { Sensitive, Insensitive };

[[nodiscard]] std::weak_ordering compare_core(std::string_view a, std::string_view b);
// SemVer 2.0 section 11.4, for identifiers separated by dots; the empty text is before all others.
[[nodiscard]] std::weak_ordering compare_identifiers(std::string_view a, std::string_view b,
                                                     Case letters = Case::Sensitive);
// Section 11: core, then pre-release, a release being after all pre-releases.
[[nodiscard]] std::weak_ordering compare_precedence(const SemverParts& a, const SemverParts& b,
                                                    Case letters = Case::Sensitive);

enum class LeadingZeros { Allowed, Forbidden };

// A dot-separated list of non-empty identifiers of [0-9A-Za-z-]; in a pre-release, numbers may not
// begin with 0.
[[nodiscard]] bool valid_identifiers(std::string_view text, LeadingZeros zeros);
// Between `min` and `max` numbers, then an optional pre-release and build, as SemVer 2.0 section 2,
// 9 and 10 spell them.
[[nodiscard]] bool valid_semver_shape(std::string_view version, int min, int max,
                                      LeadingZeros zeros);

}  // namespace corten::version
