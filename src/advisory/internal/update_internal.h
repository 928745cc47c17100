// Parts of an update.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/internal/fetch.h"
#include "advisory/update.h"
#include "base/fd.h"

namespace corten::advisory {

// Where feeds are fetched from, by the options of an update.
class Places {
 public:
  // Errors: Usage.
  [[nodiscard]] static Result<Places> of(const UpdateOptions& options);

  [[nodiscard]] bool wants(const UpstreamFeed& feed) const;
  // The base of a feed: a folder or the file itself.
  [[nodiscard]] std::string base(std::string_view feed) const;
  // Every URL of a path below a feed's folder, the feed's own place first.
  [[nodiscard]] std::vector<std::string> urls(std::string_view feed, std::string_view path) const;
  // The same for a feed of one file, whose base may be the file itself; it goes by these names.
  [[nodiscard]] std::vector<std::string> urls_of_file(std::string_view feed,
                                                      const std::vector<std::string>& names) const;

 private:
  std::map<std::string, std::string, std::less<>> bases_;
  std::map<std::string, bool, std::less<>> switched_;
  std::vector<std::string> mirrors_;
};

// Held by the update or pull that works on a folder; the system gives it back when the process
// ends. on_wait (may be empty) is called before waiting for another.
[[nodiscard]] Result<Fd> lock_folder(const std::filesystem::path& folder,
                                     const std::function<void()>& on_wait);

struct UpdateWork {
  const UpdateOptions& options;
  const Places& places;
  Fetcher& fetcher;
  FeedState& state;
  std::filesystem::path feeds;  // folder of the feeds
  std::vector<std::string>& notes;
};

// Names of folders and files in a file:// base, sorted; empty for any other.
[[nodiscard]] std::vector<std::string> local_names(std::string_view base);

// One ecosystem of OSV: its export, and the records that changed since.
[[nodiscard]] FeedUpdate update_ecosystem(UpdateWork& work, const std::string& ecosystem);

// A name of an ecosystem that may be a folder's name.
[[nodiscard]] bool is_ecosystem_name(std::string_view name);

struct EcosystemList {
  std::vector<std::string> names;
  bool guessed = false;  // no server named them: one that is missing is no failure
};
// Those the options name; else those the server lists (ecosystems.txt, or the folders of a local
// place); else the ones Corten knows. "Debian:12" is part of "Debian", and left out.
[[nodiscard]] EcosystemList ecosystems_to_update(UpdateWork& work);

// Every release of Alpine's secdb.
[[nodiscard]] FeedUpdate update_alpine(UpdateWork& work);
// The releases that an index page links to ("v3.19/", "edge/"), sorted.
[[nodiscard]] std::vector<std::string> releases_in_index(std::string_view page);

// A feed of one file, or of one file a year (nvd).
[[nodiscard]] FeedUpdate update_file_feed(UpdateWork& work, const UpstreamFeed& feed);

}  // namespace corten::advisory
