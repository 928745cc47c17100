// The SQLite store of the rpm database.
#include "rpm_store_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  corten::package::fuzz_rpm_store(data, size, corten::package::read_rpm_sqlite);
  return 0;
}
