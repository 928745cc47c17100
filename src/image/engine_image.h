// Images and containers of a Docker engine, read in place from the overlay2 store where the caller
// may.
#pragma once

#include "engine/docker.h"
#include "image/image.h"

namespace corten::image {

// The model of an engine's image, with its layers as unpacked folders where the storage driver has
// such (overlay2) and this process can read them; otherwise `layers` have no bytes and the image
// must be exported (needs_export()).
[[nodiscard]] Result<Image> describe_engine_image(const engine::Docker& docker,
                                                  const std::string& name);

// The same for a container: its image's layers and its own writable one on top.
[[nodiscard]] Result<Image> describe_container(const engine::Docker& docker,
                                               const std::string& name);

[[nodiscard]] bool needs_export(const Image& image);

}  // namespace corten::image
