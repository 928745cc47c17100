// Any bytes parse as the JSON documents of images or fail; what parses keeps the promises of
// manifest.h.
#include <cstdint>
#include <cstdlib>

#include "base/digest.h"
#include "image/history.h"
#include "image/manifest.h"

namespace {

using namespace corten;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_documents(Bytes json) {
  const auto document = image::parse_manifest(json);
  if (!document) return;
  if (const auto* manifest = std::get_if<image::Manifest>(&*document)) {
    require(manifest->layers.size() <= image::kMaxLayers);
    require(parse_digest(manifest->config.digest).has_value());
    for (const auto& layer : manifest->layers) require(parse_digest(layer.digest).has_value());
  }
}

void check_config(Bytes json) {
  const auto config = image::parse_config(json);
  if (!config) return;
  for (const std::string& diff_id : config->diff_ids) require(parse_digest(diff_id).has_value());
  const auto instructions = image::layer_instructions(config->history, config->diff_ids.size());
  require(instructions.size() == config->diff_ids.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes json = std::as_bytes(std::span(data, size));
  check_documents(json);
  check_config(json);
  (void)image::parse_saved_images(json);
  (void)image::clean_instruction(as_text(json));
  return 0;
}
