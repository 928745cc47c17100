#include "scan/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/digest.h"
#include "base/text.h"
#include "image/history.h"
#include "package/distribution.h"
#include "package/ownership.h"
#include "scan/internal/os_types.h"
#include "scan/internal/overlay.h"

namespace corten::scan {

namespace {

using internal::is_os_package;
using internal::Overlay;

using Identity = std::tuple<std::string_view, std::string_view, std::string_view>;

Identity identity(const package::Package& p) { return {p.name, p.version, p.arch}; }

std::set<Identity> identities(const std::vector<const FileFacts*>& files) {
  std::set<Identity> out;
  for (const FileFacts* file : files) {
    for (const package::Package& p : file->catalog.packages) out.insert(identity(p));
  }
  return out;
}

// The facts of files by their path, those of one path from the base up.
class FilesByPath {
 public:
  FilesByPath(std::span<const LayerFacts> layers, const Overlay& overlay) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const FileFacts& file : layers[i].files)
        places_[overlay.real_path(i, file.path)].push_back({i, &file});
    }
  }

  // Of one layer: several catalogers may have read it.
  [[nodiscard]] std::vector<const FileFacts*> at(std::size_t layer, const std::string& path) const {
    std::vector<const FileFacts*> out;
    const auto found = places_.find(path);
    if (found == places_.end()) return out;
    const auto same = std::ranges::equal_range(found->second, layer, {}, &Place::layer);
    for (const Place& place : same) out.push_back(place.file);
    return out;
  }

 private:
  struct Place {
    std::size_t layer = 0;
    const FileFacts* file = nullptr;
  };
  std::unordered_map<std::string, std::vector<Place>> places_;
};

// A package database is rewritten whole by every layer that installs something. The layer that
// brought a package is the first of the unbroken run of layers whose copy of the file has it.
class Introductions {
 public:
  Introductions(const FilesByPath& files, const Overlay& overlay, std::size_t layer,
                const std::string& path)
      : layer_(layer) {
    for (std::size_t i = layer; i-- > 0;) {
      if (overlay.hides(i + 1, path) && files.at(i + 1, path).empty()) break;  // deleted in between
      const auto older = files.at(i, path);
      if (!older.empty()) older_.emplace_back(i, identities(older));
    }
  }

  [[nodiscard]] std::uint32_t layer_of(const package::Package& p) const {
    std::size_t layer = layer_;
    for (const auto& [older, has] : older_) {
      if (!has.contains(identity(p))) break;
      layer = older;
    }
    return static_cast<std::uint32_t>(layer);
  }

 private:
  std::size_t layer_;
  std::vector<std::pair<std::size_t, std::set<Identity>>> older_;
};

// Visible small files and links, by path, and the way from one to the other.
class KeptFiles {
 public:
  KeptFiles(std::span<const LayerFacts> layers, const Overlay& overlay) : overlay_(overlay) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const KeptFile& kept : layers[i].kept) {
        if (overlay.is_visible(i, kept.path))
          contents_[overlay.real_path(i, kept.path)] = kept.content;
      }
      for (const Link& link : layers[i].links) {
        if (overlay.is_visible(i, link.path)) links_[overlay.real_path(i, link.path)] = link.target;
      }
    }
  }

  // The content at `path`, following at most eight links.
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const {
    std::string at = overlay_.real_path(path);
    for (int hops = 0; hops < 8; ++hops) {
      if (const auto found = contents_.find(at); found != contents_.end()) return found->second;
      const auto link = links_.find(at);
      if (link == links_.end()) return std::nullopt;
      at = overlay_.real_path(internal::resolve_link(at, link->second));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::map<std::string, std::string> all() const {
    std::map<std::string, std::string> out = contents_;
    for (const auto& [path, target] : links_) {
      if (auto content = read(path)) out[path] = *std::move(content);
    }
    return out;
  }

 private:
  const Overlay& overlay_;
  std::map<std::string, std::string> contents_;
  std::map<std::string, std::string> links_;
};

std::vector<LocatedPackage> visible_packages(std::span<const LayerFacts> layers,
                                             const Overlay& overlay) {
  const FilesByPath files(layers, overlay);
  std::vector<LocatedPackage> out;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const FileFacts& file : layers[i].files) {
      if (file.catalog.packages.empty() || !overlay.is_visible(i, file.path)) continue;
      const Introductions introductions(files, overlay, i, overlay.real_path(i, file.path));
      for (const package::Package& p : file.catalog.packages)
        out.push_back({p, introductions.layer_of(p)});
    }
  }
  return out;
}

std::vector<package::OwnedFiles> visible_ownership(std::span<const LayerFacts> layers,
                                                   const Overlay& overlay) {
  std::vector<package::OwnedFiles> out;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const FileFacts& file : layers[i].files) {
      if (file.catalog.owned.empty() || !overlay.is_visible(i, file.path)) continue;
      out.insert(out.end(), file.catalog.owned.begin(), file.catalog.owned.end());
    }
  }
  return out;
}

