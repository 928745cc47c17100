// The dpkg database: any bytes must give a catalog or an error, and what it gives must be usable.
#include <cstdint>

#include "package/internal/dpkg.h"

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  if (const auto catalog = read_dpkg_status("var/lib/dpkg/status", content)) {
    for (const Package& package : catalog->packages) {
      require(!package.name.empty() && !package.version.empty());
      require(package.name.size() <= size && package.source_version.size() <= size);
      require(
          purl_of(package, {"debian", "12", "bookworm", "", {}}).starts_with("pkg:deb/debian/"));
    }
  }
  for (const char* path : {"var/lib/dpkg/info/a.list", "var/lib/dpkg/status.d/a.md5sums"}) {
    if (const auto catalog = read_dpkg_file_list(path, content)) {
      require(catalog->owned.size() == 1 && catalog->owned[0].path_hashes.size() <= size);
    }
  }
  return 0;
}
