// advisory: known vulnerabilities: feeds, the database that is built from them, and matching
// packages against it.
//
// Feeds are untrusted (they come over a network), the database file is verified once when it is
// built or pulled and then read through the memory map without parsing. Readers share one file
// between processes and never write; an update builds a new file and renames it into place. To add
// a feed: a file in src/advisory/feeds/ and a row in feeds.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "finding/finding.h"

namespace corten::advisory {

// What is known of one feed in a database.
struct FeedInfo {
  std::string id;      // "osv:Go", "debian", "alpine:v3.8", "kev", "epss", "nvd", "starter"
  std::string origin;  // URL or path it was read from
  Time fetched{};      // when it was read; the epoch: unknown
  std::uint64_t records = 0;
  Time modified{};  // newest "modified" of its records; the epoch: unknown. Where to go on with
                    // deltas

  bool operator==(const FeedInfo&) const = default;
};

struct DatabaseInfo {
  std::string path;
  std::uint32_t schema = 0;
  Time built{};
  bool starter_only = false;  // the embedded landmark vulnerabilities, nothing else
  std::uint64_t file_size = 0;
  std::uint64_t vulnerabilities = 0;
  std::uint64_t affected_packages = 0;  // (ecosystem, package) keys
  std::vector<FeedInfo> feeds;
};

}  // namespace corten::advisory
