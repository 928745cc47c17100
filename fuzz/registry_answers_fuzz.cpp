// What a registry says: challenges, tokens, manifests; and Docker's configuration.
#include <cstdint>
#include <cstdlib>

#include "advisory/artifact.h"
#include "advisory/internal/artifact_manifest.h"
#include "registry/registry.h"

using namespace corten::advisory;
using namespace corten::registry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto challenge = parse_challenge(text)) {
    for (const auto& [name, value] : challenge->parameters) {
      if (value.find('"') == 0) std::abort();
    }
  }
  if (const auto token = parse_token(text)) {
    // A line break would be a header of the registry's choice in our next request.
    if (token->empty() || token->find_first_of("\r\n") != std::string::npos) std::abort();
  }
  if (const auto manifest = parse_artifact_manifest(text)) {
    if (manifest->layer_type != kArtifactLayer) std::abort();
  }
  if (const auto secret = credentials_in(text, "r.test")) {
    if (secret->find_first_of("\r\n") != std::string::npos) std::abort();
  }
  if (const auto reference = parse_artifact_reference(text)) {
    if (reference->repository.find("..") != std::string::npos) std::abort();
  }
  return 0;
}
