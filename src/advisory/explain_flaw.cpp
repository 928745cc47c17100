#include "advisory/internal/explain_flaw.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "advisory/ecosystems.h"
#include "advisory/internal/flaws.h"
#include "advisory/internal/prose.h"
#include "base/text.h"
#include "finding/cvss.h"

namespace corten::advisory {

namespace {

constexpr std::size_t kMaxToldReferences = 12;

void add_unique(std::vector<std::string>& into, std::string_view text) {
  if (!text.empty() && std::ranges::find(into, text) == into.end()) into.emplace_back(text);
}

std::string range_text(const SpanView& span) {
  const std::string from = span.introduced.empty() || span.introduced == "0"
                               ? std::string()
                               : fmt::format("{} to ", span.introduced);
  switch (span.kind) {
    case EndKind::Fixed:
      return fmt::format("{}below {}", from, span.end);
    case EndKind::Open:
      return from.empty() ? "all versions" : fmt::format("{} and later", span.introduced);
    default:
      return fmt::format("{}{}", from, span.end);
  }
}

// A hash as people write it.
std::string_view short_commit(std::string_view commit) { return commit.substr(0, 12); }

std::string commits_text(const SpanView& span) {
  std::string out = span.introduced.empty()
                        ? "all commits"
                        : fmt::format("commits since {}", short_commit(span.introduced));
  if (span.kind == EndKind::Fixed) out += fmt::format(", fixed in {}", short_commit(span.end));
  if (span.kind == EndKind::LastAffected) out += fmt::format(" to {}", short_commit(span.end));
  return out;
}

std::string versions_text(const StoredEntry& entry, bool by_commit) {
  std::vector<std::string> ranges;
  for (const SpanView& span : entry.spans)
    ranges.push_back(by_commit ? commits_text(span) : range_text(span));
  if (by_commit && !entry.versions.empty()) {
    ranges.push_back(fmt::format("{} to {}", entry.versions.front(), entry.versions.back()));
    if (entry.versions.size() == 1) ranges.back() = entry.versions.front();
  }
  return join(ranges, by_commit ? "; " : ", ");
}

std::string_view state_text(EntryState state) {
  switch (state) {
    case EntryState::NotFixed:
      return ", no fix yet";
    case EntryState::WillNotFix:
      return ", will not be fixed";
    case EntryState::Deferred:
      return ", a fix is put off";
    case EntryState::EndOfLife:
      return ", past its end of life";
    case EntryState::Undetermined:
      return ", if affected at all";
    case EntryState::Default:
    case EntryState::NotAffected:
      break;
  }
  return {};
}

void add_packages(std::string_view key, const PackageView& package,
                  const std::set<std::uint32_t>& numbers, std::vector<AffectedPackage>& into) {
  const auto parts = split_once(key.substr(1), '\t');
  if (!parts) return;
  for (std::size_t i = 0; i < package.size(); ++i) {
    if (!numbers.contains(package.vulnerability(i))) continue;
    const StoredEntry entry = package.entry(i);
    if (entry.state == EntryState::NotAffected) continue;
    std::string ecosystem(parts->first);
    if (!entry.release.empty()) ecosystem += fmt::format(":{}", entry.release);
    std::string versions = versions_text(entry, parts->first == kGitFamily);
    versions += state_text(entry.state);
    into.push_back({std::move(ecosystem), std::string(parts->second), std::move(versions)});
  }
}

void add_record(const VulnerabilityView& record, Explanation& into) {
  into.withdrawn = into.withdrawn && record.withdrawn;
  if (into.title.empty()) into.title = record.line(TextLine::Summary);
  add_unique(into.aliases, record.line(TextLine::Id));
  for (const std::string_view alias : record.items(TextLine::Aliases))
    add_unique(into.aliases, alias);
  if (record.published_day != 0) {
    std::string day = format_date(Time(std::chrono::days(record.published_day)));
    if (into.published.empty() || day < into.published) into.published = std::move(day);
  }
  for (const std::string_view text : record.items(TextLine::Ratings)) {
    const auto score = score_cvss(text);
    if (!score || into.severity) continue;
    into.severity = score->severity;
    into.score = score->score;
    into.vector = text;
  }
  for (const std::string& url : record.references()) {
    if (into.references.size() < kMaxToldReferences) add_unique(into.references, url);
  }
}

void add_cve(const CveFact& cve, std::string_view epss_date, Explanation& into) {
  if (into.title.empty()) into.title = cve.title;
  if (const auto score = score_cvss(cve.vector); score && !into.severity) {
    into.severity = score->severity;
    into.score = score->score;
    into.vector = cve.vector;
  }
  if (cve.kev_due != 0 && !into.kev) {
    into.kev = Kev{format_date(Time(std::chrono::days(cve.kev_due))), cve.ransomware};
  }
  if (cve.epss > 0 && !into.epss)
    into.epss = Epss{cve.epss, cve.percentile, std::string(epss_date)};
}

}  // namespace

std::optional<Explanation> explain_flaw(std::string_view id, const Snapshot& snapshot,
                                        std::string_view epss_date) {
  Lookup lookup(snapshot);
  Explanation out;
  out.id = id;
  std::set<std::uint32_t> numbers;
  if (const auto value = snapshot.get(id_key(id))) {
    const auto listed = decode_numbers(value->bytes());
    numbers.insert(listed.begin(), listed.end());
  }
  out.withdrawn = !numbers.empty();
  // Records of this flaw alone say more than errata that mend it among others.
  for (const VulnerabilityView* record : lookup.others(id)) {
    if (out.title.empty()) out.title = record->line(TextLine::Summary);
    for (const std::string& url : record->references()) {
      if (out.references.size() < kMaxToldReferences) add_unique(out.references, url);
    }
  }
  for (const std::uint32_t number : numbers) {
    if (const VulnerabilityView* record = lookup.vulnerability(number)) add_record(*record, out);
  }
  const CveFact* own = lookup.cve(id);
  if (numbers.empty() && own == nullptr) return std::nullopt;
  if (own != nullptr) add_cve(*own, epss_date, out);
  for (const std::string& alias : out.aliases) {
    if (const CveFact* cve = lookup.cve(alias)) add_cve(*cve, epss_date, out);
  }
  std::erase(out.aliases, out.id);
  std::ranges::sort(out.aliases);
  snapshot.each('p', [&](std::string_view key, Bytes stored) {
    const Value value(stored);
    if (const auto package = PackageView::of(value.bytes()))
      add_packages(key, *package, numbers, out.packages);
    return true;
  });
  std::ranges::sort(out.packages);
  const auto doubles = std::ranges::unique(out.packages);
  out.packages.erase(doubles.begin(), doubles.end());
  if (const std::string url = advisory_url(out.id); !url.empty())
    out.references.insert(out.references.begin(), url);
  return out;
}

}  // namespace corten::advisory
