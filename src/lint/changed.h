// Which files git says changed, for --changed-since.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lint/discover.h"

namespace corten::lint {

// The absolute paths of files below the repository that holds `folder` which differ from where HEAD
// and `ref` parted (from `ref` itself when they have no common past), sorted; changes that are not
// committed and new files that git does not ignore are among them, deleted files are not. Programs
// that the repository's configuration names are not run. Errors: Usage (not a name of a commit),
// NotFound (no git, no repository, no such commit), Io (git failed otherwise).
[[nodiscard]] Result<std::vector<std::string>> changed_files(const std::string& folder,
                                                             const std::string& ref);

// Keeps the files that changed since `ref`, each asked of the repository that it is in. Standard
// input stays.
[[nodiscard]] Status keep_changed(const std::string& ref, std::vector<LintFile>& files);

}  // namespace corten::lint
