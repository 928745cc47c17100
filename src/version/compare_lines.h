// Comparison of versions that come as lines of text: for the command line and the differential
// tests.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "version/version.h"

namespace corten::version {

// "<", "=" or ">": how the left version stands to the right one.
[[nodiscard]] std::string_view order_sign(std::weak_ordering order);

// The sign for the two versions that the first tab of `line` separates; nullopt for a line without
// a tab.
[[nodiscard]] std::optional<std::string_view> compare_line(Scheme scheme, std::string_view line);

}  // namespace corten::version
