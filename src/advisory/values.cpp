#include <algorithm>

#include "advisory/internal/values.h"
#include "base/byte_cursor.h"
#include "base/text.h"
#include "schema_generated.h"

namespace corten::advisory {

namespace {

// The root table of verified bytes, or nullptr. The verifier's work does not grow with the vectors
// of structs.
template <typename Table>
const Table* verified(Bytes bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (bytes.size() < 8) return nullptr;
  flatbuffers::Verifier verifier(data, bytes.size(), 8, 100'000);
  if (!verifier.VerifyBuffer<Table>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<Table>(data);
}

std::string_view text_of(const flatbuffers::String* text) {
  return text != nullptr ? std::string_view(text->c_str(), text->size()) : std::string_view();
}

template <typename Vector>
std::size_t size_of(const Vector* vector) {
  return vector != nullptr ? vector->size() : 0;
}

Time time_of(std::uint32_t seconds) { return Time(std::chrono::seconds(seconds)); }

}  // namespace

std::optional<PackageView> PackageView::of(Bytes bytes) {
  const auto* root = verified<store::Package>(bytes);
  if (root == nullptr) return std::nullopt;
  return PackageView(root);
}

std::size_t PackageView::size() const { return size_of(root_->entries()); }

std::uint32_t PackageView::vulnerability(std::size_t i) const {
  return root_->entries()->Get(static_cast<flatbuffers::uoffset_t>(i))->vulnerability();
}

std::size_t PackageView::release_count() const { return size_of(root_->releases()); }

std::string_view PackageView::release_name(std::size_t release) const {
  if (release >= release_count()) return {};
  return text(root_->releases()->Get(static_cast<flatbuffers::uoffset_t>(release)));
}

std::size_t PackageView::release_index(std::size_t i) const {
  return root_->entries()->Get(static_cast<flatbuffers::uoffset_t>(i))->release();
}

std::string_view PackageView::text(std::uint32_t offset) const {
  const std::string_view pool = text_of(root_->pool());
  if (offset >= pool.size()) return {};
  const std::string_view rest = pool.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

StoredEntry PackageView::entry(std::size_t i) const {
  const store::Entry& raw = *root_->entries()->Get(static_cast<flatbuffers::uoffset_t>(i));
  const std::uint16_t flags = raw.flags();
  StoredEntry entry;
  entry.vulnerability = raw.vulnerability();
  entry.release = release_name(raw.release());
  entry.semver = (flags & kSemver) != 0;
  entry.native = (flags & kNative) != 0;
  const auto state = (flags >> kStateShift) & kThreeBits;
  if (state <= static_cast<int>(EntryState::NotAffected))
    entry.state = static_cast<EntryState>(state);
  const auto severity = static_cast<std::size_t>((flags >> kSeverityShift) & kThreeBits);
  if (severity >= 1 && severity <= kStoredSeverities.size())
    entry.severity = kStoredSeverities[severity - 1];
  if ((flags & kHasExtra) != 0) {
    read_extra(raw.bound(), entry);
  } else if (entry.state != EntryState::NotAffected) {
    const auto kind = std::min(flags & kEndKindMask, static_cast<int>(EndKind::LastAffected));
    entry.spans.push_back({{}, text(raw.bound()), static_cast<EndKind>(kind)});
  }
  return entry;
}

void PackageView::read_extra(std::uint32_t index, StoredEntry& into) const {
  if (index >= size_of(root_->extras())) return;
  const store::Extra& extra = *root_->extras()->Get(index);
  into.module = text(extra.rpm_module());
  const std::size_t all_spans = size_of(root_->spans());
  const std::size_t all_versions = size_of(root_->versions());
  const bool is_last = index + 1 == size_of(root_->extras());
  const std::size_t spans_end = is_last ? all_spans : root_->extras()->Get(index + 1)->first_span();
  const std::size_t versions_end =
      is_last ? all_versions : root_->extras()->Get(index + 1)->first_version();
  for (std::uint32_t i = extra.first_span(); i < std::min(spans_end, all_spans); ++i) {
    const store::Span& span = *root_->spans()->Get(i);
    const auto kind =
        std::min(span.end() >> kSpanKindShift, static_cast<std::uint32_t>(EndKind::LastAffected));
    into.spans.push_back(
        {text(span.introduced()), text(span.end() & kSpanEndMask), static_cast<EndKind>(kind)});
  }
  for (std::uint32_t i = extra.first_version(); i < std::min(versions_end, all_versions); ++i)
    into.versions.push_back(text(root_->versions()->Get(i)));
}

std::optional<VulnerabilityView> VulnerabilityView::of(Bytes bytes) {
  const auto* root = verified<store::Vulnerability>(bytes);
  if (root == nullptr) return std::nullopt;
  VulnerabilityView view;
  view.published_day = root->published();
  view.modified = root->modified();
  view.withdrawn = root->withdrawn();
  std::string_view rest = text_of(root->text());
  for (std::string_view& line : view.lines) {
    const std::size_t end = rest.find('\n');
    line = rest.substr(0, end);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return view;
}

std::vector<std::string_view> VulnerabilityView::items(TextLine which) const {
  const std::string_view text = line(which);
  return text.empty() ? std::vector<std::string_view>() : split(text, '\t');
}

std::vector<std::string> VulnerabilityView::references() const {
  std::vector<std::string> urls;
  for (const std::string_view url : items(TextLine::References)) {
    urls.emplace_back(url.starts_with(kOtherScheme) ? url : kImpliedScheme);
    if (!url.starts_with(kOtherScheme)) urls.back() += url;
  }
  return urls;
}

bool VulnerabilityView::is_osv() const { return line(TextLine::Source).starts_with("osv:"); }

std::optional<CveFact> decode_cve(Bytes bytes) {
  const auto* root = verified<store::Cve>(bytes);
  if (root == nullptr) return std::nullopt;
  CveFact fact;
  fact.epss = root->epss();
  fact.percentile = root->percentile();
  fact.kev_due = root->kev_due();
  fact.ransomware = root->ransomware();
  fact.vector = text_of(root->vector());
  fact.title = text_of(root->title());
  return fact;
}

std::optional<Meta> decode_meta(Bytes bytes) {
  const auto* root = verified<store::Meta>(bytes);
  if (root == nullptr) return std::nullopt;
  Meta meta;
  meta.schema = root->schema();
  meta.built = root->built();
  meta.starter_only = root->starter_only();
  meta.vulnerabilities = root->vulnerabilities();
  meta.packages = root->packages();
  meta.epss_date = text_of(root->epss_date());
  for (std::size_t i = 0; i < size_of(root->feeds()); ++i) {
    const store::Feed& feed = *root->feeds()->Get(static_cast<flatbuffers::uoffset_t>(i));
    meta.feeds.push_back({std::string(text_of(feed.id())), std::string(text_of(feed.origin())),
                          time_of(feed.fetched()), feed.records(), time_of(feed.modified())});
  }
  return meta;
}

std::vector<std::uint32_t> decode_numbers(Bytes bytes) {
  std::vector<std::uint32_t> numbers;
  ByteCursor in(bytes);
  while (in.remaining() >= 4) numbers.push_back(*in.u32_le());
  return numbers;
}

}  // namespace corten::advisory
