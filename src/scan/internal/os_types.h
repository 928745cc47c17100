// Which packages are those of a distribution.
#pragma once

#include <string_view>

#include "package/package.h"

namespace corten::scan::internal {

[[nodiscard]] constexpr bool is_os_type(std::string_view purl_type) {
  return purl_type == "deb" || purl_type == "apk" || purl_type == "rpm";
}

[[nodiscard]] inline bool is_os_package(const package::Package& p) {
  return is_os_type(package::purl_type(p.type));
}

}  // namespace corten::scan::internal
