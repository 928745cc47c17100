// One ecosystem of OSV. Its export (all.zip) is fetched whole at first; later the bucket's list of
// changes says which records are newer than those here, and these few are fetched alone and kept
// in records/, where they stand for the export's. The list is read from its newest line to the
// first that is surely known.
#include <fmt/format.h>

#include <algorithm>

#include <array>
#include <unordered_map>

#include "advisory/ecosystems.h"
#include "advisory/internal/feed_check.h"
#include "advisory/internal/modified_ids.h"
#include "advisory/internal/update_internal.h"
#include "archive/zip.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

// An export is made while records still change: what is this much older than the newest known
// record is looked at again.
constexpr std::chrono::hours kOverlap{6};
// Records that a bucket drops without withdrawing them vanish with the next export.
constexpr std::chrono::hours kExportMaxAge{24 * 14};
constexpr std::size_t kMaxRecords = 2000;  // more are cheaper as one export
constexpr std::size_t kMinRecords = 20;    // … of a small ecosystem, whatever part of it that is
constexpr std::size_t kPartOfExport = 5;   // at most a fifth
// How much of the list is asked for, one after the other; then the whole. A hundred changes fit
// into the first.
constexpr auto kListHeads = std::to_array<std::uint64_t>({4 << 10, 64 << 10});
constexpr std::uint64_t kMaxRecord = std::uint64_t{64} << 20;
constexpr std::uint64_t kMaxEcosystemList = std::uint64_t{1} << 20;

// The bucket's list of changes, as far as it is new.
struct Changes {
  bool unchanged = false;  // the list is the one of the last time
  std::vector<ModifiedId> ids;
  FeedFile list;  // to remember once the records are here
};

enum class Step { Done, NeedsExport };

class EcosystemUpdate {
 public:
  EcosystemUpdate(UpdateWork& work, const std::string& ecosystem)
      : work_(work),
        ecosystem_(ecosystem),
        folder_(work.feeds / "osv" / ecosystem),
        export_path_(fmt::format("osv/{}/all.zip", ecosystem)),
        list_path_(fmt::format("osv/{}/modified_id.csv", ecosystem)) {
    update_.id = "osv:" + ecosystem;
  }

  FeedUpdate run() {
    if (Status done = bring_up_to_date(); !done) {
      update_.outcome = FeedOutcome::Failed;
      update_.error = std::move(done).error();
    }
    const FeedFile* file = work_.state.find(export_path_);
    std::error_code error;
    update_.has_copy = std::filesystem::exists(folder_ / "all.zip", error);
    if (file != nullptr) update_.checked = file->checked;
    if (const FeedFile* list = work_.state.find(list_path_)) {
      update_.checked = std::max(update_.checked, list->checked);
    }
    return std::move(update_);
  }

 private:
  Status bring_up_to_date() {
    const FeedFile* known = work_.state.find(export_path_);
    std::error_code error;
    const bool fresh = known != nullptr && std::filesystem::exists(folder_ / "all.zip", error) &&
                       work_.options.clock() - known->checked < kExportMaxAge;
    bool export_is_new = !fresh;
    if (export_is_new) CORTEN_CHECK(fetch_export());
    for (;;) {
      CORTEN_TRY(const Step step, follow_changes(export_is_new));
      if (step != Step::NeedsExport) break;
      export_is_new = true;
      CORTEN_CHECK(fetch_export());
    }
    return confirm();
  }

  Status fetch_export() {
    DownloadTask task;
    task.path = export_path_;
    task.urls = work_.places.urls("osv", ecosystem_ + "/all.zip");
    task.check = [&](const std::filesystem::path& file) {
      return check_osv_export(file, work_.options.jobs);
    };
    // The single records belong to the old export. Should the program end after this, the next
    // update has no list to go on from and fetches the export again.
    task.before_replace = [&]() -> Status {
      CORTEN_CHECK(work_.state.forget(list_path_));
      std::error_code error;
      std::filesystem::remove_all(records(), error);
      if (error) return fail(ErrorCode::Io, records().string() + ": " + error.message());
      return {};
    };
    CORTEN_TRY(const Download result, work_.fetcher.download(task));
    if (result == Download::Replaced) {
      update_.outcome = FeedOutcome::Fetched;
      update_.records = 0;
    }
    return {};
  }

