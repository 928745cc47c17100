// Any bytes as the Debian tracker's export: no name may be one that the database cannot hold.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/feeds/feeds.h"
#include "advisory/internal/layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::advisory;
  JsonScratch scratch;
  FeedOutput output;
  (void)feed("debian").read({reinterpret_cast<const char*>(data), size},
                            {"debian-tracker", "Debian", ""}, scratch, output);
  for (const Record& record : output.records) {
    if (record.id.empty() || id_key(record.id).size() > kMaxKeyBytes) std::abort();
    for (const Affected& affected : record.affected) {
      if (package_key(affected.family, affected.name).size() > kMaxKeyBytes) std::abort();
    }
  }
  return 0;
}