// Programs that belong to an OS package are that package's parts. A name in a file list counts only
// if the package itself is installed: lists of removed packages stay behind.
void attribute_programs(std::span<const LayerFacts> layers, const Overlay& overlay,
                        std::vector<LocatedPackage>& packages) {
  const bool any_program =
      std::ranges::any_of(packages, [](const auto& p) { return !is_os_package(p.package); });
  if (!any_program) return;
  const package::OwnerIndex owners(visible_ownership(layers, overlay));
  std::set<std::string, std::less<>> installed;
  for (const LocatedPackage& p : packages) {
    if (is_os_package(p.package)) installed.insert(p.package.name);
  }
  for (LocatedPackage& located : packages) {
    if (is_os_package(located.package)) continue;
    const auto owner = owners.owner_of(located.package.path);
    if (owner && installed.contains(*owner)) located.package.inside_os_package = *owner;
  }
}

// The package whose copyright file stands for that of another one, by name: packages of one source
// share it through a link of the file or of its folder.
std::map<std::string, std::string, std::less<>> shared_copyrights(
    std::span<const LayerFacts> layers) {
  constexpr std::string_view kFolder = "usr/share/doc/";
  const auto package_of = [&](std::string_view path) {
    path.remove_prefix(std::min(path.size(), kFolder.size()));
    return std::string(path.substr(0, path.find('/')));
  };
  std::map<std::string, std::string, std::less<>> out;
  for (const LayerFacts& layer : layers) {
    for (const Link& link : layer.links) {
      if (!link.path.starts_with(kFolder)) continue;
      const std::string target = internal::resolve_link(link.path, link.target);
      if (target.starts_with(kFolder)) out[package_of(link.path)] = package_of(target);
    }
  }
  return out;
}

void add_licenses(std::span<const LayerFacts> layers, std::vector<LocatedPackage>& packages) {
  std::map<std::string_view, const std::vector<std::string>*> licenses;
  for (const LayerFacts& layer : layers) {
    for (const FileFacts& file : layer.files) {
      for (const auto& [name, ids] : file.catalog.licenses) licenses[name] = &ids;
    }
  }
  const auto shared = shared_copyrights(layers);
  for (LocatedPackage& located : packages) {
    if (!located.package.licenses.empty() || located.package.type != package::Type::Deb) continue;
    auto found = licenses.find(located.package.name);
    if (found == licenses.end()) {
      if (const auto other = shared.find(located.package.name); other != shared.end())
        found = licenses.find(other->second);
    }
    if (found != licenses.end()) located.package.licenses = *found->second;
  }
}

void sort_and_unite(std::vector<LocatedPackage>& packages) {
  const auto key = [](const LocatedPackage& located) {
    const package::Package& p = located.package;
    return std::tie(p.type, p.name, p.version, p.arch, p.path, p.source_name);
  };
  std::ranges::sort(packages, [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same =
      std::ranges::unique(packages, [&](const auto& a, const auto& b) { return key(a) == key(b); });
  packages.erase(same.begin(), same.end());
}

std::string layer_label(const image::Image& image, std::size_t index) {
  const image::Layer& layer = image.layers[index];
  const std::string& digest = layer.diff_id.empty() ? layer.digest : layer.diff_id;
  return digest.empty() ? fmt::format("layer {}", index + 1)
                        : fmt::format("layer {} ({})", index + 1, short_digest(digest));
}

}  // namespace

std::uint32_t count_base_layers(const image::Image& image) {
  if (!image.config || image.config->history.empty()) return 0;
  const auto& history = image.config->history;
  const auto starts_program = [](const image::HistoryEntry& entry) {
    const std::string instruction = image::clean_instruction(entry.created_by);
    return entry.empty_layer &&
           (instruction.starts_with("CMD ") || instruction.starts_with("ENTRYPOINT "));
  };
  // The image's own settings (USER, CMD, …) end the history; the base's CMD stands before the last
  // content of ours.
  std::size_t at = history.size();
  while (at > 0 && history[at - 1].empty_layer) --at;
  while (at > 0 && !starts_program(history[at - 1])) --at;
  std::uint32_t layers = 0;
  for (std::size_t i = 0; i < at; ++i)
    if (!history[i].empty_layer) ++layers;
  return std::min(layers, static_cast<std::uint32_t>(image.layers.size()));
}

ImageFacts merge_layers(image::Image image, std::vector<LayerFacts> layers) {
  ImageFacts facts;
  const Overlay overlay(layers);
  facts.packages = visible_packages(layers, overlay);
  attribute_programs(layers, overlay, facts.packages);
  add_licenses(layers, facts.packages);
  sort_and_unite(facts.packages);
  const KeptFiles kept(layers, overlay);
  facts.distribution = package::identify([&](std::string_view path) { return kept.read(path); });
  facts.kept = kept.all();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    facts.entries += layers[i].entries;
    facts.bytes += layers[i].bytes;
    for (const CacheUse& use : layers[i].caches) facts.caches.push_back({use, index});
    for (FileNote& note : layers[i].notes) {
      if (overlay.is_visible(i, note.path)) facts.notes.push_back({std::move(note), index});
    }
    for (const std::string& problem : layers[i].problems) {
      facts.problems.push_back(
          layers.size() == 1 ? problem : fmt::format("{}: {}", layer_label(image, i), problem));
    }
  }
  facts.image = std::move(image);
  facts.base_layers = count_base_layers(facts.image);
  return facts;
}

}  // namespace corten::scan
