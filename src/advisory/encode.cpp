#include <algorithm>
#include <chrono>
#include <utility>

#include "advisory/internal/encode.h"
#include "advisory/internal/layout.h"
#include "schema_generated.h"

namespace corten::advisory {

namespace {

constexpr std::size_t kMaxReleases = 1 << 16;

std::string_view as_string(const flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// The strings of one value, each once. Offset 0 is the empty string. A string is known again by its
// address: callers intern, and a text at two addresses is merely stored twice.
class Pool {
 public:
  Pool() { clear(); }

  void clear() {
    bytes_.assign(1, '\0');
    slots_.assign(kFirstSlots, {});
    used_ = 0;
  }
  std::uint32_t add(std::string_view text) {
    if (text.empty()) return 0;
    if (used_ * 2 >= slots_.size()) grow();
    Slot& slot = find(text);
    if (slot.text.empty()) {
      slot = {text, static_cast<std::uint32_t>(bytes_.size())};
      ++used_;
      bytes_ += text;
      bytes_ += '\0';
    }
    return slot.offset;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  struct Slot {
    std::string_view text;
    std::uint32_t offset = 0;
  };
  static constexpr std::size_t kFirstSlots = 64;  // a power of two

  Slot& find(std::string_view text) {
    constexpr std::uint64_t kSpread = 0x9e37'79b9'7f4a'7c15;  // 2^64 by the golden ratio
    const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(text.data()));
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = (address * kSpread) >> 32;; ++at) {
      Slot& slot = slots_[at & mask];
      if (slot.text.empty() ||
          (slot.text.data() == text.data() && slot.text.size() == text.size())) {
        return slot;
      }
    }
  }
  void grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 4));
    for (const Slot& slot : old) {
      if (!slot.text.empty()) find(slot.text) = slot;
    }
  }

  std::string bytes_;
  std::vector<Slot> slots_;  // open addressing
  std::size_t used_ = 0;
};

// Unknown is no rating, so it is stored as none.
unsigned stored_severity(const StoredEntry& entry) {
  if (!entry.severity) return 0;
  const auto found = std::ranges::find(kStoredSeverities, *entry.severity);
  if (found == kStoredSeverities.end()) return 0;
  return 1 + static_cast<unsigned>(found - kStoredSeverities.begin());
}

template <typename T>
flatbuffers::Offset<flatbuffers::Vector<const T*>> structs_of(
    flatbuffers::FlatBufferBuilder& builder, const std::vector<T>& items) {
  if (items.empty()) return 0;
  return builder.CreateVectorOfStructs(items);
}

// Lists are items with TABs between, without the start that is implied.
void append_line(std::string& text, const std::vector<std::string>& items,
                 std::string_view implied = {}) {
  const std::size_t before = text.size();
  for (const std::string_view item : items) {
    if (text.size() > before) text += '\t';
    text += item.substr(item.starts_with(implied) ? implied.size() : 0);
  }
  text += '\n';
}

}  // namespace

class PackageEncoder::State {
 public:
  void add(const StoredEntry& entry) {
    if (pool_.bytes().size() > kMaxPoolBytes) return;
    const auto release = release_index(entry.release);
    if (!release) return;
    std::uint16_t flags = entry.semver ? kSemver : std::uint16_t{0};
    flags = static_cast<std::uint16_t>(flags | (static_cast<unsigned>(entry.state) << kStateShift));
    flags = static_cast<std::uint16_t>(flags | (stored_severity(entry) << kSeverityShift));
    if (entry.native) flags |= kNative;
    std::uint32_t bound = 0;
    if (!is_plain(entry)) {
      bound = static_cast<std::uint32_t>(extras_.size());
      flags = static_cast<std::uint16_t>(flags | kHasExtra);
      add_extra(entry);
    } else if (!entry.spans.empty()) {
      bound = pool_.add(entry.spans[0].end);
      flags = static_cast<std::uint16_t>(flags | static_cast<unsigned>(entry.spans[0].kind));
    }
    entries_.emplace_back(entry.vulnerability, bound, *release, flags);
  }

  std::string_view finish() {
    builder_.Clear();
    const auto entries = builder_.CreateVectorOfStructs(entries_);
    const auto extras = structs_of(builder_, extras_);
    const auto spans = structs_of(builder_, spans_);
    const auto versions = versions_.empty() ? 0 : builder_.CreateVector(versions_);
    const auto releases = builder_.CreateVector(releases_);
    const auto pool = builder_.CreateString(pool_.bytes());
    builder_.Finish(
        store::CreatePackage(builder_, entries, extras, spans, versions, releases, pool));
    entries_.clear();
    extras_.clear();
    spans_.clear();
    versions_.clear();
    releases_.clear();
    pool_.clear();
    return as_string(builder_);
  }

