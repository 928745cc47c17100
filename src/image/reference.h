// Names of images, as FROM, `docker run` and manifests have them.
//
// The grammar is that of the distribution project (reference/reference.go, "Grammar"):
// [registry/]repository[:tag][@digest], where the first part of a name is a registry only if it has
// a
// '.' or ':' or is "localhost".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace corten::image {

struct Reference {
  std::string registry;    // "docker.io" where none was written
  std::string repository;  // without registry; one-part names of docker.io get their "library/"
  std::string tag;         // as written; empty: none
  std::string digest;      // "sha256:…" as written; empty: none
  bool names_registry = false;

  bool operator==(const Reference&) const = default;
};

inline constexpr std::size_t kMaxReferenceBytes = 4096;

// nullopt: no image has this name (upper case, an empty part, a tag of more than 128 bytes, …).
[[nodiscard]] std::optional<Reference> parse_reference(std::string_view text);

// As people write it: without docker.io, library/, tag and digest: "debian", "grafana/grafana",
// "ghcr.io/a/b".
[[nodiscard]] std::string familiar_name(const Reference& reference);

}  // namespace corten::image