  // export_is_new: it was just fetched, so that what cannot be had as records is not had at all.
  Result<Step> follow_changes(bool export_is_new) {
    const auto changes = read_changes();
    if (!changes) {
      // Without the list the export says what is new; it may be had from elsewhere.
      if (!export_is_new) return Step::NeedsExport;
      if (changes.error().code != ErrorCode::NotFound) {
        note(fmt::format("{}; only whole exports are used", describe(changes.error())));
      }
      return Step::Done;
    }
    if (changes->unchanged) return Step::Done;
    CORTEN_TRY(const auto wanted, newer_than_here(changes->ids));
    if (wanted.size() + kept_records() > most_records() && !wanted.empty()) {
      if (!export_is_new) return Step::NeedsExport;
      // The export lags behind the list by more than is worth fetching; the list is not remembered,
      // so that the next update looks again.
      note(fmt::format("{} newer records are not in the export yet", wanted.size()));
      return Step::Done;
    }
    for (const std::string& id : wanted) {
      const Status fetched = fetch_record(id);
      if (fetched) continue;
      if (!export_is_new) return Step::NeedsExport;
      if (fetched.error().code != ErrorCode::NotFound) return std::unexpected(fetched.error());
      note(fmt::format("{} is listed, but not to be had", id));
    }
    CORTEN_CHECK(work_.state.put(list_path_, changes->list));
    return Step::Done;
  }

  // Reads the head of the list, which is enough for a daily update, and more only where its times
  // do not reach back far enough. Of a whole list no more is read than needed.
  Result<Changes> read_changes() {
    for (std::size_t head = 0;; ++head) {
      ModifiedIdReader reader(known_since());
      Changes changes;
      CORTEN_TRY(const Streamed streamed, stream_list(reader, head));
      const HttpResponse& response = streamed.response;
      changes.unchanged = response.status == 304;
      if (changes.unchanged) return changes;
      CORTEN_CHECK(reader.status());
      const bool cut = response.status == 206 && !is_whole(response);
      if (cut && !reader.reached() && head < kListHeads.size()) continue;
      if (!reader.reached()) reader.finish();
      CORTEN_CHECK(reader.status());
      changes.ids = reader.ids();
      const auto header = [&](const char* name) {
        const auto at = response.headers.find(name);
        return at == response.headers.end() ? std::string() : at->second;
      };
      changes.list = {streamed.url,          header("etag"),          header("last-modified"), 0,
                      work_.options.clock(), newest_mark(changes.ids)};
      return changes;
    }
  }

  Result<Streamed> stream_list(ModifiedIdReader& reader, std::size_t head) {
    StreamTask task;
    task.urls = work_.places.urls("osv", ecosystem_ + "/modified_id.csv");
    task.headers = [&](const std::string& url) {
      std::vector<std::string> headers;
      if (head < kListHeads.size())
        headers.push_back(fmt::format("Range: bytes=0-{}", kListHeads[head] - 1));
      const FeedFile* list = work_.state.find(list_path_);
      if (list == nullptr || list->url != url) return headers;
      if (!list->etag.empty()) {
        headers.push_back("If-None-Match: " + list->etag);
      } else if (!list->last_modified.empty()) {
        headers.push_back("If-Modified-Since: " + list->last_modified);
      }
      return headers;
    };
    task.restart = [&] { reader = ModifiedIdReader(known_since()); };
    task.sink = [&](Bytes bytes) { return reader.feed(bytes); };
    return work_.fetcher.stream(task);
  }

  // "bytes 0-99/100": did the range cover the file?
  static bool is_whole(const HttpResponse& response) {
    const auto at = response.headers.find("content-range");
    if (at == response.headers.end()) return false;
    const auto parts = split_once(at->second, '/');
    const auto last = parts ? split_once(parts->first, '-') : std::nullopt;
    const auto size = parts ? parse_number<std::uint64_t>(parts->second) : std::nullopt;
    const auto end = last ? parse_number<std::uint64_t>(last->second) : std::nullopt;
    return size && end && *end + 1 == *size;
  }

  [[nodiscard]] std::optional<Time> mark_of(const std::string& path) const {
    const FeedFile* file = work_.state.find(path);
    return file == nullptr ? std::nullopt : parse_time(file->mark);
  }
  [[nodiscard]] Time known_since() const {
    const auto list = mark_of(list_path_);
    return list.value_or(mark_of(export_path_).value_or(Time{} + kOverlap)) - kOverlap;
  }
  // An empty list says nothing about time: what was known stays.
  [[nodiscard]] std::string newest_mark(const std::vector<ModifiedId>& ids) const {
    Time newest = known_since() + kOverlap;
    for (const ModifiedId& id : ids) newest = std::max(newest, id.modified);
    return format_time(newest);
  }

