// Two texts beside each other: which lines differ, and a unified diff.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corten::lint {

// Lines [old_begin, old_end) of one text, counted from 0, that are [new_begin, new_end) of another.
struct LineChange {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;

  bool operator==(const LineChange&) const = default;
};
// The runs of lines that differ, in their order: as few lines as can be, for parts of a size that a
// person reads; beyond it the whole differing part is one change.
[[nodiscard]] std::vector<LineChange> changed_lines(std::string_view before,
                                                    std::string_view after);

enum class DiffColor { No, Yes };
// A unified diff with three lines of context ("--- a/PATH", "+++ b/PATH"), which patch(1) and git
// apply take. Empty when nothing differs. Coloured text has control characters escaped.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before,
                                       std::string_view after, DiffColor color);

// Lines with their endings; borrows from `text`.
[[nodiscard]] std::vector<std::string_view> lines_with_endings(std::string_view text);

}  // namespace corten::lint
