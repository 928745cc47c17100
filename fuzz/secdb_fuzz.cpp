// Any bytes as an apk distribution's security database: every record has one entry, with a fix or
// none at all.
#include <cstdint>
#include <cstdlib>

#include "advisory/feeds/feeds.h"
#include "advisory/internal/layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::advisory;
  JsonScratch scratch;
  FeedOutput output;
  (void)feed("secdb").read({reinterpret_cast<const char*>(data), size},
                           {"alpine", "Alpine", "v3.18"}, scratch, output);
  for (const Record& record : output.records) {
    if (record.affected.size() != 1 || id_key(record.id).size() > kMaxKeyBytes) std::abort();
    const Affected& affected = record.affected[0];
    const bool never = affected.state == EntryState::NotAffected;
    if (never != affected.spans.empty() || affected.spans.size() > 1) std::abort();
    if (package_key(affected.family, affected.name).size() > kMaxKeyBytes) std::abort();
  }
  return 0;
}
