// Build info of Go: streamed in pieces of any size it gives the same as in one piece, and what the
// reader of whole programs finds with inline strings the finder finds too.
#include <algorithm>
#include <cstdint>

#include "package/go_buildinfo.h"
#include "package/go_modules.h"

namespace {

using corten::Bytes;
using corten::package::Catalog;

std::optional<Catalog> stream(Bytes content, std::size_t chunk_bytes) {
  corten::package::GoBuildInfoFinder finder("app");
  while (!content.empty()) {
    const std::size_t count = std::min(chunk_bytes, content.size());
    finder.feed(content.first(count));
    content = content.subspan(count);
  }
  return finder.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto whole = stream(content, size);
  if (stream(content, data[size - 1] % 61 + 1) != whole) __builtin_trap();

  const auto text = corten::as_text(content);
  (void)corten::package::read_go_modules(
      "app", {.go_version = std::string(text.substr(0, 40)), .module_text = std::string(text)});
  (void)corten::package::version_from_ldflags(text, "example.org/app");

  const auto programs = corten::package::read_executables(content);
  if (!programs) return 0;
  for (const auto& program : *programs) (void)corten::package::find_go_build_info(program);
  return 0;
}
