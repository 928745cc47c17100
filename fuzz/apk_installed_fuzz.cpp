// Alpine's database: any bytes must give a catalog or an error, and files only of packages that are
// listed.
#include <algorithm>
#include <cstdint>

#include "package/internal/apk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto catalog = read_apk_installed("lib/apk/db/installed", content);
  if (!catalog) return 0;
  for (const Package& package : catalog->packages) {
    if (package.name.empty() || package.name.starts_with('.') || package.version.empty()) {
      __builtin_trap();
    }
  }
  for (const OwnedFiles& files : catalog->owned) {
    if (std::ranges::find(catalog->packages, files.package, &Package::name) ==
        catalog->packages.end()) {
      __builtin_trap();
    }
  }
  return 0;
}
