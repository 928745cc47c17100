// Writing the pragma that ignores a finding, where a person would.
#pragma once

#include <optional>
#include <string_view>

#include "finding/finding.h"
#include "lint/discover.h"

namespace corten::lint {

// The edit that makes a pragma ignore the finding in its instruction or YAML block: a comment on a
// line of its own above it, indented as it is, or one more id in the pragma that stands there. Ids
// of hadolint and ShellCheck in Dockerfiles get hadolint's pragma, which both programs read; others
// ours. nullopt where no comment can do it: in JSON, on lines that belong to no instruction, in the
// text of a block scalar.
[[nodiscard]] std::optional<Edit> ignore_edit(FileKind kind, std::string_view content,
                                              const Finding& finding);

}  // namespace corten::lint
