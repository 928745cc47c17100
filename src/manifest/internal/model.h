// From the merged values of a project to its typed model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/compose.h"

namespace corten::manifest {

struct ProjectParts {
  std::vector<std::string> files;
  std::vector<std::optional<yaml::Stream>> sources;  // as ComposeProject has them
  std::vector<std::string> extended;                 // as they come
  std::vector<std::string> folders;  // of each file: what its relative paths start from
  std::string folder;                // of the project
  Value merged;
  std::vector<ComposeProblem> problems;
};

[[nodiscard]] ComposeProject build_project(ProjectParts parts);

}  // namespace corten::manifest
