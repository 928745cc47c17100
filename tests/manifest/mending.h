// Applying the fixes of findings, and what must hold after it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.h"

namespace corten::manifest {

// `content` with whole lines replaced as Finding::fix says; its edits must not overlap.
[[nodiscard]] std::string with_edits(std::string_view content, std::vector<Edit> edits);

// The lines that are comments and nothing else, and the comments behind values.
[[nodiscard]] std::size_t count_comments(std::string_view content);

// What is found in a text; nullopt if it cannot be read.
using Examine = std::function<std::optional<std::vector<Finding>>(const std::string& content)>;

[[nodiscard]] std::map<std::string, std::size_t> census_of(const std::vector<Finding>& findings);

// Mends one finding after the other until none has a fix that is wanted. Every step is checked: the
// text can be read, there is one finding less of the mended id, and none more of any other.
struct MendedText {
  std::string content;
  std::size_t steps = 0;
  std::vector<std::string> harms;  // "KSV-0012 at line 7: brings KC1003"
};
enum class WantedFixes { Safe, All };
[[nodiscard]] MendedText mend_all(const std::string& content, const Examine& examine,
                                  WantedFixes wanted);

}  // namespace corten::manifest
