// Bringing a database up to date with single records: a copy of the old file is changed where the
// records reach, compacted and renamed over it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "advisory/build.h"
#include "advisory/database.h"
#include "advisory/feeds/feeds.h"
#include "advisory/internal/build_internal.h"
#include "advisory/internal/store.h"
#include "advisory/internal/writer.h"

namespace corten::advisory {

namespace {

std::string_view family_of_key(std::string_view key) {
  key.remove_prefix(1);
  return key.substr(0, key.find('\t'));
}

std::uint32_t seconds_of(const std::optional<Time>& time) {
  const auto seconds = time ? time->time_since_epoch().count() : 0;
  return seconds > 0 && seconds <= UINT32_MAX ? static_cast<std::uint32_t>(seconds) : 0;
}

// What stands in the old file under one id.
struct Known {
  std::uint32_t number = 0;
  std::string source;
  std::uint32_t modified = 0;
};

class Delta {
 public:
  Delta(const Snapshot& old, Meta meta, std::string source, DeltaReport& report)
      : old_(old), meta_(std::move(meta)), source_(std::move(source)), report_(report) {}

  void replace(Record record) {
    const std::vector<Known> known = known_as(record.id);
    const std::uint32_t modified = seconds_of(record.modified);
    const auto own = std::ranges::find(known, source_, &Known::source);
    if (own != known.end() && own->modified > modified) {
      ++report_.stale;
      return;
    }
    // The same id in another ecosystem's export: what the newer record says of an ecosystem holds.
    for (const Known& other : known) {
      if (other.source == source_ || !other.source.starts_with("osv:")) continue;
      if (other.modified > modified) {
        yield_to(other.number, record);
      } else {
        for (const Affected& affected : record.affected)
          claimed_.emplace(other.number, affected.family);
      }
    }
    const bool is_new = own == known.end();
    if (is_new && record.affected.empty() && !record.withdrawn)
      return;  // says nothing of any package
    ++(is_new ? report_.added : report_.replaced);
    const std::uint32_t number = is_new ? meta_.next_vulnerability++ : own->number;
    if (is_new) ++meta_.vulnerabilities;
    if (!is_new) forget(number);
    newest_ = std::max(newest_, record.modified.value_or(Time{}));
    records_.insert_or_assign(number, std::move(record));
  }

  void remove(std::string_view id) {
    const std::vector<Known> known = known_as(id);
    const auto own = std::ranges::find(known, source_, &Known::source);
    if (own == known.end() || !removed_.insert(own->number).second) return;
    forget(own->number);
    --meta_.vulnerabilities;
    ++report_.removed;
  }

  Status write(TreeWriter& writer, Time now) {
    find_touched();
    CORTEN_CHECK(write_packages(writer));
    CORTEN_CHECK(write_ids(writer));
    for (const std::uint32_t number : removed_)
      CORTEN_CHECK(writer.remove(vulnerability_key(number)));
    for (const auto& [number, record] : records_) {
      CORTEN_CHECK(writer.put(vulnerability_key(number), encode_vulnerability(record)));
    }
    update_meta(now);
    return writer.put("m", encode_meta(meta_));
  }
  [[nodiscard]] const Meta& meta() const { return meta_; }

 private:
  std::vector<Known> known_as(std::string_view id) const {
    std::vector<Known> known;
    const auto value = old_.get(id_key(id));
    if (!value) return known;
    for (const std::uint32_t number : decode_numbers(value->bytes())) {
      const auto stored = old_.get_vulnerability(number);
      const auto view = stored ? VulnerabilityView::of(stored->bytes()) : std::nullopt;
      if (!view || view->line(TextLine::Id) != id) continue;
      known.push_back({number, std::string(view->line(TextLine::Source)), view->modified});
    }
    return known;
  }

  // Drops from `record` what a newer record of the same id says: the ecosystems in which that one
  // has entries.
  void yield_to(std::uint32_t number, Record& record) const {
    std::erase_if(record.affected, [&](const Affected& affected) {
      const auto value = old_.get(package_key(affected.family, affected.name));
      const auto package = value ? PackageView::of(value->bytes()) : std::nullopt;
      for (std::size_t i = 0; package && i < package->size(); ++i) {
        if (package->vulnerability(i) == number) return true;
      }
      return false;
    });
  }

  // All of an old record goes: its entries, and its names in the index.
  void forget(std::uint32_t number) {
    gone_.insert(number);
    const auto stored = old_.get_vulnerability(number);
    const auto view = stored ? VulnerabilityView::of(stored->bytes()) : std::nullopt;
    if (!view) return;
    std::vector<std::string_view> names = view->items(TextLine::Aliases);
    std::ranges::copy(view->items(TextLine::Upstream), std::back_inserter(names));
    names.push_back(view->line(TextLine::Id));
    for (const std::string_view name : names) old_names_[std::string(name)].insert(number);
  }

  [[nodiscard]] bool is_gone(std::uint32_t number, std::string_view family) const {
    return gone_.contains(number) ||
           (!claimed_.empty() && claimed_.contains({number, std::string(family)}));
  }

  // Records do not say which packages hold them: a scan of the map finds out, in a fraction of a
  // second.
  void find_touched() {
    old_.each('p', [&](std::string_view key, Bytes stored) {
      const Value value(stored);
      const auto package = PackageView::of(value.bytes());
      for (std::size_t i = 0; package && i < package->size(); ++i) {
        if (!is_gone(package->vulnerability(i), family_of_key(key))) continue;
        touched_[std::string(key)];
        break;
      }
      return true;
    });
    for (const auto& [number, record] : records_) {
      if (record.withdrawn) continue;
      for (const Affected& affected : record.affected) {
        touched_[package_key(affected.family, affected.name)].push_back(
            stored_entry(affected, number));
      }
    }
  }

