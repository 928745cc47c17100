// The first byte picks a feed of CVE facts, the rest is its document. Probabilities must be
// probabilities.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "advisory/feeds/feeds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace corten::advisory;
  if (size == 0) return 0;
  constexpr std::array kFeeds = {"kev", "epss", "nvd"};
  JsonScratch scratch;
  FeedOutput output;
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)feed(kFeeds[data[0] % kFeeds.size()]).read(content, {}, scratch, output);
  for (const CveFact& fact : output.cves) {
    if (!(fact.epss >= 0 && fact.epss <= 1 && fact.percentile >= 0 && fact.percentile <= 1))
      std::abort();
    if (fact.title.size() > 200) std::abort();
  }
  return 0;
}
