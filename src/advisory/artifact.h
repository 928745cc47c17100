// The database as an artifact in an OCI registry: built once, pulled by every machine that scans.
//
// OCI distribution specification 1.1 (pull; push in one piece) and image specification 1.1,
// "Guidelines for artifact usage". The manifest has the artifact type below, the empty config, and
// one layer: corten.db compressed with zstd. Registries are not trusted: digests and sizes are
// checked, and the database is verified before it replaces the old one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "advisory/advisory.h"
#include "base/progress.h"
#include "base/result.h"
#include "registry/registry.h"

namespace corten::advisory {

inline constexpr std::string_view kArtifactType = "application/vnd.corten.db.v1";
inline constexpr std::string_view kArtifactLayer = "application/vnd.corten.db.v1+zstd";

// REGISTRY/REPOSITORY[:TAG][@DIGEST]; the registry is always named.
struct ArtifactReference {
  std::string registry;  // host[:port]
  std::string repository;
  std::string tag = "latest";
  std::string digest;  // of the manifest; empty: whatever the tag says

  bool operator==(const ArtifactReference&) const = default;
};
// Errors: Usage.
[[nodiscard]] Result<ArtifactReference> parse_artifact_reference(std::string_view text);

struct PushedDatabase {
  std::string digest;      // of the manifest
  std::uint64_t size = 0;  // of the layer
};

// Errors: Usage (a registry that needs TLS), NotFound (no database, no such artifact),
// PermissionDenied, Unavailable, InvalidInput (not what the digest says; a damaged database),
// Unsupported (another kind of artifact, a newer schema), LimitExceeded, Io.
[[nodiscard]] Result<PushedDatabase> push_database(const std::filesystem::path& folder,
                                                   const ArtifactReference& reference,
                                                   const registry::Access& access,
                                                   Progress& progress);
// Replaces FOLDER/corten.db. Readers keep the old file; on failure it stays.
[[nodiscard]] Result<DatabaseInfo> pull_database(const std::filesystem::path& folder,
                                                 const ArtifactReference& reference,
                                                 const registry::Access& access,
                                                 Progress& progress);

}  // namespace corten::advisory
