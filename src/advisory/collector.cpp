#include "advisory/internal/collector.h"

#include <algorithm>
#include <numeric>

#include "advisory/internal/sort_stably.h"
#include "advisory/internal/store.h"

namespace corten::advisory {

namespace {

std::uint64_t pair_of(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32) | b; }

std::string_view family_of(std::string_view key) { return key.substr(0, key.find('\t')); }

std::uint32_t seconds_of(const std::optional<Time>& time) {
  const auto seconds = time ? time->time_since_epoch().count() : 0;
  return seconds > 0 && seconds <= UINT32_MAX ? static_cast<std::uint32_t>(seconds) : 0;
}

// Views into an encoded vulnerability, whose string memory is aligned for it.
VulnerabilityView view_of(const std::string& value, std::optional<Value>& keep) {
  keep.emplace(as_bytes(value));
  return VulnerabilityView::of(keep->bytes()).value_or(VulnerabilityView{});
}

}  // namespace

std::uint32_t Interner::add(std::string_view text) {
  const auto at = numbers_.find(text);
  if (at != numbers_.end()) return at->second;
  const auto number = static_cast<std::uint32_t>(texts_.size());
  numbers_.emplace(texts_.emplace_back(text), number);
  return number;
}

void merge(CveFact& into, CveFact&& from) {
  into.id = from.id;
  if (from.percentile > 0 || from.epss > 0) {
    into.epss = from.epss;
    into.percentile = from.percentile;
  }
  if (from.kev_due != 0) {
    into.kev_due = from.kev_due;
    into.ransomware = from.ransomware;
  }
  if (!from.vector.empty()) into.vector = std::move(from.vector);
  if (!from.title.empty()) into.title = std::move(from.title);
}

void Collector::add(CveFact&& fact) { merge(cves_[fact.id], std::move(fact)); }

void Collector::add(Record&& record) {
  const std::uint32_t id = strings_.add(record.id);
  const std::uint32_t source = strings_.add(record.source);
  const bool osv = record.source.starts_with("osv:");
  auto index = static_cast<std::uint32_t>(vulnerabilities_.size());
  if (!osv) {
    const auto [at, is_new] = merged_.try_emplace(pair_of(source, id), index);
    index = at->second;
    if (!is_new) {
      add_rows(record, index);
      return;
    }
  }
  Vulnerability& vulnerability = vulnerabilities_.emplace_back();
  vulnerability.id = id;
  vulnerability.source = source;
  vulnerability.osv = osv;
  vulnerability.modified = seconds_of(record.modified);
  vulnerability.titled = !record.summary.empty();
  vulnerability.value = encode_vulnerability(record);
  for (const Affected& affected : record.affected) {
    const std::uint32_t family = strings_.add(affected.family);
    if (std::ranges::find(vulnerability.families, family) == vulnerability.families.end()) {
      vulnerability.families.push_back(family);
    }
  }
  if (!record.withdrawn) add_rows(record, index);
}

void Collector::add_rows(const Record& record, std::uint32_t index) {
  for (const Affected& affected : record.affected) {
    Row row;
    row.key = keys_.add(affected.family + '\t' + affected.name);
    row.vulnerability = index;
    row.release = strings_.add(affected.release);
    row.state = affected.state;
    row.semver = affected.semver;
    row.native = !record.source.starts_with("osv:");
    if (affected.severity) row.severity = static_cast<std::int8_t>(*affected.severity);
    const bool plain = affected.spans.size() == 1 && affected.spans[0].introduced.empty() &&
                       affected.versions.empty() && affected.module.empty();
    if (plain) {
      row.bound = strings_.add(affected.spans[0].end);
      row.kind = affected.spans[0].kind;
    } else {
      row.has_extra = true;
      row.bound = static_cast<std::uint32_t>(extras_.size());
      Extra& extra = extras_.emplace_back();
      extra.module = strings_.add(affected.module);
      for (const Span& span : affected.spans) {
        extra.spans.push_back({strings_.add(span.introduced), strings_.add(span.end), span.kind});
      }
      for (const std::string& version : affected.versions)
        extra.versions.push_back(strings_.add(version));
    }
    row.sequence = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back(row);
  }
}

// Among OSV records of one id, the newest claims the ecosystems that it names; older ones keep what
// is left.
void Collector::drop_superseded() {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_id;
  for (std::uint32_t i = 0; i < vulnerabilities_.size(); ++i) {
    if (vulnerabilities_[i].osv) by_id[vulnerabilities_[i].id].push_back(i);
  }
  for (auto& [id, indices] : by_id) {
    if (indices.size() < 2) continue;
    sort_stably(indices, [&](std::uint32_t a, std::uint32_t b) {
      return vulnerabilities_[a].modified > vulnerabilities_[b].modified;
    });
    std::unordered_set<std::uint32_t> claimed;
    bool first = true;
    for (const std::uint32_t index : indices) {
      Vulnerability& vulnerability = vulnerabilities_[index];
      std::size_t lost = 0;
      for (const std::uint32_t family : vulnerability.families) {
        if (claimed.insert(family).second) continue;
        superseded_.insert(pair_of(index, family));
        ++lost;
      }
      vulnerability.dropped = !first && lost == vulnerability.families.size();
      first = false;
    }
  }
  if (superseded_.empty()) return;
  std::erase_if(rows_, [&](const Row& row) {
    const std::uint32_t family = strings_.add(family_of(keys_.text(row.key)));
    return superseded_.contains(pair_of(row.vulnerability, family));
  });
}