  Status write_packages(TreeWriter& writer) {
    for (const auto& [key, added] : touched_) {
      const auto value = old_.get(key);
      const auto package = value ? PackageView::of(value->bytes()) : std::nullopt;
      std::vector<StoredEntry> entries;
      for (std::size_t i = 0; package && i < package->size(); ++i) {
        if (!is_gone(package->vulnerability(i), family_of_key(key)))
          entries.push_back(package->entry(i));
      }
      entries.insert(entries.end(), added.begin(), added.end());
      if (!value && !entries.empty()) ++meta_.packages;
      if (value && entries.empty()) --meta_.packages;
      CORTEN_CHECK(entries.empty() ? writer.remove(key) : writer.put(key, encode_package(entries)));
    }
    return {};
  }

  Status write_ids(TreeWriter& writer) {
    std::map<std::string, std::set<std::uint32_t>> index;
    const auto load = [&](const std::string& name) -> std::set<std::uint32_t>& {
      const auto [at, is_new] = index.try_emplace(name);
      const auto value = is_new ? old_.get(id_key(name)) : std::nullopt;
      if (value) {
        const auto numbers = decode_numbers(value->bytes());
        at->second.insert(numbers.begin(), numbers.end());
      }
      return at->second;
    };
    for (const auto& [name, numbers] : old_names_) {
      for (const std::uint32_t number : numbers) load(name).erase(number);
    }
    for (const auto& [number, record] : records_) {
      load(record.id).insert(number);
      for (const std::string& alias : record.aliases) load(alias).insert(number);
      for (const std::string& upstream : record.upstream) load(upstream).insert(number);
    }
    for (const auto& [name, numbers] : index) {
      const std::vector<std::uint32_t> list(numbers.begin(), numbers.end());
      CORTEN_CHECK(list.empty() ? writer.remove(id_key(name))
                                : writer.put(id_key(name), encode_numbers(list)));
    }
    return {};
  }

  void update_meta(Time now) {
    meta_.built = seconds_of(now);
    auto feed_info = std::ranges::find(meta_.feeds, source_, &FeedInfo::id);
    if (feed_info == meta_.feeds.end()) {
      meta_.feeds.push_back({source_, {}, {}, 0, {}});
      feed_info = meta_.feeds.end() - 1;
    }
    feed_info->fetched = now;
    feed_info->modified = std::max(feed_info->modified, newest_);
    feed_info->records += report_.added;
    feed_info->records -= std::min(feed_info->records, report_.removed);
  }

  const Snapshot& old_;
  Meta meta_;
  std::string source_;
  DeltaReport& report_;
  std::map<std::uint32_t, Record> records_;  // by number
  std::unordered_set<std::uint32_t> gone_;   // old entries of these numbers go
  std::set<std::pair<std::uint32_t, std::string>>
      claimed_;  // … and of these numbers in these families
  std::set<std::uint32_t> removed_;
  std::map<std::string, std::set<std::uint32_t>> old_names_;
  std::map<std::string, std::vector<StoredEntry>> touched_;  // keys, with the entries to add
  Time newest_{};
};

// The records by id, so that the last of several documents with one id counts.
std::map<std::string, Record> parse_records(std::span<const std::string> documents,
                                            const std::string& source, DeltaReport& report) {
  std::map<std::string, Record> records;
  JsonScratch scratch;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    FeedOutput output;
    const auto status = feed("osv").read(documents[i], {source, {}, {}}, scratch, output);
    if (!status)
      output.problems.push_back(fmt::format("record {}: {}", i + 1, describe(status.error())));
    for (const std::string& problem : output.problems)
      note_problem(report.problems, report.problem_count, problem);
    for (Record& record : output.records) records.insert_or_assign(record.id, std::move(record));
  }
  return records;
}

}  // namespace

Result<DeltaReport> apply_records(const std::filesystem::path& folder, std::string_view ecosystem,
                                  std::span<const std::string> records,
                                  std::span<const std::string> removed_ids,
                                  const BuildOptions& options) {
  const auto target = folder / kFileName;
  CORTEN_TRY(const Store store, Store::open(target));
  CORTEN_TRY(const Snapshot old, store.snapshot());
  DeltaReport report;
  const std::string source = "osv:" + std::string(ecosystem);
  Delta delta(old, store.meta(), source, report);
  std::map<std::string, Record> parsed = parse_records(records, source, report);
  for (const std::string& id : removed_ids) {
    if (!parsed.contains(id)) delta.remove(id);
  }
  for (auto& [id, record] : parsed) delta.replace(std::move(record));

  CORTEN_TRY(const WorkFolder work, WorkFolder::create(folder));
  CORTEN_CHECK(copy_tree(store.environment(), work.path() / "changed", Copy::Plain));
  CORTEN_TRY(TreeWriter writer, TreeWriter::open(work.path() / "changed"));
  CORTEN_CHECK(delta.write(writer, options.now));
  CORTEN_CHECK(writer.commit());
  CORTEN_CHECK(copy_tree(work.path() / "changed", work.path() / kFileName, Copy::Compact));
  CORTEN_CHECK(publish(work.path() / kFileName, target));
  std::error_code error;
  report.info = info_of(delta.meta(), target, std::filesystem::file_size(target, error));
  return report;
}

}  // namespace corten::advisory
