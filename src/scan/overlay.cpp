#include "scan/internal/overlay.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scan/internal/folder_links.h"

namespace corten::scan::internal {

namespace {

constexpr int kMaxHops = 8;  // links after each other

bool contains(const std::vector<std::uint64_t>& sorted, std::uint64_t value) {
  return std::ranges::binary_search(sorted, value);
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

// Does `layer` hide what lies below it at `path`, by an entry at a name longer than `from`?
bool hides_name(const LayerFacts& layer, std::string_view path, std::size_t from) {
  if (layer.hides.empty() && layer.opaque.empty()) return false;
  if (contains(layer.hides, hash_of_path(path)) || contains(layer.hides, hash_of_folder(path)))
    return true;
  std::string_view folder = path;
  for (std::size_t slash = folder.rfind('/'); slash != std::string_view::npos && slash > from;
       slash = folder.rfind('/')) {
    folder = folder.substr(0, slash);
    const std::uint64_t hash = hash_of_path(folder);
    if (contains(layer.hides, hash) || contains(layer.opaque, hash)) return true;
  }
  return from == 0 && contains(layer.opaque, hash_of_path(""));
}

}  // namespace

std::string resolve_link(std::string_view from, std::string_view target) {
  std::vector<std::string_view> parts;
  if (!target.starts_with('/')) {
    parts = split(from, '/');
    parts.pop_back();
  }
  for (const std::string_view part : split(target, '/')) {
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  return fmt::format("{}", fmt::join(parts, "/"));
}

Overlay::Overlay(std::span<const LayerFacts> layers) : layers_(layers) {
  links_.reserve(layers.size());
  for (const LayerFacts& layer : layers) {
    Links links = links_.empty() ? Links{} : links_.back();
    std::erase_if(links, [&](const auto& link) { return hides_name(layer, link.first, 0); });
    for (const Link& link : layer.links) {
      if (!may_be_folder_link(link.path)) continue;
      if (links.size() < kMaxFolderLinks || links.contains(link.path))
        links[link.path] = resolve_link(link.path, link.target);
    }
    links_.push_back(std::move(links));
  }
}

std::string Overlay::follow(const Links& links, std::string_view path) {
  std::string at(path);
  if (links.empty()) return at;
  for (int hops = 0; hops < kMaxHops; ++hops) {
    auto link = links.end();
    for (std::size_t slash = at.find('/'); slash != std::string::npos && link == links.end();
         slash = at.find('/', slash + 1)) {
      link = links.find(std::string_view(at).substr(0, slash));
    }
    if (link == links.end()) return at;
    const std::string_view rest = std::string_view(at).substr(link->first.size());
    at = link->second.empty() ? std::string(rest.substr(1))
                              : fmt::format("{}{}", link->second, rest);
  }
  return at;
}

std::string Overlay::real_path(std::size_t layer, std::string_view path) const {
  return follow(links_[layer], path);
}

std::string Overlay::real_path(std::string_view path) const {
  return links_.empty() ? std::string(path) : follow(links_.back(), path);
}

bool Overlay::hides(std::size_t layer, std::string_view real) const {
  const LayerFacts& upper = layers_[layer];
  if (upper.hides.empty() && upper.opaque.empty()) return false;
  if (hides_name(upper, real, 0)) return true;
  // By another name: "lib/x" is "usr/lib/x". The link itself, which layers repeat, hides nothing
  // of where it leads.
  return std::ranges::any_of(links_[layer], [&](const auto& link) {
    const auto& [name, target] = link;
    return is_below(real, target) &&
           hides_name(upper, fmt::format("{}{}", name, real.substr(target.size())), name.size());
  });
}

bool Overlay::is_visible(std::size_t layer, std::string_view path) const {
  if (layer + 1 == layers_.size()) return true;
  const std::string real = real_path(layer, path);
  for (std::size_t upper = layer + 1; upper < layers_.size(); ++upper) {
    if (hides(upper, real)) return false;
  }
  return true;
}

}  // namespace corten::scan::internal
