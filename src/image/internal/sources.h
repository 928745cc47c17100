// The sources of images that open.cpp chooses from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/internal/archive_index.h"
#include "image/internal/blob_store.h"
#include "image/manifest.h"

namespace corten::image::internal {

// An image and the digest of its configuration, by which two descriptions of one image are known to
// be of the same.
struct OpenedImage {
  Image image;
  std::string config_digest;
};

// OCI image layout: what `index_json` lists. Errors: NotFound (no image of the wanted platform: the
// message lists what there is; a blob is missing), InvalidInput, LimitExceeded, Unsupported
// (artifacts that are no container images).
[[nodiscard]] Result<std::vector<OpenedImage>> open_layout(const BlobStore& store,
                                                           const std::string& index_json,
                                                           const OpenOptions& options);

// The one image of a folder that `skopeo copy … dir:` or `podman save --format docker-dir` wrote:
// its manifest beside its blobs. Errors: as open_layout().
[[nodiscard]] Result<std::vector<OpenedImage>> open_flat(const BlobStore& store,
                                                         const std::string& manifest_json,
                                                         const OpenOptions& options);

// `docker save` archives by their manifest.json, old and new.
[[nodiscard]] Result<std::vector<OpenedImage>> open_saved(int fd, const ArchiveIndex& index,
                                                          const std::filesystem::path& path,
                                                          const std::string& manifest_json);

// Puts an image together: gives the layers their diff_ids and instructions. Errors: InvalidInput
// (the configuration has another number of layers).
[[nodiscard]] Result<Image> assemble(std::string digest, Config config, std::vector<Layer> layers);

}  // namespace corten::image::internal
