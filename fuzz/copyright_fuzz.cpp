// Debian's copyright files: licences that are given are distinct and never empty.
#include <algorithm>
#include <cstdint>

#include "package/internal/copyright.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto catalog = read_copyright("usr/share/doc/a/copyright", content);
  if (!catalog) return 0;
  for (const auto& [package, licenses] : catalog->licenses) {
    if (package != "a" || licenses.empty() || licenses.size() > kMaxLicensesOfPackage) {
      __builtin_trap();
    }
    for (const std::string& license : licenses) {
      if (license.empty() || std::ranges::count(licenses, license) != 1) __builtin_trap();
    }
  }
  return 0;
}
