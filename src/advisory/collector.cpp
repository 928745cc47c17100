#include "advisory/internal/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

#include "advisory/internal/layout.h"
#include "base/parallel.h"

namespace corten::advisory {

namespace {

constexpr std::size_t kPackagesPerTask = 512;
constexpr std::size_t kTasksInFlight = 16;  // bounds the memory of values that wait to be written

std::uint64_t pair_of(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32) | b; }

std::uint32_t size_of(const auto& vector) { return static_cast<std::uint32_t>(vector.size()); }

// Eight bytes of a text from `at` on, as a number of the same order.
std::uint64_t word_of(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, std::min(text.size() - at, sizeof word));
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

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

void Collector::add(Batch&& batch) {
  const CompactRecords& from = batch.compact_;
  const std::vector<std::uint32_t> strings = all_.strings.add_all(from.strings);
  for (const CompactVulnerability& record : from.vulnerabilities) {
    CompactVulnerability own = record;
    own.id = strings[record.id];
    own.source = strings[record.source];
    const std::uint32_t index = size_of(all_.vulnerabilities);
    if (!own.osv) {
      const auto [at, is_new] = merged_.try_emplace(pair_of(own.source, own.id), index);
      if (!is_new) {
        add_rows(record, from, strings, at->second);
        continue;
      }
    }
    own.first_name = size_of(all_.names);
    for (std::uint32_t i = 0; i < record.names; ++i)
      all_.names.push_back(strings[from.names[record.first_name + i]]);
    own.first_family = size_of(all_.families);
    for (std::uint32_t i = 0; i < record.families; ++i)
      all_.families.push_back(strings[from.families[record.first_family + i]]);
    all_.vulnerabilities.push_back(own);
    add_rows(record, from, strings, index);
  }
  arenas_.push_back(std::move(batch.arena_));
}

void Collector::add_rows(const CompactVulnerability& vulnerability, const CompactRecords& from,
                         std::span<const std::uint32_t> strings, std::uint32_t index) {
  for (std::uint32_t i = 0; i < vulnerability.rows; ++i) {
    CompactRow row = from.rows[vulnerability.first_row + i];
    row.key = strings[row.key];
    row.family = strings[row.family];
    row.vulnerability = index;
    row.release = strings[row.release];
    if (!row.has_extra) {
      row.bound = strings[row.bound];
      all_.rows.push_back(row);
      continue;
    }
    const CompactExtra& extra = from.extras[row.bound];
    row.bound = size_of(all_.extras);
    all_.extras.push_back({size_of(all_.spans), extra.spans, size_of(all_.versions), extra.versions,
                           strings[extra.module]});
    for (std::uint32_t s = 0; s < extra.spans; ++s) {
      const CompactSpan& span = from.spans[extra.first_span + s];
      all_.spans.push_back({strings[span.introduced], strings[span.end], span.kind});
    }
    for (std::uint32_t v = 0; v < extra.versions; ++v)
      all_.versions.push_back(strings[from.versions[extra.first_version + v]]);
    all_.rows.push_back(row);
  }
}

// Among OSV records of one id, the newest claims the ecosystems that it names; older ones keep what
// is left.
void Collector::drop_superseded() {
  std::vector<std::uint32_t> indices;
  for (std::uint32_t i = 0; i < all_.vulnerabilities.size(); ++i) {
    if (all_.vulnerabilities[i].osv) indices.push_back(i);
  }
  std::ranges::sort(indices, [&](std::uint32_t a, std::uint32_t b) {
    const CompactVulnerability& left = all_.vulnerabilities[a];
    const CompactVulnerability& right = all_.vulnerabilities[b];
    if (left.id != right.id) return left.id < right.id;
    return left.modified != right.modified ? left.modified > right.modified : a < b;
  });
  std::unordered_set<std::uint32_t> claimed;
  for (std::size_t i = 1; i < indices.size(); ++i) {
    CompactVulnerability& vulnerability = all_.vulnerabilities[indices[i]];
    const CompactVulnerability& newer = all_.vulnerabilities[indices[i - 1]];
    if (newer.id != vulnerability.id) {
      claimed.clear();
      continue;
    }
    const auto families = [&](const CompactVulnerability& of) {
      return std::span(all_.families).subspan(of.first_family, of.families);
    };
    for (const std::uint32_t family : families(newer)) claimed.insert(family);
    std::size_t lost = 0;
    for (const std::uint32_t family : families(vulnerability)) {
      if (!claimed.contains(family)) continue;
      superseded_.insert(pair_of(indices[i], family));
      ++lost;
    }
    vulnerability.dropped = lost == vulnerability.families;
  }
  if (superseded_.empty()) return;
  std::erase_if(all_.rows, [&](const CompactRow& row) {
    return superseded_.contains(pair_of(row.vulnerability, row.family));
  });
}

std::vector<std::uint32_t> Collector::by_text(std::vector<std::uint32_t> strings) const {
  // The words tell nearly all ids apart, so that the texts are seldom looked at.
  struct Item {
    std::uint64_t first;
    std::uint64_t second;
    std::uint32_t string;
  };
  std::vector<bool> seen(all_.strings.size());
  std::vector<Item> items;
  for (const std::uint32_t string : strings) {
    if (seen[string]) continue;
    seen[string] = true;
    const std::string_view text = all_.strings.text(string);
    items.push_back({word_of(text, 0), word_of(text, sizeof(std::uint64_t)), string});
  }
  std::ranges::sort(items, [&](const Item& a, const Item& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return all_.strings.text(a.string) < all_.strings.text(b.string);
  });
  strings.clear();
  for (const Item& item : items) strings.push_back(item.string);
  return strings;
}

void Collector::number_vulnerabilities() {
  names_ = by_text(all_.names);
  std::vector<std::uint32_t> rank(all_.strings.size());
  for (std::uint32_t i = 0; i < names_.size(); ++i) rank[names_[i]] = i;
  order_.resize(all_.vulnerabilities.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::erase_if(order_, [&](std::uint32_t i) { return all_.vulnerabilities[i].dropped; });
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    const CompactVulnerability& left = all_.vulnerabilities[a];
    const CompactVulnerability& right = all_.vulnerabilities[b];
    if (left.id != right.id) return rank[left.id] < rank[right.id];
    if (left.source == right.source) return a < b;
    return all_.strings.text(left.source) < all_.strings.text(right.source);
  });
  numbers_.resize(all_.vulnerabilities.size());
  for (std::uint32_t number = 0; number < order_.size(); ++number)
    numbers_[order_[number]] = number;
}

