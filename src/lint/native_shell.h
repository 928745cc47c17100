// The shell of RUN judged by Corten itself, where ShellCheck is not at hand or failed.
#pragma once

#include <vector>

#include "lint/shellcheck.h"

namespace corten::lint {

// What ShellCheck would tell too, as far as shell/spell.h knows it, in places of the file.
[[nodiscard]] std::vector<ShellIssue> native_issues(const ShellSnippet& snippet);

}  // namespace corten::lint
