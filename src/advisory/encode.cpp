#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "advisory/internal/values.h"
#include "base/text.h"
#include "schema_generated.h"

namespace corten::advisory {

namespace {

constexpr std::size_t kMaxReleases = 1 << 16;

std::string_view as_string(const flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// The strings of one value, each once. Offset 0 is the empty string.
class Pool {
 public:
  Pool() : bytes_(1, '\0') { offsets_.emplace(std::string_view(), 0); }

  std::uint32_t add(std::string_view text) {
    const auto [at, is_new] = offsets_.try_emplace(text, static_cast<std::uint32_t>(bytes_.size()));
    if (is_new) {
      bytes_ += text;
      bytes_ += '\0';
    }
    return at->second;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::unordered_map<std::string_view, std::uint32_t>
      offsets_;  // keys borrow the entries that are encoded
};

// Unknown is no rating, so it is stored as none.
unsigned stored_severity(const StoredEntry& entry) {
  if (!entry.severity) return 0;
  const auto found = std::ranges::find(kStoredSeverities, *entry.severity);
  if (found == kStoredSeverities.end()) return 0;
  return 1 + static_cast<unsigned>(found - kStoredSeverities.begin());
}

class PackageEncoder {
 public:
  void add(const StoredEntry& entry) {
    const auto release = release_index(entry.release);
    if (!release) return;
    std::uint16_t flags = entry.semver ? kSemver : std::uint16_t{0};
    flags = static_cast<std::uint16_t>(flags | (static_cast<unsigned>(entry.state) << kStateShift));
    flags = static_cast<std::uint16_t>(flags | (stored_severity(entry) << kSeverityShift));
    if (entry.native) flags |= kNative;
    const bool plain = entry.spans.size() == 1 && entry.spans[0].introduced.empty() &&
                       entry.versions.empty() && entry.module.empty();
    std::uint32_t bound = 0;
    if (plain) {
      bound = pool_.add(entry.spans[0].end);
      flags = static_cast<std::uint16_t>(flags | static_cast<unsigned>(entry.spans[0].kind));
    } else {
      bound = static_cast<std::uint32_t>(extras_.size());
      flags = static_cast<std::uint16_t>(flags | kHasExtra);
      add_extra(entry);
    }
    entries_.emplace_back(entry.vulnerability, bound, *release, flags);
  }

  std::string finish() {
    flatbuffers::FlatBufferBuilder builder(1024);
    const auto entries = builder.CreateVectorOfStructs(entries_);
    const auto extras = extras_.empty() ? 0 : builder.CreateVectorOfStructs(extras_);
    const auto spans = spans_.empty() ? 0 : builder.CreateVectorOfStructs(spans_);
    const auto versions = versions_.empty() ? 0 : builder.CreateVector(versions_);
    const auto releases = builder.CreateVector(releases_);
    const auto pool = builder.CreateString(pool_.bytes());
    builder.Finish(store::CreatePackage(builder, entries, extras, spans, versions, releases, pool));
    return std::string(as_string(builder));
  }

 private:
  std::optional<std::uint16_t> release_index(std::string_view release) {
    const std::uint32_t offset = pool_.add(release);
    const auto at = std::ranges::find(releases_, offset);
    const auto index = static_cast<std::size_t>(at - releases_.begin());
    if (index >= kMaxReleases) return std::nullopt;
    if (at == releases_.end()) releases_.push_back(offset);
    return static_cast<std::uint16_t>(index);
  }

  void add_extra(const StoredEntry& entry) {
    extras_.emplace_back(
        static_cast<std::uint32_t>(spans_.size()), static_cast<std::uint32_t>(entry.spans.size()),
        static_cast<std::uint32_t>(versions_.size()),
        static_cast<std::uint32_t>(entry.versions.size()), pool_.add(entry.module));
    for (const SpanView& span : entry.spans) {
      spans_.emplace_back(pool_.add(span.introduced), pool_.add(span.end),
                          static_cast<std::uint32_t>(span.kind));
    }
    for (const std::string_view version : entry.versions) versions_.push_back(pool_.add(version));
  }

  Pool pool_;
  std::vector<store::Entry> entries_;
  std::vector<store::Extra> extras_;
  std::vector<store::Span> spans_;
  std::vector<std::uint32_t> versions_;
  std::vector<std::uint32_t> releases_;
};

std::uint32_t seconds_of(std::optional<Time> time) {
  const auto seconds = time ? time->time_since_epoch().count() : 0;
  return seconds > 0 && seconds <= UINT32_MAX ? static_cast<std::uint32_t>(seconds) : 0;
}

}  // namespace

StoredEntry stored_entry(const Affected& affected, std::uint32_t vulnerability) {
  StoredEntry entry;
  entry.vulnerability = vulnerability;
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

std::string encode_package(std::span<const StoredEntry> entries) {
  PackageEncoder encoder;
  for (const StoredEntry& entry : entries) encoder.add(entry);
  return encoder.finish();
}

std::string encode_vulnerability(const Record& record) {
  const std::string lines[kTextLines] = {
      record.id,
      record.source,
      join(record.aliases, "\t"),
      join(record.upstream, "\t"),
      join(record.related, "\t"),
      record.summary,
      join(record.ratings, "\t"),
      join(record.references, "\t"),
      join(record.modules, "\t"),
      record.notice,
  };
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  while (text.ends_with('\n')) text.pop_back();
  flatbuffers::FlatBufferBuilder builder(512);
  const auto text_offset = builder.CreateString(text);
  constexpr std::uint32_t kSecondsPerDay = 86'400;
  builder.Finish(store::CreateVulnerability(builder, seconds_of(record.published) / kSecondsPerDay,
                                            seconds_of(record.modified), record.withdrawn,
                                            text_offset));
  return std::string(as_string(builder));
}

std::string encode_cve(const CveFact& fact) {
  flatbuffers::FlatBufferBuilder builder(256);
  const auto vector = fact.vector.empty() ? 0 : builder.CreateString(fact.vector);
  const auto title = fact.title.empty() ? 0 : builder.CreateString(fact.title);
  builder.Finish(store::CreateCve(builder, fact.epss, fact.percentile, fact.kev_due,
                                  fact.ransomware, vector, title));
  return std::string(as_string(builder));
}

std::string encode_meta(const Meta& meta) {
  flatbuffers::FlatBufferBuilder builder(1024);
  std::vector<flatbuffers::Offset<store::Feed>> feeds;
  for (const FeedInfo& feed : meta.feeds) {
    const auto id = builder.CreateString(feed.id);
    const auto origin = builder.CreateString(feed.origin);
    feeds.push_back(store::CreateFeed(builder, id, origin, seconds_of(feed.fetched),
                                      seconds_of(feed.modified),
                                      static_cast<std::uint32_t>(feed.records)));
  }
  const auto feeds_offset = builder.CreateVector(feeds);
  const auto date = builder.CreateString(meta.epss_date);
  builder.Finish(store::CreateMeta(builder, meta.schema, meta.built, meta.starter_only,
                                   meta.vulnerabilities, meta.packages, date, feeds_offset));
  return std::string(as_string(builder));
}

std::string encode_numbers(std::span<const std::uint32_t> numbers) {
  std::string out;
  for (const std::uint32_t number : numbers) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      out += static_cast<char>((number >> shift) & 0xff);
  }
  return out;
}

}  // namespace corten::advisory
