// What the library does not do well with the text of scalars: it loses memory on single quotes, and
// takes quadratic time on blank lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corten::yaml {

// The text of a single-quoted scalar from what stands between its quotes: doubled quotes become
// one, lines are folded (YAML 1.2.2, sections 7.3.2 and 6.5).
[[nodiscard]] std::string single_quoted_text(std::string_view inside);

// Steps that the library takes for the blank lines of a scalar: for each line of a run of them, it
// looks at all that follow.
[[nodiscard]] std::uint64_t blank_line_steps(std::string_view scalar);

}  // namespace corten::yaml
