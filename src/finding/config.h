// corten.yaml: the settings of a project, in its repository or beside the images that it is about.
//
//   severity: medium            # show: info, low, medium, high, critical
//   fail-on: high               # or never
//   ignore-unfixed: true
//   format: sarif               output: report.sarif
//   offline: true               platform: linux/arm64        jobs: 4        max-memory: 2GiB
//   cache-dir: .cache
//   db: {path: db, max-age: 24h, mirrors: [https://mirror.example/corten-db]}
//   feeds: {osv: https://mirror.example/osv, debian: file:///srv/debian, nvd: on}
//   ignore: [{id: CVE-2024-1, package: zlib*, path: "**", subject: app, reason: not reachable,
//   until: 2030-01-01}] ignore-files: [.cortenignore] vex: [vendor.vex.json]
//
// Every key is optional; what is absent is decided elsewhere (flags come before environment
// variables before this file). An unknown key is an error: a mistyped one would silently do
// nothing. The file is written by the user, but may come with a repository that is only being
// looked at, so it is bounded as hostile input is (limits in yaml.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "finding/policy.h"

namespace corten {

struct DatabaseConfig {
  std::optional<std::filesystem::path> path;
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> mirrors;

  bool operator==(const DatabaseConfig&) const = default;
};

// Relative paths in db.path, cache_dir, ignore_files and vex are resolved against the folder of the
// file; output is as written, relative to where the user stands.
struct Config {
  std::optional<Severity> severity;
  std::optional<Severity> fail_on;
  bool never_fails = false;  // "fail-on: never"; fail_on is absent then
  std::optional<bool> ignore_unfixed;
  std::optional<std::string> format;
  std::optional<std::string> output;
  std::optional<bool> offline;
  DatabaseConfig db;
  std::optional<std::string> platform;  // OS/ARCH[/VARIANT]
  std::vector<IgnoreRule> ignores;
  std::vector<std::string> ignore_files;
  std::vector<std::string> vex;
  std::optional<std::size_t> jobs;          // 1…1024
  std::optional<std::uint64_t> max_memory;  // bytes
  std::optional<std::filesystem::path> cache_dir;
  std::map<std::string, std::string>
      feeds;  // name of a feed to the base URL that stands for its own, or "on" or "off"

  bool operator==(const Config&) const = default;
};

// `path` stands in errors and in IgnoreRule::source. Errors: Usage ("corten.yaml:14:3: unknown key
// …"), LimitExceeded.
[[nodiscard]] Result<Config> parse_config(std::string_view content,
                                          const std::filesystem::path& path);

// The same from a file; NotFound, PermissionDenied and Io besides.
[[nodiscard]] Result<Config> read_config(const std::filesystem::path& path);

// "never" or "none" where a threshold may stand. "none" is a severity elsewhere; who writes it as a
// threshold means this.
[[nodiscard]] bool is_never(std::string_view text);

// "90s", "30m", "24h", "7d", "2w"; a number needs its unit. nullopt for anything else, and for more
// than a hundred years.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

// Bytes: "1048576", "512MiB", "2GB", "1.5GiB", "64k"; units in any case, with a single letter
// binary. nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace corten
