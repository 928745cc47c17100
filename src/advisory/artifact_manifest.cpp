#include "advisory/internal/artifact_manifest.h"

#include <fmt/format.h>

#include "advisory/artifact.h"
#include "advisory/internal/json.h"

namespace corten::advisory {

Result<ArtifactManifest> parse_artifact_manifest(std::string_view body) {
  ArtifactManifest manifest;
  std::size_t layers = 0;
  JsonScratch scratch;
  const auto read_layer = [&](json::value layer) {
    ++layers;
    return members_of(layer, [&](std::string_view key, json::value value) -> Status {
      if (key == "mediaType") return take_text(value, manifest.layer_type);
      if (key == "digest") return take_text(value, manifest.layer_digest);
      if (key == "size" && value.get_uint64().get(manifest.layer_size)) manifest.layer_size = 0;
      return {};
    });
  };
  CORTEN_CHECK(with_document(body, scratch, [&](json::object document) {
    return each_member(document, [&](std::string_view key, json::value value) -> Status {
      if (key == "artifactType") return take_text(value, manifest.artifact_type);
      return key == "layers" ? elements_of(value, read_layer) : Status{};
    });
  }));
  if (layers != 1 || manifest.layer_type != kArtifactLayer) {
    return fail(ErrorCode::Unsupported,
                fmt::format("no advisory database of Corten ('{}', {} layers)",
                            manifest.artifact_type, layers));
  }
  return manifest;
}

}  // namespace corten::advisory
