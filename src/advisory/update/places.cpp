// Where feeds come from.
#include <fmt/format.h>

#include <algorithm>

#include <array>

#include "advisory/internal/update_internal.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

constexpr auto kFeeds = std::to_array<UpstreamFeed>({
    {"osv", "OSV's exports of language ecosystems and distributions",
     "https://storage.googleapis.com/osv-vulnerabilities"},
    {"debian", "Debian's security tracker",
     "https://security-tracker.debian.org/tracker/data/json"},
    {"alpine", "Alpine's secdb", "https://secdb.alpinelinux.org"},
    {"wolfi", "Wolfi's secdb", "https://packages.wolfi.dev/os/security.json"},
    {"chainguard", "Chainguard's secdb", "https://packages.cgr.dev/chainguard/security.json"},
    {"kev", "CISA's known exploited vulnerabilities",
     "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"},
    {"epss", "FIRST's exploit prediction scores",
     "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"},
    {"minimos", "MinimOS' secdb", "https://packages.mini.dev/advisories/secdb/security.json",
     false},
    {"nvd", "scores of the NVD, a file a year", "https://nvd.nist.gov/feeds/json/cve/2.0", false},
});

constexpr std::string_view kAll = "all";

const UpstreamFeed* find_feed(std::string_view id) {
  const auto at = std::ranges::find(kFeeds, id, &UpstreamFeed::id);
  return at == kFeeds.end() ? nullptr : &*at;
}

// Is the last part of the URL a file of a feed, not a folder of files?
bool names_a_file(std::string_view url, const std::vector<std::string>& names) {
  const std::string_view last = url.substr(url.rfind('/') + 1);
  for (const std::string_view ending : {".json", ".json.gz", ".csv", ".csv.gz"}) {
    if (last.ends_with(ending)) return true;
  }
  return std::ranges::find(names, last) != names.end();
}

}  // namespace

std::span<const UpstreamFeed> upstream_feeds() { return kFeeds; }

Result<Places> Places::of(const UpdateOptions& options) {
  Places places;
  for (const auto& [id, value] : options.feeds) {
    if (id != kAll && find_feed(id) == nullptr) {
      std::vector<std::string_view> ids = {kAll};
      for (const UpstreamFeed& feed : kFeeds) ids.push_back(feed.id);
      const auto near = closest(id, ids);
      return fail(ErrorCode::Usage, fmt::format("there is no feed '{}'", id),
                  near.empty() ? fmt::format("one of: {}", fmt::join(ids, ", "))
                               : fmt::format("did you mean '{}'?", near));
    }
    if (value == "on" || value == "off") {
      places.switched_[id] = value == "on";
      continue;
    }
    CORTEN_TRY(places.bases_[id], feed_url(value));
    places.switched_.try_emplace(id, true);
  }
  for (const std::string& mirror : options.mirrors) {
    CORTEN_TRY(std::string url, feed_url(mirror));
    places.mirrors_.push_back(std::move(url));
  }
  return places;
}

bool Places::wants(const UpstreamFeed& feed) const {
  if (const auto own = switched_.find(feed.id); own != switched_.end()) return own->second;
  if (const auto all = switched_.find(kAll); all != switched_.end() && !all->second) return false;
  return feed.by_default;
}

std::string Places::base(std::string_view feed) const {
  if (const auto own = bases_.find(feed); own != bases_.end()) return own->second;
  if (const auto all = bases_.find(kAll); all != bases_.end()) return join_url(all->second, feed);
  const UpstreamFeed* row = find_feed(feed);
  return row == nullptr ? std::string() : std::string(row->url);
}

std::vector<std::string> Places::urls(std::string_view feed, std::string_view path) const {
  std::vector<std::string> urls = {join_url(base(feed), path)};
  for (const std::string& mirror : mirrors_) {
    urls.push_back(join_url(mirror, fmt::format("{}/{}", feed, path)));
  }
  return urls;
}

std::vector<std::string> Places::urls_of_file(std::string_view feed,
                                              const std::vector<std::string>& names) const {
  std::vector<std::string> urls;
  const std::string own = base(feed);
  std::vector<std::string> folders;
  for (const std::string& mirror : mirrors_) folders.push_back(join_url(mirror, feed));
  if (names_a_file(own, names)) {
    urls.push_back(own);
  } else {
    folders.insert(folders.begin(), own);
  }
  for (const std::string& folder : folders) {
    for (const std::string& name : names) urls.push_back(join_url(folder, name));
  }
  return urls;
}

std::vector<std::string> local_names(std::string_view base) {
  std::vector<std::string> names;
  const auto folder = path_of_file_url(base);
  std::error_code error;
  if (!folder) return names;
  for (std::filesystem::directory_iterator it(*folder, error), end; !error && it != end;
       it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace corten::advisory
