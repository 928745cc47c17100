// Any bytes as an OSV record: what is read must survive storage, and a version must be judged alike
// before and after.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/ecosystems.h"
#include "advisory/feeds/feeds.h"
#include "advisory/internal/store.h"
#include "advisory/internal/values.h"

namespace {

using namespace corten;
using namespace corten::advisory;

// Borrows `affected`.
StoredEntry stored_entry(const Affected& affected) {
  StoredEntry entry;
  entry.vulnerability = 7;
  entry.release = affected.release;
  entry.module = affected.module;
  for (const Span& span : affected.spans)
    entry.spans.push_back({span.introduced, span.end, span.kind});
  entry.versions.assign(affected.versions.begin(), affected.versions.end());
  entry.state = affected.state;
  entry.severity = affected.severity;
  entry.semver = affected.semver;
  return entry;
}

void check_storage(const Record& record) {
  std::vector<StoredEntry> entries;
  for (const Affected& affected : record.affected) entries.push_back(stored_entry(affected));
  const std::string encoded = encode_package(entries);
  const Value value(as_bytes(encoded));
  const auto view = PackageView::of(value.bytes());
  if (!view || view->size() != entries.size()) std::abort();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const StoredEntry stored = view->entry(i);
    const bool same = stored.release == entries[i].release && stored.module == entries[i].module &&
                      stored.versions == entries[i].versions &&
                      stored.spans.size() == entries[i].spans.size() &&
                      stored.state == entries[i].state && stored.semver == entries[i].semver;
    if (!same) std::abort();
    const auto scheme = scheme_of(ecosystem_of(record.affected[i].family), stored.semver);
    for (std::size_t s = 0; s < stored.spans.size(); ++s) {
      if (contains(stored.spans[s], "1.2.3", scheme) !=
          contains(entries[i].spans[s], "1.2.3", scheme))
        std::abort();
    }
  }
  const std::string text = encode_vulnerability(record);
  const Value text_value(as_bytes(text));
  const auto vulnerability = VulnerabilityView::of(text_value.bytes());
  if (!vulnerability || vulnerability->line(TextLine::Id) != record.id ||
      vulnerability->line(TextLine::Summary) != record.summary ||
      vulnerability->items(TextLine::Aliases).size() != record.aliases.size()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  JsonScratch scratch;
  FeedOutput output;
  (void)feed("osv").read(content, {"osv:Fuzz", "", ""}, scratch, output);
  for (const Record& record : output.records) check_storage(record);
  return 0;
}
