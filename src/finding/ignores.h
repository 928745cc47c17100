// Ignore files: our own .cortenignore and those of Trivy.
//
// .cortenignore   one rule a line: `ID [package=GLOB] [path=GLOB] [subject=GLOB] [until=DATE] #
// reason`. Each key may be given
//                 several times but until; values with spaces or '#' stand in double quotes, in
//                 which `\"` and `\\` are those characters. The reason is required: in a year
//                 nobody knows why. ID "*" stands for every id and needs another part. Empty lines
//                 and lines that begin with '#' are comments.
// .trivyignore    one id a line, optionally `exp:YYYY-MM-DD`; the reason is the comment on or above
// the line, if there is one. .trivyignore.yaml   sections vulnerabilities, misconfigurations,
// secrets, licenses of {id, paths, purls, statement,
//                 expired_at}. Unknown keys are errors: a mistyped `paths` would make the rule
//                 match everywhere.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/policy.h"

namespace corten {

inline constexpr std::size_t kMaxIgnoreFileBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxIgnoreRules = 100'000;

// Reads the content of an ignore file. `name` is the path that errors and IgnoreRule::source show;
// its last part picks the format: *.yaml and *.yml are Trivy's YAML, a name with "trivyignore" in
// it Trivy's lines, all others ours. Errors: Usage (the message begins with NAME:LINE),
// LimitExceeded.
[[nodiscard]] Result<std::vector<IgnoreRule>> parse_ignores(std::string_view content,
                                                            std::string_view name);

}  // namespace corten
