// Any bytes as the LMDB image of a database, with good sums and a good trailer must be safe to
// match, whether check_content() lets them pass or not, and any bytes as single values safe to
// view.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "advisory/advisory.h"
#include "advisory/database.h"
#include "advisory/internal/file_check.h"
#include "advisory/internal/flaws.h"
#include "advisory/internal/report_flaw.h"
#include "advisory/internal/starter.h"
#include "base/file.h"

namespace {

using namespace corten;
using namespace corten::advisory;

void view_as_values(Bytes bytes) {
  const Value value(bytes);
  if (const auto package = PackageView::of(value.bytes())) {
    for (std::size_t i = 0; i < std::min<std::size_t>(package->size(), 1000); ++i)
      (void)package->entry(i);
  }
  if (const auto record = VulnerabilityView::of(value.bytes())) (void)flaws_of(*record);
  (void)decode_cve(value.bytes());
  (void)decode_meta(value.bytes());
  (void)decode_numbers(value.bytes());
}

void match_some(const Store& store) {
  const auto snapshot = store.snapshot();
  Lookup lookup(snapshot);
  const package::Distribution debian{"debian", "12", "bookworm", "", {}};
  package::Package package;
  package.name = "a";
  package.version = "1";
  for (const auto type : {package::Type::Npm, package::Type::Deb}) {
    package.type = type;
    const auto questions = questions_about(package, debian);
    for (const Flaw& flaw : flaws_in(questions, debian, lookup))
      (void)describe_flaw(flaw, lookup, "");
  }
  for (const char prefix : {'c', 'i', 'm', 'p', 'v'}) {
    snapshot.each(prefix, [](std::string_view, Bytes stored) {
      view_as_values(stored);
      return true;
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  view_as_values(bytes);
  const Fd memory(::memfd_create("fuzz", MFD_CLOEXEC));
  if (!memory.valid() || !write_all(memory.get(), bytes)) return 0;
  const std::string padding((kCheckedBlock - size % kCheckedBlock) % kCheckedBlock, '\0');
  if (!write_all(memory.get(), as_bytes(padding))) return 0;
  if (!append_trailer(path_of(memory), kSchema)) return 0;
  (void)check_content(path_of(memory));
  if (const auto store = Store::open(path_of(memory))) match_some(*store);
  return 0;
}
