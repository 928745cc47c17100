// The rule engines as lint sees them: one function a kind of file, from its content to facts.
#pragma once

#include <vector>

#include "lint/lint.h"

namespace corten::lint {

[[nodiscard]] Result<FileFacts> lint_dockerfile(const FileToLint& file, const RuleOptions& options);

// Files that the project includes, extends or builds from are read from the folder of the file and
// from the contexts that it names; links out of them are not followed. compose.yaml and the
// override file beside it are one project, whichever of them is linted.
[[nodiscard]] Result<FileFacts> lint_compose(const FileToLint& file, const RuleOptions& options);

// YAML and JSON; `options.hadolint.trusted_registries` holds for their images as well. The images
// are those that a kustomization in the folder of the file makes of them, if it names the file.
[[nodiscard]] Result<FileFacts> lint_kubernetes(const FileToLint& file, const RuleOptions& options);

// A kustomization itself, and the patches in it.
[[nodiscard]] Result<FileFacts> lint_kustomization(const FileToLint& file,
                                                   const RuleOptions& options);

[[nodiscard]] std::vector<Check> dockerfile_catalogue();

}  // namespace corten::lint
