// The one severity scale of all commands.
#pragma once

#include <optional>
#include <string_view>

namespace corten {

// In rising order. Unknown is a flaw that nobody has rated: it may be anything, so it ranks above
// Info, which somebody has judged to be harmless, and below Low.
enum class Severity { Info, Unknown, Low, Medium, High, Critical };

[[nodiscard]] const char* name_of(Severity severity);  // "critical", …
// Names in any case, and the words of other scales: "important" = high, "moderate" = medium,
// "negligible" and "none" = info, "unrated", "unassigned" and "untriaged" = unknown.
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view name);

}  // namespace corten
