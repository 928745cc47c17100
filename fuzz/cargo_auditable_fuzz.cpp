// Crate lists: as a section holds them, and as the text before compression, which a fuzzer cannot
// reach through zlib.
#include <zlib.h>

#include <cstdint>
#include <string>

#include "package/binary.h"
#include "package/cargo_auditable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  (void)corten::package::read_crate_list("app", content);
  (void)corten::package::read_binary("app", content);

  uLongf compressed_size = compressBound(size);
  std::string compressed(compressed_size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(compressed.data()), &compressed_size, data, size, 1) !=
      Z_OK)
    return 0;
  compressed.resize(compressed_size);
  const auto catalog = corten::package::read_crate_list("app", corten::as_bytes(compressed));
  if (!catalog) return 0;
  for (const auto& package : catalog->packages) {
    if (package.name.empty() || package.version.empty()) __builtin_trap();
  }
  return 0;
}
