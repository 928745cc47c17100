// Building the advisory database from feeds on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "advisory/advisory.h"
#include "base/progress.h"
#include "base/result.h"

namespace corten::advisory {

// Files and folders to read, in the layouts of the servers that publish them. Files may be
// compressed (gzip, zstd, xz, bzip2).
struct BuildSources {
  std::vector<std::filesystem::path>
      osv;  // folders with ECOSYSTEM/all.zip, or such a folder ECOSYSTEM
  std::vector<std::filesystem::path> debian;      // the security tracker's JSON
  std::vector<std::filesystem::path> alpine;      // folders with RELEASE/REPOSITORY.json
  std::vector<std::filesystem::path> wolfi;       // security.json
  std::vector<std::filesystem::path> chainguard;  // security.json
  std::vector<std::filesystem::path> minimos;     // security.json
  std::vector<std::filesystem::path> kev;
  std::vector<std::filesystem::path> epss;  // of several, the one with the newest scores counts
  std::vector<std::filesystem::path> nvd;

  [[nodiscard]] bool empty() const;
};

// What a folder of feeds holds: osv/, debian/json[.gz], alpine/, wolfi/, chainguard/, minimos/
// (security.json), kev/*.json, epss/*.csv[.gz], nvd/*.json[.gz]. Errors: NotFound (no such folder,
// or nothing of this in it).
[[nodiscard]] Result<BuildSources> find_sources(const std::filesystem::path& folder);

// Where a feed came from before it was a file, and when its publisher last said that it is so.
struct FeedOrigin {
  std::string url;
  Time checked{};
};

struct BuildOptions {
  std::size_t jobs = 1;
  Time now{};                    // build time of the database, and when its feeds were read
  Progress* progress = nullptr;  // in documents
  // By id of a feed, or its part before a colon ("alpine"); of others, the path and `now` are told.
  std::map<std::string, FeedOrigin, std::less<>> origins = {};
};

inline constexpr std::size_t kMaxProblems = 200;  // kept word for word; the others are only counted

struct BuildReport {
  DatabaseInfo info;
  std::uint64_t documents = 0;
  std::uint64_t without_packages = 0;  // records that name neither package nor repository: not kept
  std::uint64_t git_ranges = 0;
  std::uint64_t problem_count = 0;
  std::vector<std::string> problems;  // "osv:npm GHSA-….json: malformed JSON: …"; safe to print
};

// Makes FOLDER/corten.db anew. Readers of the old file keep it; whatever fails leaves the old file
// whole. Bad records are passed over and reported; a feed that cannot be read at all is an error,
// as its absence would pass for "no flaws". The same sources and `now` give the same bytes.
[[nodiscard]] Result<BuildReport> build_database(const BuildSources& sources,
                                                 const std::filesystem::path& folder,
                                                 const BuildOptions& options);

// Reads the whole file and checks checksum and structure: for files that came from outside, once.
[[nodiscard]] Status verify_database(const std::filesystem::path& folder);

}  // namespace corten::advisory
