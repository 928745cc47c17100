// What an update remembers of the feeds that it keeps on disk, so that the next one asks only for
// what is new. A text file in the folder of the feeds; whatever cannot be read of it is forgotten,
// which costs a download and nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace corten::advisory {

inline constexpr std::size_t kMaxStateBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxStateEntries = 20'000;

// One file of a feed as it was last had from a server.
struct FeedFile {
  std::string url;            // the validators below are this server's
  std::string etag;           // as sent, quotes included; empty: none
  std::string last_modified;  // as sent; empty: none
  std::uint64_t size = 0;     // on disk: another size means damage
  Time checked{};             // when the server last gave it or said that it is unchanged
  std::string mark;           // what the file's own kind needs to know, such as its newest record

  bool operator==(const FeedFile&) const = default;
};

// Keys are paths below the folder ("osv/npm/all.zip").
using FeedFiles = std::map<std::string, FeedFile, std::less<>>;

// Lines that are not understood are left out; never fails.
[[nodiscard]] FeedFiles parse_feed_state(std::string_view text);
// Fields with control characters, which no server has reason to send, are written as empty.
[[nodiscard]] std::string format_feed_state(const FeedFiles& files);

class FeedState {
 public:
  [[nodiscard]] static FeedState load(const std::filesystem::path& folder);

  [[nodiscard]] const FeedFile* find(std::string_view path) const;
  // Each change is on disk, whole, when it returns. Errors: Io.
  [[nodiscard]] Status put(const std::string& path, FeedFile file);
  [[nodiscard]] Status forget(std::string_view path);

 private:
  [[nodiscard]] Status save() const;
  std::filesystem::path file_;
  FeedFiles files_;
};

}  // namespace corten::advisory
