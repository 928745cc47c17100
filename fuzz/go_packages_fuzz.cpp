// Linked Go packages: the list is sorted, without repetitions or empty names, and as long as it may
// be.
#include <algorithm>
#include <cstdint>

#include "package/go_packages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  const auto text = corten::as_text(content);
  if (corten::package::go_package_of_function(text).size() > size) __builtin_trap();
  const auto packages = corten::package::linked_go_packages(content);
  if (!packages) return 0;
  const bool ordered =
      std::ranges::adjacent_find(*packages, std::ranges::greater_equal{}) == packages->end();
  const bool named = std::ranges::none_of(*packages, [](const auto& name) { return name.empty(); });
  if (!ordered || !named || packages->size() > corten::package::kMaxLinkedGoPackages)
    __builtin_trap();
  return 0;
}
