// Where `corten lint` gets base images from: archives, the engine, registries (--base).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "cli/scanner.h"
#include "lint/base_image.h"
#include "lint/lint.h"

namespace corten::cli {

struct BaseSources {
  std::vector<std::pair<std::string, std::string>> archives;  // image and archive
  bool engine = false;
  bool registries = false;

  [[nodiscard]] bool empty() const { return archives.empty() && !engine && !registries; }
};

// One value of --base: IMAGE=ARCHIVE, "engine" or "registry". Errors: Usage.
[[nodiscard]] Status read_base_source(std::string_view text, BaseSources& into);

// Looks into the images that the Dockerfiles of `request` begin from and puts what they are into
// its rules. An image that is neither in the engine nor in its registry is a note: rules then go by
// its name. Threads must not run yet: the scanner forks. Errors: archives that are named and cannot
// be read, an engine that cannot be reached.
[[nodiscard]] Status read_base_images(const BaseSources& sources, const Settings& settings,
                                      lint::LintRequest& request, std::vector<std::string>& notes,
                                      Progress& progress);

}  // namespace corten::cli
