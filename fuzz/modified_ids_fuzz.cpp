// The list of changes of an OSV bucket: how it is cut into pieces must not matter, and what it
// names must be fit for file names.
#include <cstdint>
#include <cstdlib>

#include "advisory/internal/modified_ids.h"

using namespace corten;
using namespace corten::advisory;

namespace {

ModifiedIdReader read(std::string_view text, std::size_t piece) {
  ModifiedIdReader reader(Time{} + std::chrono::hours(24 * 365 * 50));
  bool more = true;
  while (more && !text.empty()) {
    more = reader.feed(as_bytes(text.substr(0, piece)));
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (more) reader.finish();
  return reader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ModifiedIdReader whole = read(text, size + 1);
  for (const ModifiedId& id : whole.ids()) {
    if (!is_record_id(id.id) || id.id.find('/') != std::string::npos) std::abort();
  }
  // A line that is too long is noticed at another place when pieces are short.
  const ModifiedIdReader pieces = read(text, 3);
  if (whole.status() && pieces.status() &&
      (whole.ids() != pieces.ids() || whole.reached() != pieces.reached())) {
    std::abort();
  }
  return 0;
}
