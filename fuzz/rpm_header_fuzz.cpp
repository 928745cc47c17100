// RPM headers: whatever the bytes, texts stay within their limit and paths within the expansion
// that is allowed.
#include <cstdint>
#include <cstdlib>

#include "package/rpm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  const corten::Bytes blob(reinterpret_cast<const std::byte*>(data), size);
  const auto header = RpmHeader::parse(blob);
  if (!header) return 0;
  const auto package = package_of(*header);
  if (package && (package->name.empty() || package->version.empty() ||
                  package->name.size() >= kMaxRpmTextBytes)) {
    std::abort();
  }
  std::size_t bytes = 0;
  (void)for_each_file(*header, [&](std::string_view path) {
    if (path.size() > kMaxRpmPathBytes) std::abort();
    bytes += path.size();
  });
  if (bytes > size * kMaxRpmPathExpansion) std::abort();
  return 0;
}
