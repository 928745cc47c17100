// JSON as text that is valid UTF-8 and safe to look at on a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace corten::report {

enum class JsonLayout { Indented, Compact };

// Bytes that are not UTF-8 become U+FFFD. DEL, C1 controls and bidirectional controls are written
// as \u escapes: the same JSON, but `cat` does not obey them. (JSON itself demands escapes only
// below U+0020.)
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& value, JsonLayout layout);

}  // namespace corten::report
