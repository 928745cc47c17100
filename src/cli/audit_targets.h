// What `audit` finds to examine: the engine's images and containers, and images in folders.
#pragma once

#include "cli/scanner.h"

namespace corten::cli {

// Examines every image and running container of the engine. No engine is a note of the report, not
// an error; one that exists but may not be asked is an error.
void add_engine(Scanner& scanner);

// The images in a folder: itself if it is a layout or a root file system, else the archives and
// layouts below it (three folders deep, no links followed); a file is itself. Sorted.
[[nodiscard]] std::vector<std::string> find_image_files(const std::string& path);

}  // namespace corten::cli
