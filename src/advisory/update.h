// Bringing the advisory database up to date: the feeds are kept on disk as their servers publish
// them, only what has changed since the last time is fetched, and the database is built anew from
// what is kept.
//
// Servers are not trusted: what they send is bounded and read as its feed before it replaces the
// file that was there. Whatever fails leaves the last good file and the last good database.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/advisory.h"
#include "base/http.h"
#include "base/progress.h"
#include "base/result.h"

namespace corten::advisory {

// Performs one request; see http_request(). Any status is a success.
using Transport = HttpTransport;

// http(s) by the client, and file:// URLs from disk.
[[nodiscard]] Transport network_transport(std::shared_ptr<HttpClient> client);

// What a user may write for a place: http(s):// and file:// URLs as they are, a path as file://.
// Errors: Usage.
[[nodiscard]] Result<std::string> feed_url(std::string_view text);

// A feed that an update knows.
struct UpstreamFeed {
  std::string_view id;  // folder in the tree of feeds: "osv", "debian"
  std::string_view summary;
  std::string_view url;  // its publisher's base, or the one file
  bool by_default = true;
};
[[nodiscard]] std::span<const UpstreamFeed> upstream_feeds();

struct UpdateOptions {
  // Places by feed id instead of the publishers'; "all" names a tree that holds every feed in a
  // folder of its id. The words "on" and "off" switch a feed.
  std::map<std::string, std::string> feeds;
  std::vector<std::string> mirrors;     // such trees, tried in order when a place fails
  std::vector<std::string> ecosystems;  // of OSV; empty: all
  std::size_t jobs = 1;
  Progress* progress = nullptr;
  Transport transport;                                   // required
  std::function<Time()> clock;                           // required
  std::function<void(std::chrono::milliseconds)> sleep;  // required
  std::function<void()> on_wait;  // another update is running and is waited for; may be empty
};

enum class FeedOutcome { Fetched, Unchanged, Failed };
[[nodiscard]] std::string_view name_of(FeedOutcome outcome);

struct FeedUpdate {
  std::string id;  // "osv:npm", "debian", "alpine"
  FeedOutcome outcome = FeedOutcome::Unchanged;
  std::uint64_t records = 0;  // single records fetched; 0: the whole feed
  Error error;                // of a failure; the earlier copy is used if there is one
  bool has_copy = false;      // something of it is on disk
  Time checked{};             // when it was last known to be current; the epoch: never
};

struct UpdateReport {
  std::vector<FeedUpdate> feeds;
  std::vector<std::string> notes;  // worth telling, no failure; safe to print
  bool built = false;              // false: the database stays what it was, for `not_built`
  Error not_built;
  DatabaseInfo info;                  // of the new database
  std::uint64_t problem_count = 0;    // records that could not be used
  std::vector<std::string> problems;  // see BuildReport

  [[nodiscard]] bool whole() const;  // every feed was updated and the database built
};

// Updates FOLDER/feeds and builds FOLDER/corten.db. One update at a time works on a folder; a
// second one waits. Errors: Usage (a feed or ecosystem that cannot be), Io, PermissionDenied (the
// folder). Failures of feeds are in the report.
[[nodiscard]] Result<UpdateReport> update_database(const std::filesystem::path& folder,
                                                   const UpdateOptions& options);

}  // namespace corten::advisory
