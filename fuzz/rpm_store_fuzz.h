// What the fuzz targets of the stores of the rpm database share: whatever the bytes, no more of
// them are handed over than the file has.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "package/rpm.h"
#include "package/rpm_store.h"

namespace corten::package {

// `read` is read_rpm_bdb and the like.
template <typename Read>
void fuzz_rpm_store(const std::uint8_t* data, std::size_t size, Read&& read) {
  const Bytes content(reinterpret_cast<const std::byte*>(data), size);
  std::size_t bytes = 0;
  const RpmSink sink{[&](Bytes blob) {
                       bytes += blob.size();
                       if (const auto header = RpmHeader::parse(blob)) (void)package_of(*header);
                     },
                     [](const std::string& problem) {
                       if (problem.empty()) std::abort();
                     }};
  (void)read(content, sink);
  if (bytes > size) std::abort();
}

}  // namespace corten::package
