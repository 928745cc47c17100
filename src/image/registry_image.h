// Images in a registry: what their manifest and configuration say, without fetching a layer.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "image/reference.h"
#include "registry/registry.h"

namespace corten::image {

struct RegistryImage {
  std::string digest;  // of what the name stands for: an index or a manifest; checked
  Config config;       // of the wanted platform
};

// Errors: NotFound (no such image, none for `wanted`), PermissionDenied, Unavailable, InvalidInput
// (a content that has another digest than it should), Usage (a registry that needs TLS), and those
// of parse_manifest() and parse_config().
[[nodiscard]] Result<RegistryImage> describe_registry_image(const Reference& reference,
                                                            const registry::Access& access,
                                                            const Platform& wanted);

}  // namespace corten::image
