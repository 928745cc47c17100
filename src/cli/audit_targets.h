// What `audit` finds to examine: the engine's images and containers, and the images and the files
// to lint in folders.
#pragma once

#include "cli/scanner.h"

namespace corten::cli {

// How much of something was examined.
struct Tally {
  std::size_t found = 0;
  std::size_t examined = 0;

  void add(bool was_examined) {
    ++found;
    if (was_examined) ++examined;
  }
};
// "1 image", "14 images", or "13 of 14 images" when one could not be examined.
[[nodiscard]] std::string tally_words(const Tally& tally, std::string_view noun);

// Examines every image and running container of the engine, and gives what was looked at, for the
// head of the report. No engine is a note of the report, not an error; one that exists but may not
// be asked is an error.
[[nodiscard]] std::vector<std::string> add_engine(Scanner& scanner);

// Lints the Dockerfiles, compose files and manifests that are among the paths and in their folders,
// with the configuration of hadolint here. Errors: what keeps all of them from being linted.
struct Sources {
  std::vector<std::string> facts;  // for the head
  std::vector<std::string> paths;  // that were linted
};
[[nodiscard]] Result<Sources> add_sources(Scanner& scanner, const std::vector<std::string>& paths);

// Examines the images in files and folders. A folder without any is told in a note, unless it has
// `sources`.
[[nodiscard]] std::vector<std::string> add_paths(Scanner& scanner,
                                                 const std::vector<std::string>& paths,
                                                 const Sources& sources);

// The images in a folder: itself if it is a layout or a root file system, else the archives and
// layouts below it (three folders deep, no links followed); a file is itself. Sorted.
[[nodiscard]] std::vector<std::string> find_image_files(const std::string& path);

}  // namespace corten::cli
