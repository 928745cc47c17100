// Layers and images for the tests of this room.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "archive/source.h"
#include "base/text.h"
#include "scan/collect.h"
#include "scan/merge.h"
#include "support/tar_writer.h"

namespace corten::scan::testing {

// Bytes in memory as a stream that owns them.
class MemorySource final : public archive::ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t count = std::min(into.size(), bytes_.size() - at_);
    std::ranges::copy(as_bytes(std::string_view(bytes_).substr(at_, count)), into.begin());
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

inline Result<LayerFacts> collect(const std::string& tar, TarKind kind = TarKind::Layer,
                                  Hides hides = Hides::Collect) {
  return collect_tar(
      [&]() -> Result<std::unique_ptr<archive::ByteSource>> {
        return std::make_unique<MemorySource>(tar);
      },
      kind, hides);
}

// An apk database of "name version" pairs.
inline std::string apk_database(const std::vector<std::pair<std::string, std::string>>& packages) {
  std::string out;
  for (const auto& [name, version] : packages)
    out += "P:" + name + "\nV:" + version + "\nA:x86_64\n\n";
  return out;
}

inline const std::string kApkPath = "lib/apk/db/installed";

// An image of `layers` layers, whose digests are "sha256:0…", "sha256:1…".
inline image::Image image_of(std::size_t layers) {
  image::Image image;
  image.name = "app:1";
  image.config = image::Config{};
  for (std::size_t i = 0; i < layers; ++i) {
    image.layers.emplace_back().diff_id = "sha256:" + std::string(64, static_cast<char>('0' + i));
  }
  return image;
}

// Of an image of two layers on Debian 12, without packages.
inline ImageFacts facts_of_debian() {
  ImageFacts facts;
  facts.image = image_of(2);
  facts.distribution.id = "debian";
  facts.distribution.version_id = "12";
  return facts;
}

// What a container of these layers sees.
inline ImageFacts merged(const std::vector<std::string>& tars) {
  std::vector<LayerFacts> layers;
  for (const std::string& tar : tars) layers.push_back(collect(tar).value());
  return merge_layers(image_of(tars.size()), std::move(layers));
}

// "name version @layer", sorted.
inline std::vector<std::string> packages_of(const ImageFacts& facts) {
  std::vector<std::string> out;
  for (const LocatedPackage& p : facts.packages)
    out.push_back(p.package.name + " " + p.package.version + " @" + std::to_string(p.layer));
  return out;
}

inline std::vector<std::string> note_paths(const ImageFacts& facts, NoteKind kind) {
  std::vector<std::string> out;
  for (const LocatedNote& located : facts.notes) {
    if (located.note.kind == kind) out.push_back(located.note.path);
  }
  return out;
}

}  // namespace corten::scan::testing