void Collector::number_vulnerabilities() {
  order_.resize(vulnerabilities_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::erase_if(order_, [&](std::uint32_t i) { return vulnerabilities_[i].dropped; });
  sort_stably(order_, [&](std::uint32_t a, std::uint32_t b) {
    const Vulnerability& left = vulnerabilities_[a];
    const Vulnerability& right = vulnerabilities_[b];
    if (left.id != right.id) return strings_.text(left.id) < strings_.text(right.id);
    return strings_.text(left.source) < strings_.text(right.source);
  });
  std::vector<std::uint32_t> numbers(vulnerabilities_.size());
  for (std::uint32_t number = 0; number < order_.size(); ++number) numbers[order_[number]] = number;
  for (Row& row : rows_) row.vulnerability = numbers[row.vulnerability];
}

void Collector::sort_rows() {
  std::vector<std::uint32_t> by_text(keys_.size());
  std::iota(by_text.begin(), by_text.end(), 0U);
  std::ranges::sort(by_text, {}, [&](std::uint32_t key) { return keys_.text(key); });
  std::vector<std::uint32_t> rank(keys_.size());
  for (std::uint32_t i = 0; i < by_text.size(); ++i) rank[by_text[i]] = i;
  std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
    if (a.key != b.key) return rank[a.key] < rank[b.key];
    if (a.release != b.release) return strings_.text(a.release) < strings_.text(b.release);
    if (a.vulnerability != b.vulnerability) return a.vulnerability < b.vulnerability;
    return a.sequence < b.sequence;
  });
}

StoredEntry Collector::entry_of(const Row& row) const {
  StoredEntry entry;
  entry.vulnerability = row.vulnerability;
  entry.release = strings_.text(row.release);
  entry.state = row.state;
  entry.semver = row.semver;
  entry.native = row.native;
  if (row.severity >= 0) entry.severity = static_cast<Severity>(row.severity);
  if (!row.has_extra) {
    entry.spans.push_back({{}, strings_.text(row.bound), row.kind});
    return entry;
  }
  const Extra& extra = extras_[row.bound];
  entry.module = strings_.text(extra.module);
  for (const SpanIds& span : extra.spans) {
    entry.spans.push_back({strings_.text(span.introduced), strings_.text(span.end), span.kind});
  }
  for (const std::uint32_t version : extra.versions)
    entry.versions.push_back(strings_.text(version));
  return entry;
}

Status Collector::write_cves(TreeWriter& writer) {
  // The NVD's text is kept only where it will be the title: in feeds that give ids alone.
  std::unordered_set<std::string_view> untitled;
  for (const std::uint32_t i : order_) {
    if (!vulnerabilities_[i].titled) untitled.insert(strings_.text(vulnerabilities_[i].id));
  }
  for (auto& [id, fact] : cves_) {
    if (!fact.title.empty()) {
      std::string name = std::to_string(id.number);
      if (name.size() < 4) name.insert(0, 4 - name.size(), '0');
      if (!untitled.contains("CVE-" + std::to_string(id.year) + "-" + name)) fact.title.clear();
    }
    if (fact.vector.empty() && fact.title.empty() && fact.kev_due == 0 && fact.percentile == 0 &&
        fact.epss == 0) {
      continue;
    }
    CORTEN_CHECK(writer.append(cve_key(id), encode_cve(fact)));
  }
  return {};
}

Status Collector::write_ids(TreeWriter& writer) {
  std::vector<std::pair<std::string, std::uint32_t>> names;
  for (std::uint32_t number = 0; number < order_.size(); ++number) {
    std::optional<Value> keep;
    const VulnerabilityView view = view_of(vulnerabilities_[order_[number]].value, keep);
    names.emplace_back(view.line(TextLine::Id), number);
    for (const auto alias : view.items(TextLine::Aliases)) names.emplace_back(alias, number);
    for (const auto upstream : view.items(TextLine::Upstream)) names.emplace_back(upstream, number);
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  for (std::size_t i = 0; i < names.size();) {
    std::vector<std::uint32_t> numbers;
    const std::size_t first = i;
    for (; i < names.size() && names[i].first == names[first].first; ++i)
      numbers.push_back(names[i].second);
    CORTEN_CHECK(writer.append(id_key(names[first].first), encode_numbers(numbers)));
  }
  return {};
}

Status Collector::write_packages(TreeWriter& writer) {
  for (std::size_t i = 0; i < rows_.size();) {
    const std::uint32_t key = rows_[i].key;
    std::vector<StoredEntry> entries;
    for (; i < rows_.size() && rows_[i].key == key; ++i) entries.push_back(entry_of(rows_[i]));
    CORTEN_CHECK(writer.append("p" + std::string(keys_.text(key)), encode_package(entries)));
  }
  return {};
}

Status Collector::write_vulnerabilities(TreeWriter& writer) {
  for (std::uint32_t number = 0; number < order_.size(); ++number) {
    CORTEN_CHECK(writer.append(vulnerability_key(number), vulnerabilities_[order_[number]].value));
  }
  return {};
}

Status Collector::write(TreeWriter& writer, Meta& meta) {
  drop_superseded();
  number_vulnerabilities();
  sort_rows();
  meta.vulnerabilities = static_cast<std::uint32_t>(order_.size());
  std::unordered_set<std::uint32_t> keys;
  for (const Row& row : rows_) keys.insert(row.key);
  meta.packages = static_cast<std::uint32_t>(keys.size());
  CORTEN_CHECK(write_cves(writer));
  CORTEN_CHECK(write_ids(writer));
  CORTEN_CHECK(writer.append("m", encode_meta(meta)));
  CORTEN_CHECK(write_packages(writer));
  return write_vulnerabilities(writer);
}

}  // namespace corten::advisory
