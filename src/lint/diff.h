// Two texts beside each other: a unified diff.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corten::lint {

enum class DiffColor { No, Yes };
// A unified diff with three lines of context ("--- a/PATH", "+++ b/PATH"), which patch(1) and git
// apply take. Empty when nothing differs. Coloured text has control characters escaped.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before,
                                       std::string_view after, DiffColor color);

// Lines with their endings; borrows from `text`.
[[nodiscard]] std::vector<std::string_view> lines_with_endings(std::string_view text);

}  // namespace corten::lint
