// The feeds other than OSV: one file, one a year, or one for each release and repository.
#include <fmt/format.h>

#include <algorithm>

#include <array>

#include "advisory/internal/feed_check.h"
#include "advisory/internal/update_internal.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr std::uint64_t kMaxIndex = std::uint64_t{4} << 20;

// A feed of one file: what reads it, the names it goes by at its publisher, in mirrors and on disk
// (the last), and how a dated file of a local folder is recognized.
struct FileFeed {
  std::string_view id;
  std::string_view reader;
  std::string_view family;
  std::array<std::string_view, 2> names;
  std::string_view part;
};
constexpr auto kFileFeeds = std::to_array<FileFeed>({
    {"debian", "debian", "Debian", {"json.gz", "json"}, "json"},
    {"wolfi", "secdb", "Wolfi", {"", "security.json"}, "security.json"},
    {"chainguard", "secdb", "Chainguard", {"", "security.json"}, "security.json"},
    {"minimos", "secdb", "MinimOS", {"", "security.json"}, "security.json"},
    {"kev", "kev", "", {"", "known_exploited_vulnerabilities.json"}, ".json"},
    {"epss", "epss", "", {"", "epss_scores-current.csv.gz"}, ".csv"},
});

constexpr auto kRepositories = std::to_array<std::string_view>({"main", "community"});
// For the day that the index cannot be read; releases that a server does not have are passed over.
constexpr auto kAlpineReleases = std::to_array<std::string_view>(
    {"edge",  "v3.3",  "v3.4",  "v3.5",  "v3.6",  "v3.7",  "v3.8",  "v3.9",
     "v3.10", "v3.11", "v3.12", "v3.13", "v3.14", "v3.15", "v3.16", "v3.17",
     "v3.18", "v3.19", "v3.20", "v3.21", "v3.22", "v3.23"});

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// The outcome of several files is that of the worst.
void add(FeedUpdate& update, const UpdateWork& work, const std::string& path,
         const Result<Download>& result) {
  if (!result && update.outcome != FeedOutcome::Failed) {
    update.outcome = FeedOutcome::Failed;
    update.error = result.error();
  } else if (result && *result == Download::Replaced && update.outcome == FeedOutcome::Unchanged) {
    update.outcome = FeedOutcome::Fetched;
  }
  if (!is_there(work.feeds / path)) return;
  const FeedFile* file = work.state.find(path);
  const Time checked = file == nullptr ? Time{} : file->checked;
  // The oldest file says how old the feed is.
  update.checked = update.has_copy ? std::min(update.checked, checked) : checked;
  update.has_copy = true;
}

DownloadTask task_for(std::string path, std::vector<std::string> urls, std::string_view reader,
                      FeedContext context, MayBeEmpty empty) {
  DownloadTask task;
  task.path = std::move(path);
  task.urls = std::move(urls);
  task.compressible = !task.path.ends_with(".gz");
  task.check = [reader, context = std::move(context), empty](const std::filesystem::path& file) {
    return check_document(file, reader, context, empty);
  };
  return task;
}

FeedUpdate update_one_file(UpdateWork& work, const FileFeed& feed) {
  FeedUpdate update;
  update.id = feed.id;
  std::vector<std::string> names;
  for (const std::string_view name : feed.names) {
    if (!name.empty()) names.emplace_back(name);
  }
  const std::string path = fmt::format("{}/{}", feed.id, names.back());
  // Files of a local folder may have a date in their names: the last is the newest.
  for (const std::string& name : local_names(work.places.base(feed.id))) {
    if (name.find(feed.part) != std::string::npos &&
        std::ranges::find(names, name) == names.end()) {
      names.insert(names.begin(), name);
    }
  }
  DownloadTask task =
      task_for(path, work.places.urls_of_file(feed.id, names), feed.reader,
               {std::string(feed.id), std::string(feed.family), ""}, MayBeEmpty::No);
  add(update, work, path, work.fetcher.download(task));
  return update;
}

