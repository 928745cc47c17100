// The page of a check: what is wrong, why it matters, what to do, and an example of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "finding/check.h"
#include "report/report.h"

namespace corten::report {

// For a terminal, as `corten explain` shows it.
[[nodiscard]] std::string check_page(const Check& check, const Style& style);
// As docs/checks/ has it. The examples are marked as being in `language`, if one is given.
[[nodiscard]] std::string check_markdown(const Check& check, std::string_view language = {});

// The same for "SC2086" in any case, a check of ShellCheck, whose text is its own: whose it is and
// where to read. nullopt for other ids.
[[nodiscard]] std::optional<std::string> shellcheck_page(std::string_view id, const Style& style);
[[nodiscard]] std::optional<std::string> shellcheck_markdown(std::string_view id);

// Where the check with this id is described on the web: ShellCheck's, hadolint's and BuildKit's
// ids; empty for others.
[[nodiscard]] std::string web_page_of(std::string_view id);

}  // namespace corten::report
