#include "advisory/internal/starter.h"

#include <sys/mman.h>

#include <cerrno>
#include <string>

#include "advisory/database.h"
#include "advisory/internal/build_internal.h"
#include "advisory/internal/file_check.h"
#include "base/file.h"
#include "starter_records.h"

namespace corten::advisory {

std::filesystem::path path_of(const Fd& memory) {
  return "/proc/self/fd/" + std::to_string(memory.get());
}

// A few milliseconds at first use, in exchange for no second program at build time and no file
// format in the executable.
Result<Fd> build_starter() {
  Fd memory(::memfd_create("corten-starter", MFD_CLOEXEC));
  if (!memory.valid()) return fail_errno(errno, "starter database");
  BuildReport report;
  Collector collector;
  Intake intake(collector, report);
  JsonScratch scratch;
  for (const StarterDocument& document : kStarterDocuments) {
    FeedOutput output;
    const FeedContext context{"starter", {}, {}};
    const bool is_kev = document.name == "kev.json";
    auto status = feed(is_kev ? "kev" : "osv").read(document.content, context, scratch, output);
    if (!status) return in_context(std::move(status).error(), std::string(document.name));
    Batch batch;
    take_records(output, batch);
    intake.take(std::move(output), std::move(batch), "starter", "(built in)");
  }
  CORTEN_TRY(TreeWriter writer, TreeWriter::open(path_of(memory)));
  Meta meta;
  meta.schema = kSchema;
  meta.starter_only = true;
  meta.feeds = intake.feeds({});
  CORTEN_CHECK(collector.write(writer, meta, 1));
  CORTEN_CHECK(writer.commit());
  CORTEN_CHECK(append_trailer(path_of(memory), kSchema));
  return memory;
}

}  // namespace corten::advisory