// The NVD's data feeds: a file a year from 2002, as the names at nvd.nist.gov.
FeedUpdate update_nvd(UpdateWork& work) {
  FeedUpdate update;
  update.id = "nvd";
  std::vector<std::string> names;
  for (const std::string& name : local_names(work.places.base("nvd"))) {
    if (name.find(".json") != std::string::npos) names.push_back(name);
  }
  const bool local = !names.empty();
  constexpr int kFirstYear = 2002;
  const auto days = std::chrono::floor<std::chrono::days>(work.options.clock());
  const int this_year = static_cast<int>(std::chrono::year_month_day(days).year());
  for (int year = kFirstYear; !local && year <= this_year; ++year) {
    names.push_back(fmt::format("nvdcve-2.0-{}.json.gz", year));
  }
  for (const std::string& name : names) {
    const std::string path = "nvd/" + name;
    const auto result = work.fetcher.download(task_for(
        path, work.places.urls_of_file("nvd", {name}), "nvd", {"nvd", "", ""}, MayBeEmpty::No));
    // In the first days of January there is no file of the year yet.
    const bool is_early = !local && name == names.back() && names.size() > 1;
    if (!result && result.error().code == ErrorCode::NotFound && is_early) continue;
    add(update, work, path, result);
  }
  return update;
}

struct Releases {
  std::vector<std::string> names;
  bool guessed = false;
};

Releases alpine_releases(UpdateWork& work) {
  Releases releases;
  for (const std::string& name : local_names(work.places.base("alpine"))) {
    if (!releases_in_index(fmt::format("href=\"{}/\"", name)).empty())
      releases.names.push_back(name);
  }
  if (!releases.names.empty()) return releases;
  std::vector<std::string> pages = work.places.urls("alpine", "");
  for (std::string& page : pages) page += "/";
  if (const auto page = work.fetcher.text(pages, kMaxIndex)) {
    releases.names = releases_in_index(*page);
  }
  if (!releases.names.empty()) return releases;
  releases.guessed = true;
  releases.names.assign(kAlpineReleases.begin(), kAlpineReleases.end());
  return releases;
}

}  // namespace

std::vector<std::string> releases_in_index(std::string_view page) {
  std::vector<std::string> releases;
  constexpr std::string_view kLink = "href=\"";
  constexpr std::size_t kMaxReleases = 200;
  constexpr std::size_t kMaxName = 20;
  const auto is_release = [](std::string_view name) {
    if (name == "edge") return true;
    const auto parts = name.starts_with('v') ? split_once(name.substr(1), '.') : std::nullopt;
    return parts && parse_number<unsigned>(parts->first) && parse_number<unsigned>(parts->second);
  };
  for (std::size_t at = page.find(kLink);
       at != std::string_view::npos && releases.size() < kMaxReleases; at = page.find(kLink, at)) {
    at += kLink.size();
    std::string_view name = page.substr(at, kMaxName);
    name = name.substr(0, name.find('"'));
    if (!name.ends_with('/')) continue;
    name.remove_suffix(1);
    if (is_release(name)) releases.emplace_back(name);
  }
  std::ranges::sort(releases);
  const auto repeated = std::ranges::unique(releases);
  releases.erase(repeated.begin(), repeated.end());
  return releases;
}

FeedUpdate update_alpine(UpdateWork& work) {
  FeedUpdate update;
  update.id = "alpine";
  const Releases releases = alpine_releases(work);
  for (const std::string& release : releases.names) {
    for (const std::string_view repository : kRepositories) {
      const std::string name = fmt::format("{}/{}.json", release, repository);
      const std::string path = "alpine/" + name;
      const auto result =
          work.fetcher.download(task_for(path, work.places.urls("alpine", name), "secdb",
                                         {"alpine", "Alpine", release}, MayBeEmpty::Yes));
      // The oldest releases have no community repository, and the list may be a guess.
      const bool may_lack = releases.guessed || repository != kRepositories.front();
      if (!result && result.error().code == ErrorCode::NotFound && may_lack &&
          !is_there(work.feeds / path)) {
        continue;
      }
      add(update, work, path, result);
    }
  }
  if (!update.has_copy && update.outcome != FeedOutcome::Failed) {
    update.outcome = FeedOutcome::Failed;
    update.error = {ErrorCode::NotFound,
                    work.places.base("alpine") + ": none of the known releases is there",
                    {}};
  }
  return update;
}

FeedUpdate update_file_feed(UpdateWork& work, const UpstreamFeed& feed) {
  if (feed.id == "nvd") return update_nvd(work);
  return update_one_file(work, *std::ranges::find(kFileFeeds, feed.id, &FileFeed::id));
}

}  // namespace corten::advisory