// Brings the rows of each package together, packages by key, in order of arrival within one.
void Collector::group_rows() {
  std::vector<std::uint32_t> keys;
  keys.reserve(all_.rows.size());
  for (const CompactRow& row : all_.rows) keys.push_back(row.key);
  keys = by_text(std::move(keys));
  std::vector<std::size_t> at(all_.strings.size());
  for (const CompactRow& row : all_.rows) ++at[row.key];
  packages_.clear();
  std::size_t first = 0;
  for (const std::uint32_t key : keys) {
    packages_.push_back({key, first});
    first += std::exchange(at[key], first);
  }
  packages_.push_back({0, first});
  std::vector<CompactRow> grouped(all_.rows.size());
  for (const CompactRow& row : all_.rows) grouped[at[row.key]++] = row;
  all_.rows = std::move(grouped);
}

void Collector::sort_entries(std::span<CompactRow> rows) const {
  const auto less = [&](const CompactRow& a, const CompactRow& b) {
    if (a.release != b.release) return all_.strings.text(a.release) < all_.strings.text(b.release);
    return a.vulnerability < b.vulnerability;
  };
  std::ranges::stable_sort(rows, less);
}

void Collector::fill(const CompactRow& row, StoredEntry& entry) const {
  entry.vulnerability = row.vulnerability;
  entry.release = all_.strings.text(row.release);
  entry.state = row.state;
  entry.semver = row.semver;
  entry.native = row.native;
  entry.severity.reset();
  if (row.severity >= 0) entry.severity = static_cast<Severity>(row.severity);
  entry.module = {};
  entry.spans.clear();
  entry.versions.clear();
  if (!row.has_extra) {
    if (row.state != EntryState::NotAffected)
      entry.spans.push_back({{}, all_.strings.text(row.bound), row.kind});
    return;
  }
  const CompactExtra& extra = all_.extras[row.bound];
  entry.module = all_.strings.text(extra.module);
  for (std::uint32_t i = 0; i < extra.spans; ++i) {
    const CompactSpan& span = all_.spans[extra.first_span + i];
    entry.spans.push_back(
        {all_.strings.text(span.introduced), all_.strings.text(span.end), span.kind});
  }
  for (std::uint32_t i = 0; i < extra.versions; ++i)
    entry.versions.push_back(all_.strings.text(all_.versions[extra.first_version + i]));
}

Collector::Encoded Collector::encode(std::span<const PackageRows> packages) {
  Encoded out;
  PackageEncoder encoder;
  StoredEntry entry;
  for (std::size_t i = 0; i + 1 < packages.size(); ++i) {
    const std::size_t first = packages[i].first;
    const auto rows = std::span(all_.rows).subspan(first, packages[i + 1].first - first);
    for (CompactRow& row : rows) row.vulnerability = numbers_[row.vulnerability];
    sort_entries(rows);
    for (const CompactRow& row : rows) {
      fill(row, entry);
      encoder.add(entry);
    }
    out.bytes += encoder.finish();
    out.packages.emplace_back(packages[i].key, out.bytes.size());
  }
  return out;
}

