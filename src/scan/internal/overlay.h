// Which paths of which layer are seen in the end, and under which name: layers on top of each
// other, as overlayfs has them.
//
// A path has several names where folders are links (/lib -> usr/lib), and layers use any of them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scan/facts.h"

namespace corten::scan::internal {

// Where `target`, the text of a link at `from`, leads, from the root; ".." above the root stays at
// the root, as in a chroot.
[[nodiscard]] std::string resolve_link(std::string_view from, std::string_view target);

class Overlay {
 public:
  // Borrows the layers, base first.
  explicit Overlay(std::span<const LayerFacts> layers);

  // The path without links of folders, as `layer` and those below have them. File links at the end
  // are not followed.
  [[nodiscard]] std::string real_path(std::size_t layer, std::string_view path) const;
  // The same in what a container sees.
  [[nodiscard]] std::string real_path(std::string_view path) const;

  // Whether what `layer` has at `path` is seen in the end.
  [[nodiscard]] bool is_visible(std::size_t layer, std::string_view path) const;
  // Whether `layer` hides what lies below it at a real path.
  [[nodiscard]] bool hides(std::size_t layer, std::string_view real) const;

 private:
  using Links = std::map<std::string, std::string, std::less<>>;  // folder -> where it leads

  [[nodiscard]] static std::string follow(const Links& links, std::string_view path);

  std::span<const LayerFacts> layers_;
  std::vector<Links> links_;  // by layer: of it and those below
};

}  // namespace corten::scan::internal
