// hadolint's levels, for those who bring their configuration and their pipelines along.
//
// Corten has one severity scale (severity.h); hadolint's is its own. This is the one place that
// maps them, and every configuration key, option and format that speaks hadolint's words uses it:
//
//   hadolint   Corten            Corten     hadolint
//   error      high              critical   error
//   warning    medium            high       error
//   info       low               medium     warning
//   style      info              low        info
//                                unknown    info (rules are always rated)
//                                info       style
//
// Each way and back gives the same level again. ShellCheck's levels have the same names and
// meaning.
#pragma once

#include <optional>
#include <string_view>

#include "finding/severity.h"

namespace corten {

enum class LintLevel { Style, Info, Warning, Error };  // in rising order

[[nodiscard]] const char* name_of(LintLevel level);  // "error", …
// The four names, in lower case as hadolint wants them.
[[nodiscard]] std::optional<LintLevel> parse_lint_level(std::string_view name);

[[nodiscard]] Severity severity_of(LintLevel level);
[[nodiscard]] LintLevel level_of(Severity severity);

}  // namespace corten
