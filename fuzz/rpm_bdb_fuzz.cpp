// The Berkeley DB store of the rpm database: whatever the bytes, no more of them are handed over
// than the file has.
#include <cstdint>
#include <cstdlib>

#include "package/rpm.h"
#include "package/rpm_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::package;
  const corten::Bytes content(reinterpret_cast<const std::byte*>(data), size);
  std::size_t bytes = 0;
  const RpmSink sink{[&](corten::Bytes blob) {
                       bytes += blob.size();
                       if (const auto header = RpmHeader::parse(blob)) (void)package_of(*header);
                     },
                     [](const std::string& problem) {
                       if (problem.empty()) std::abort();
                     }};
  (void)read_rpm_bdb(content, sink);
  if (bytes > size) std::abort();
  return 0;
}
