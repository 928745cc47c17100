// What an update remembers, and the other small texts that it reads: what is understood of a state
// must come back from its own text.
#include <cstdint>
#include <cstdlib>

#include "advisory/internal/feed_state.h"
#include "advisory/internal/fetch.h"
#include "advisory/internal/update_internal.h"

using namespace corten;
using namespace corten::advisory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const FeedFiles files = parse_feed_state(text);
  if (parse_feed_state(format_feed_state(files)) != files) std::abort();
  for (const std::string& release : releases_in_index(text)) {
    if (release.find_first_of("/\\\"") != std::string::npos || release.starts_with('.'))
      std::abort();
  }
  const auto wait = parse_retry_after(text, Time{});
  if (wait && wait->count() < 0) std::abort();
  if (const auto url = feed_url(text); url && url->find("://") == std::string::npos) std::abort();
  return 0;
}