  // Those of the listed records whose copy here, single or in the export, is older or absent.
  Result<std::vector<std::string>> newer_than_here(const std::vector<ModifiedId>& ids) {
    std::vector<std::string> wanted;
    if (ids.empty() && export_members_ != 0) return wanted;
    CORTEN_TRY(const Fd fd, open_for_reading(folder_ / "all.zip"));
    CORTEN_TRY(const archive::ZipReader zip, archive::ZipReader::open(fd.get()));
    export_members_ = zip.size();
    std::unordered_map<std::string_view, std::size_t> members;
    for (std::size_t i = 0; i < zip.size() && !ids.empty(); ++i) members[zip.member(i).name] = i;
    JsonScratch scratch;
    for (const ModifiedId& listed : ids) {
      std::string content;
      const std::string name = listed.id + ".json";
      const auto single = read_file(records() / name, kMaxRecord);
      const auto member = members.find(name);
      if (single) {
        content = *single;
      } else if (member == members.end() || !zip.read(member->second, content)) {
        wanted.push_back(listed.id);
        continue;
      }
      const auto modified = modified_of_record(content, scratch);
      if (!modified || *modified < listed.modified) wanted.push_back(listed.id);
    }
    return wanted;
  }

  Status fetch_record(const std::string& id) {
    const std::string name = id + ".json";
    CORTEN_TRY(const std::string content,
               work_.fetcher.text(work_.places.urls("osv", ecosystem_ + "/" + name), kMaxRecord));
    if (Status fit = check_record(content, id, scratch_); !fit)
      return in_context(std::move(fit).error(), id);
    std::error_code error;
    std::filesystem::create_directories(records(), error);
    CORTEN_CHECK(write_file_atomically(records() / name, content));
    ++update_.records;
    update_.outcome = FeedOutcome::Fetched;
    return {};
  }

  // The ecosystem is as its server has it now. The time of the export itself is what its renewal
  // goes by, so only the list's is moved on.
  Status confirm() {
    const FeedFile* list = work_.state.find(list_path_);
    if (list == nullptr) return {};
    FeedFile confirmed = *list;
    confirmed.checked = work_.options.clock();
    return work_.state.put(list_path_, std::move(confirmed));
  }

  [[nodiscard]] std::filesystem::path records() const { return folder_ / "records"; }
  [[nodiscard]] std::size_t kept_records() const {
    std::error_code error;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator it(records(), error), end; !error && it != end;
         it.increment(error)) {
      ++count;
    }
    return count;
  }
  [[nodiscard]] std::size_t most_records() const {
    return std::min(kMaxRecords, std::max(kMinRecords, export_members_ / kPartOfExport));
  }
  void note(const std::string& text) const {
    std::string line = printable(fmt::format("osv:{}: {}", ecosystem_, text));
    if (std::ranges::find(work_.notes, line) == work_.notes.end())
      work_.notes.push_back(std::move(line));
  }

  UpdateWork& work_;
  std::string ecosystem_;
  std::filesystem::path folder_;
  std::string export_path_;
  std::string list_path_;
  std::size_t export_members_ = 0;
  JsonScratch scratch_;
  FeedUpdate update_;
};

}  // namespace

FeedUpdate update_ecosystem(UpdateWork& work, const std::string& ecosystem) {
  return EcosystemUpdate(work, ecosystem).run();
}

bool is_ecosystem_name(std::string_view name) {
  constexpr std::size_t kMaxName = 100;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(" ._-+").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= kMaxName && name.front() != '.' &&
         std::ranges::all_of(name, is_allowed);
}

EcosystemList ecosystems_to_update(UpdateWork& work) {
  EcosystemList list;
  list.names = work.options.ecosystems;
  if (!list.names.empty()) return list;
  const auto text = work.fetcher.text(work.places.urls("osv", "ecosystems.txt"), kMaxEcosystemList);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (const auto line = next_line(rest)) {
    if (is_ecosystem_name(trim(*line))) list.names.emplace_back(trim(*line));
  }
  if (list.names.empty()) {
    const std::string base = work.places.base("osv");
    for (const std::string& name : local_names(base)) {
      std::error_code error;
      const auto folder = path_of_file_url(base);
      if (is_ecosystem_name(name) && folder &&
          std::filesystem::exists(*folder / name / "all.zip", error)) {
        list.names.push_back(name);
      }
    }
  }
  if (list.names.empty()) {
    list.guessed = true;
    for (const Ecosystem& known : ecosystems()) list.names.emplace_back(known.family);
  }
  std::ranges::sort(list.names);
  const auto repeated = std::ranges::unique(list.names);
  list.names.erase(repeated.begin(), repeated.end());
  return list;
}

}  // namespace corten::advisory
