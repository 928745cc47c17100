// Any bytes as corten.yaml: an error has a message, and what is set is within the documented
// bounds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "finding/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config =
      corten::parse_config({reinterpret_cast<const char*>(data), size}, "conf/corten.yaml");
  if (!config) {
    if (config.error().message.empty()) std::abort();
    return 0;
  }
  if (config->jobs && (*config->jobs == 0 || *config->jobs > 1024)) std::abort();
  for (const corten::IgnoreRule& rule : config->ignores) {
    if (rule.id.empty() || rule.reason.empty()) std::abort();
  }
  for (const auto& path : config->vex) {
    if (path.empty()) std::abort();
  }
  return 0;
}
