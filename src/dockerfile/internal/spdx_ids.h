// The names that the SPDX license list gives to licenses and to exceptions from them.
#pragma once

#include <string_view>

namespace corten::dockerfile::internal {

[[nodiscard]] bool is_spdx_license(std::string_view id);    // "Apache-2.0"; case counts
[[nodiscard]] bool is_spdx_exception(std::string_view id);  // "Classpath-exception-2.0"

}  // namespace corten::dockerfile::internal