 private:
  // What a record's few entries could add to it is bounded by its document.
  static constexpr std::size_t kMaxPoolBytes = std::size_t{512} << 20;

  std::optional<std::uint16_t> release_index(std::string_view release) {
    const std::uint32_t offset = pool_.add(release);
    const auto at = std::ranges::find(releases_, offset);
    const auto index = static_cast<std::size_t>(at - releases_.begin());
    if (index >= kMaxReleases) return std::nullopt;
    if (at == releases_.end()) releases_.push_back(offset);
    return static_cast<std::uint16_t>(index);
  }

  void add_extra(const StoredEntry& entry) {
    extras_.emplace_back(static_cast<std::uint32_t>(spans_.size()),
                         static_cast<std::uint32_t>(versions_.size()), pool_.add(entry.module));
    for (const SpanView& span : entry.spans) {
      const auto kind = static_cast<std::uint32_t>(span.kind) << kSpanKindShift;
      spans_.emplace_back(pool_.add(span.introduced), pool_.add(span.end) | kind);
    }
    for (const std::string_view version : entry.versions) versions_.push_back(pool_.add(version));
  }

  Pool pool_;
  std::vector<store::Entry> entries_;
  std::vector<store::Extra> extras_;
  std::vector<store::Span> spans_;
  std::vector<std::uint32_t> versions_;
  std::vector<std::uint32_t> releases_;
  flatbuffers::FlatBufferBuilder builder_;
};

PackageEncoder::PackageEncoder() : state_(std::make_unique<State>()) {}
PackageEncoder::PackageEncoder(PackageEncoder&&) noexcept = default;
PackageEncoder& PackageEncoder::operator=(PackageEncoder&&) noexcept = default;
PackageEncoder::~PackageEncoder() = default;
void PackageEncoder::add(const StoredEntry& entry) { state_->add(entry); }
std::string_view PackageEncoder::finish() { return state_->finish(); }

std::string encode_package(std::span<const StoredEntry> entries) {
  PackageEncoder encoder;
  for (const StoredEntry& entry : entries) encoder.add(entry);
  return std::string(encoder.finish());
}

std::uint32_t stored_seconds(const std::optional<Time>& time) {
  const auto seconds = time ? time->time_since_epoch().count() : 0;
  return seconds > 0 && seconds <= UINT32_MAX ? static_cast<std::uint32_t>(seconds) : 0;
}

struct VulnerabilityEncoder::State {
  std::string text;
  flatbuffers::FlatBufferBuilder builder;
};

VulnerabilityEncoder::VulnerabilityEncoder() : state_(std::make_unique<State>()) {}
VulnerabilityEncoder::VulnerabilityEncoder(VulnerabilityEncoder&&) noexcept = default;
VulnerabilityEncoder& VulnerabilityEncoder::operator=(VulnerabilityEncoder&&) noexcept = default;
VulnerabilityEncoder::~VulnerabilityEncoder() = default;

std::string_view VulnerabilityEncoder::encode(const Record& record) {
  std::string& text = state_->text;
  text = record.id;
  text += '\n';
  text += record.source;
  text += '\n';
  append_line(text, record.aliases);
  append_line(text, record.upstream);
  append_line(text, record.related);
  text += record.summary;
  text += '\n';
  append_line(text, record.ratings);
  append_line(text, record.references, kImpliedScheme);
  append_line(text, record.modules);
  text += record.notice;
  while (text.ends_with('\n')) text.pop_back();
  flatbuffers::FlatBufferBuilder& builder = state_->builder;
  builder.Clear();
  const auto text_offset = builder.CreateString(text);
  constexpr std::uint32_t kSecondsPerDay = 86'400;
  builder.Finish(
      store::CreateVulnerability(builder, stored_seconds(record.published) / kSecondsPerDay,
                                 stored_seconds(record.modified), record.withdrawn, text_offset));
  return as_string(builder);
}

std::string encode_vulnerability(const Record& record) {
  return std::string(VulnerabilityEncoder().encode(record));
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
    feeds.push_back(store::CreateFeed(builder, id, origin, stored_seconds(feed.fetched),
                                      stored_seconds(feed.modified),
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
  out.reserve(numbers.size() * 4);
  for (const std::uint32_t number : numbers) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      out += static_cast<char>((number >> shift) & 0xff);
  }
  return out;
}

}  // namespace corten::advisory
