// Edits of a Dockerfile's text: of bytes, as rules give them, and of whole lines, as reports carry
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// The text with the edits made; they must lie in it and not overlap. Order does not matter.
[[nodiscard]] std::string apply_edits(std::string_view text, std::vector<TextEdit> edits);

// The same as whole lines (Finding::fix); edits that share a line become one.
[[nodiscard]] std::vector<Edit> as_line_edits(const Source& source, std::string_view path,
                                              std::vector<TextEdit> edits);

}  // namespace corten::dockerfile
