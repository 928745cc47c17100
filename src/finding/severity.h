// The one severity scale of all commands.
#pragma once

#include <optional>
#include <string_view>

namespace corten {

enum class Severity { Info, Low, Medium, High, Critical };  // in rising order

[[nodiscard]] const char* name_of(Severity severity);  // "critical", …
// Names in any case, and the words of other scales: "important" = high, "moderate" = medium,
// "negligible" and "unknown" = info.
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view name);

}  // namespace corten
