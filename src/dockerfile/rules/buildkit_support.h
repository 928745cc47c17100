// What the rules with BuildKit's names share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corten::dockerfile {

enum class Casing { Lower, Upper, Mixed };
// Of ASCII letters; a text without any is Upper.
[[nodiscard]] Casing casing_of(std::string_view text);

// ": did you mean X?" where a candidate is near, else empty.
[[nodiscard]] std::string suggestion(std::string_view name,
                                     const std::vector<std::string_view>& candidates);

// "${x:-y}" and the like say themselves what happens when x is not set.
[[nodiscard]] bool handles_unset(std::string_view modifier);

// What keeps hostile files from costing one search for a near name per word.
inline constexpr std::size_t kMaxSuggestions = 20;

}  // namespace corten::dockerfile
