// The policy of a run: what is shown, what fails it, and what is ignored, from the command line and
// corten.yaml.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "finding/finding.h"

namespace corten {

// One suppression. A rule matches a finding when every part that is set matches.
struct IgnoreRule {
  std::string id;                     // id or alias; "*" matches every id (needs another part)
  std::vector<std::string> packages;  // names or purls without version, globs allowed
  std::vector<std::string> paths;     // globs over location.path
  std::vector<std::string> subjects;  // globs over the subject
  std::string reason;
  std::optional<Time> until;  // first moment at which it no longer counts
  std::string source;         // "FILE:LINE" for reports

  bool operator==(const IgnoreRule&) const = default;
};

struct Policy {
  Severity show = Severity::Info;   // --severity: findings below it are left out of the report
  std::optional<Severity> fail_on;  // --fail-on: exit status 1 at or above it; nullopt: never
  bool ignore_unfixed = false;      // --ignore-unfixed
  std::vector<IgnoreRule> ignores;
};

// Reads .cortenignore, .trivyignore, .trivyignore.yaml (by file name or content) into rules. Errors
// name file and line. .cortenignore: one rule a line: `ID [package=GLOB] [path=GLOB] [subject=GLOB]
// [until=DATE] # reason`.
[[nodiscard]] Result<std::vector<IgnoreRule>> read_ignore_file(const std::filesystem::path& path);

// Reads OpenVEX, CSAF VEX or CycloneDX VEX documents (JSON): statements "not_affected" and "fixed"
// become rules.
[[nodiscard]] Result<std::vector<IgnoreRule>> read_vex_file(const std::filesystem::path& path);

// Marks what the rules suppress, adds one finding CTN-POL-01 for every expired rule that would have
// matched, drops what is below `show` and sorts by ranks_before. `now` decides expiry.
[[nodiscard]] std::vector<Finding> apply_policy(const Policy& policy, std::vector<Finding> findings,
                                                Time now);

// True when a finding that is not suppressed is at or above fail_on.
[[nodiscard]] bool fails(const Policy& policy, const std::vector<Finding>& findings);

}  // namespace corten
