// The patterns of ${x#p}, ${x%p} and ${x/p/r}: `*` is any text, `?` any character, a backslash
// takes the next one of * ? \ } / as it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corten::dockerfile::internal {

enum class Match { Shortest, Longest };

// All return nullopt when the pattern is malformed or `steps` (which they use up) run out.
[[nodiscard]] std::optional<std::string> without_prefix(std::string_view value,
                                                        std::string_view pattern, Match match,
                                                        std::size_t& steps);
[[nodiscard]] std::optional<std::string> without_suffix(std::string_view value,
                                                        std::string_view pattern, Match match,
                                                        std::size_t& steps);

enum class Replace { First, All };
// Longest matches from the left; an empty match replaces nothing.
[[nodiscard]] std::optional<std::string> replaced(std::string_view value, std::string_view pattern,
                                                  std::string_view replacement, Replace which,
                                                  std::size_t max_bytes, std::size_t& steps);

}  // namespace corten::dockerfile::internal
