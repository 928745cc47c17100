// `docker save` archives by their manifest.json: "<id>/layer.tar" with links between them, as
// Docker wrote until 24, "blobs/sha256/<hex>" since 25, and what other tools make of it.
#include <fmt/format.h>

#include "base/digest.h"
#include "image/internal/sources.h"

namespace corten::image::internal {

namespace {

// The digest that a member's name promises for its content: "blobs/sha256/<hex>", "<hex>.json",
// "sha256:<hex>".
std::string promised_digest(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".json")) name.remove_suffix(5);
  std::string digest(name);
  if (!name.starts_with("sha256:")) digest.insert(0, "sha256:");
  return parse_digest(digest) ? digest : std::string();
}

Result<Extent> find_member(const ArchiveIndex& index, const std::string& member) {
  CORTEN_TRY(const auto extent, index.find(member));
  if (!extent) {
    return fail(ErrorCode::NotFound,
                fmt::format("{}, which manifest.json names, is not in the archive", member));
  }
  return *extent;
}

Result<OpenedImage> open_image(int fd, const ArchiveIndex& index, const std::filesystem::path& path,
                               const SavedImage& saved) {
  CORTEN_TRY(const Extent place, find_member(index, saved.config));
  CORTEN_TRY(const std::string json, read_document_at(fd, place.offset, place.size, saved.config));
  const std::string digest = sha256_digest(as_bytes(json));
  const std::string promised = promised_digest(saved.config);
  if (!promised.empty() && promised != digest) {
    return fail(
        ErrorCode::InvalidInput,
        fmt::format("configuration {} does not match its digest (got {})", promised, digest),
        "the image is damaged or was tampered with: save it again");
  }
  CORTEN_TRY(Config config, parse_config(as_bytes(json)));
  std::vector<Layer> layers;
  for (const std::string& member : saved.layers) {
    CORTEN_TRY(const Extent extent, find_member(index, member));
    // Only a blob's name is the digest of what is stored; a layer.tar is checked against its
    // diff_id.
    const bool is_blob = member.starts_with("blobs/sha256/");
    Layer& layer = layers.emplace_back();
    if (is_blob) layer.digest = promised_digest(member);
    layer.bytes = {path.native(), extent.offset, extent.size};
  }
  CORTEN_TRY(Image image, assemble(digest, std::move(config), std::move(layers)));
  image.tags = saved.tags;
  return OpenedImage{std::move(image), digest};
}

}  // namespace

Result<std::vector<OpenedImage>> open_saved(int fd, const ArchiveIndex& index,
                                            const std::filesystem::path& path,
                                            const std::string& manifest_json) {
  auto saved = parse_saved_images(as_bytes(manifest_json));
  if (!saved) return in_context(std::move(saved).error(), "manifest.json");
  std::vector<OpenedImage> out;
  for (const SavedImage& image : *saved) {
    auto opened = open_image(fd, index, path, image);
    if (!opened) return in_context(std::move(opened).error(), image.config);
    out.push_back(*std::move(opened));
  }
  return out;
}

}  // namespace corten::image::internal
