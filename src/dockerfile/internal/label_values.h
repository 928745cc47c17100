// Whether the value of a label is what its type says.
#pragma once

#include <string_view>

namespace corten::dockerfile::internal {

[[nodiscard]] bool is_url(std::string_view text);       // RFC 3986, with a scheme
[[nodiscard]] bool is_rfc3339(std::string_view text);   // date, time and offset
[[nodiscard]] bool is_semver(std::string_view text);    // semver.org, version 2.0.0
[[nodiscard]] bool is_git_hash(std::string_view text);  // 7 or 40 digits
[[nodiscard]] bool is_email(std::string_view text);     // RFC 5322, addr-spec without comments
// One license of the SPDX list, or several joined as SPDX 2.3 annex D has it.
[[nodiscard]] bool is_spdx_expression(std::string_view text);

}  // namespace corten::dockerfile::internal
