// The manifest of the database as an artifact.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corten::advisory {

struct ArtifactManifest {
  std::string artifact_type;
  std::string layer_type;
  std::string layer_digest;
  std::uint64_t layer_size = 0;
};
// Errors: InvalidInput, Unsupported (no manifest of a database).
[[nodiscard]] Result<ArtifactManifest> parse_artifact_manifest(std::string_view body);

}  // namespace corten::advisory