Status Collector::write_cves(TreeWriter& writer) {
  // The NVD's text is kept only where it will be the title: in feeds that give ids alone.
  std::unordered_set<std::string_view> untitled;
  for (const std::uint32_t i : order_) {
    if (!all_.vulnerabilities[i].titled) {
      untitled.insert(all_.strings.text(all_.vulnerabilities[i].id));
    }
  }
  for (auto& [id, fact] : cves_) {
    if (!fact.title.empty() && !untitled.contains(fmt::format("CVE-{}-{:04}", id.year, id.number)))
      fact.title.clear();
    if (fact.vector.empty() && fact.title.empty() && fact.kev_due == 0 && fact.percentile == 0 &&
        fact.epss == 0) {
      continue;
    }
    CORTEN_CHECK(writer.append(cve_key(id), encode_cve(fact)));
  }
  return {};
}

Status Collector::write_ids(TreeWriter& writer) {
  // Numbers by name: counted, then filled in ascending order.
  std::vector<std::uint32_t> ends(all_.strings.size());
  const auto each_name = [&](auto&& visit) {
    for (std::uint32_t number = 0; number < order_.size(); ++number) {
      const CompactVulnerability& vulnerability = all_.vulnerabilities[order_[number]];
      for (std::uint32_t i = 0; i < vulnerability.names; ++i)
        visit(all_.names[vulnerability.first_name + i], number);
    }
  };
  each_name([&](std::uint32_t name, std::uint32_t /*number*/) { ++ends[name]; });
  std::uint32_t total = 0;
  for (const std::uint32_t name : names_) total += std::exchange(ends[name], total);
  std::vector<std::uint32_t> numbers(total);
  each_name([&](std::uint32_t name, std::uint32_t number) { numbers[ends[name]++] = number; });
  std::uint32_t first = 0;
  std::string key;
  for (const std::uint32_t name : names_) {
    const auto begin = numbers.begin() + first;
    const auto end = numbers.begin() + ends[name];
    first = ends[name];
    if (begin == end) continue;  // only dropped records have this name
    key = id_key(all_.strings.text(name));
    CORTEN_CHECK(writer.append(key, encode_numbers({begin, std::unique(begin, end)})));
  }
  return {};
}

// Encodes up to kTasksInFlight parts of the packages from `first` on.
std::vector<Collector::Encoded> Collector::encode_from(std::size_t first, std::size_t jobs) {
  const std::size_t count = packages_.size() - 1;
  const std::size_t parts = (count - first + kPackagesPerTask - 1) / kPackagesPerTask;
  std::vector<Encoded> encoded(std::min(parts, kTasksInFlight));
  parallel_for(encoded.size(), jobs, [&](std::size_t i) {
    const std::size_t begin = first + i * kPackagesPerTask;
    const std::size_t wanted = std::min(kPackagesPerTask, count - begin);
    encoded[i] = encode(std::span(packages_).subspan(begin, wanted + 1));
  });
  return encoded;
}

Status Collector::write_packages(TreeWriter& writer, std::span<const Encoded> parts) {
  for (const Encoded& part : parts) {
    std::size_t begin = 0;
    for (const auto& [key, end] : part.packages) {
      const auto value = std::string_view(part.bytes).substr(begin, end - begin);
      CORTEN_CHECK(writer.append(all_.strings.text(key), value));
      begin = end;
    }
  }
  return {};
}

Status Collector::write_vulnerabilities(TreeWriter& writer) {
  for (std::uint32_t number = 0; number < order_.size(); ++number) {
    CORTEN_CHECK(
        writer.append(vulnerability_key(number), all_.vulnerabilities[order_[number]].value));
  }
  return {};
}

Status Collector::write_before_packages(TreeWriter& writer, const Meta& meta) {
  CORTEN_CHECK(write_cves(writer));
  CORTEN_CHECK(write_ids(writer));
  return writer.append("m", encode_meta(meta));
}

Status Collector::write(TreeWriter& writer, Meta& meta, std::size_t jobs) {
  drop_superseded();
  parallel_for(2, jobs, [&](std::size_t i) {
    if (i == 0) number_vulnerabilities();
    if (i == 1) group_rows();
  });
  meta.vulnerabilities = size_of(order_);
  meta.packages = static_cast<std::uint32_t>(packages_.size() - 1);
  // One thread writes; others encode what comes next.
  std::vector<Encoded> encoded;
  std::size_t next = 0;
  const auto write_and_encode = [&](auto&& write_some) {
    Status written;
    std::vector<Encoded> following;
    parallel_for(2, jobs, [&](std::size_t i) {
      if (i == 0) written = write_some();
      if (i == 1) following = encode_from(next, jobs > 1 ? jobs - 1 : 1);
    });
    next = std::min(next + kPackagesPerTask * kTasksInFlight, packages_.size() - 1);
    encoded = std::move(following);
    return written;
  };
  CORTEN_CHECK(write_and_encode([&] { return write_before_packages(writer, meta); }));
  while (!encoded.empty())
    CORTEN_CHECK(write_and_encode([&] { return write_packages(writer, encoded); }));
  return write_vulnerabilities(writer);
}

}  // namespace corten::advisory
