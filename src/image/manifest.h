// The JSON documents of images: OCI indexes and manifests (image-spec 1.1) with Docker's variants
// of them (schema 2), image configurations, and the manifest.json of `docker save`.
//
// All are hostile. A key that is looked up and occurs twice, also in another case of letters, is
// InvalidInput: Go's decoder, which Docker uses, ignores case and takes the last, so that such a
// document means different things to different readers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

namespace corten::image {

inline constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{8} << 20;
inline constexpr std::size_t kMaxDocumentDepth = 64;
inline constexpr std::size_t kMaxLayers = 1000;  // Docker stops at 127

// OCI image-spec, "Content Descriptors". The digest is well-formed.
struct Descriptor {
  std::string media_type;
  std::string digest;
  std::uint64_t size = 0;
  std::optional<Platform> platform;
  std::map<std::string, std::string> annotations;
  bool has_urls = false;
};

struct Index {
  std::vector<Descriptor> manifests;
};

struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;
};

// One image of manifest.json; the paths are those of archive members.
struct SavedImage {
  std::string config;
  std::vector<std::string> tags;
  std::vector<std::string> layers;
};

// Errors of all: InvalidInput, LimitExceeded (kMax… above), Unsupported (schema 1, digests of other
// algorithms).
[[nodiscard]] Result<std::variant<Index, Manifest>> parse_manifest(Bytes json);
[[nodiscard]] Result<Config> parse_config(Bytes json);
[[nodiscard]] Result<std::vector<SavedImage>> parse_saved_images(Bytes json);

}  // namespace corten::image
