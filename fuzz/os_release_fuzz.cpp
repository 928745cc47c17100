// Release files: the first byte picks which file the rest is, so that every fallback is reached.
#include <cstdint>

#include "package/distribution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  if (size == 0) return 0;
  const auto files = distribution_files();
  const std::string_view chosen = files[data[0] % files.size()];
  const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Distribution distribution = identify([&](std::string_view path) {
    return path == chosen || path == "etc/debian_version" ? std::optional(content) : std::nullopt;
  });
  if (distribution.id.empty() && !distribution.version_id.empty()) __builtin_trap();
  if (const auto support = support_of(distribution)) {
    if (support->extended && *support->extended < support->end_of_life) __builtin_trap();
  }
  return 0;
}
