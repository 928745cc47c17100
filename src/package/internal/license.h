// Names of licences in Debian's copyright files, turned into SPDX.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corten::package {

// The SPDX id of one short name ("GPL-2+" -> "GPL-2.0-or-later", "Expat" -> "MIT"), whatever its
// case; empty when there is none.
[[nodiscard]] std::string spdx_of_short_name(std::string_view name);

// The synopsis of a License field as an SPDX expression: "GPL-1+ or Artistic" -> "GPL-1.0-or-later
// OR Artistic-1.0", "GPL-3+ with Bison exception" -> "GPL-3.0-or-later WITH Bison-exception-2.2". A
// short name that SPDX does not have stays as it is ("public-domain"). nullopt: the text is no
// synopsis but, say, the first line of a licence.
[[nodiscard]] std::optional<std::string> expression_of_synopsis(std::string_view synopsis);

inline constexpr std::size_t kMaxLicenseTextBytes = std::size_t{1} << 20;  // more is not looked at

// Licences that a text in free form names: references to /usr/share/common-licenses and the opening
// words of well-known licences; SPDX ids in the order of their first mention.
[[nodiscard]] std::vector<std::string> licenses_in_prose(std::string_view text);

}  // namespace corten::package
