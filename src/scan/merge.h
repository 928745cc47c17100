// Putting the facts of an image's layers on top of each other, as overlayfs does, to what its
// containers see.
#pragma once

#include <map>
#include <span>

#include "image/image.h"
#include "package/package.h"
#include "scan/facts.h"

namespace corten::scan {

// A package of the final file system.
struct LocatedPackage {
  package::Package package;
  std::uint32_t layer = 0;  // index of the layer that brought it
};

struct LocatedNote {
  FileNote note;
  std::uint32_t layer = 0;
};

struct LocatedCache {
  CacheUse use;
  std::uint32_t layer = 0;
};

// Everything known about an image, without judgement.
struct ImageFacts {
  image::Image image;
  package::Distribution distribution;
  std::vector<LocatedPackage> packages;     // sorted by type, name, version, path
  std::vector<LocatedNote> notes;           // of files that are visible in the end
  std::vector<LocatedCache> caches;         // of every layer, also where an upper one deletes them
  std::map<std::string, std::string> kept;  // visible small files by path, links followed
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint32_t base_layers = 0;  // how many layers belong to the base image; 0: not known
  std::vector<std::string> problems;
};

// `layers` are the facts of image.layers, in the same order.
[[nodiscard]] ImageFacts merge_layers(image::Image image, std::vector<LayerFacts> layers);

// How many of the image's layers its base image brought, by the history: up to the last CMD or
// ENTRYPOINT before the instructions of the image itself. 0 when it cannot be told.
[[nodiscard]] std::uint32_t count_base_layers(const image::Image& image);

}  // namespace corten::scan
