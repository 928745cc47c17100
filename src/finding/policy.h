// The policy of a run: what is shown, what fails it, and what is ignored, from the command line and
// corten.yaml.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "finding/check.h"
#include "finding/finding.h"

namespace corten {

// One suppression. A rule matches a finding when every part that is set matches.
struct IgnoreRule {
  std::string id;  // id or alias; "*" matches every id (needs another part)
  // Any of these, each one of:
  //   NAME or NAME@VERSION   globs over the name or source name of the package, and its version
  //   pkg:TYPE/SPACE/NAME[@VERSION][?distro=ID-RELEASE]   type, namespace and name must be equal
  //       ('*' is a wildcard), and the version if it is given. Without a version, `distro` limits
  //       it to packages of that release ("redhat-9" holds 9.3 too); with one it is not compared:
  //       the version of a package says where it is from. `arch` must be equal where both name a
  //       machine; no other qualifier counts.
  std::vector<std::string> packages;
  // Globs over location.path; a leading '/' or "./" makes no difference.
  std::vector<std::string> paths;
  std::vector<std::string> subjects;  // globs over the subject
  std::string reason;
  std::optional<Time> until;   // first moment at which it no longer counts
  std::optional<Time> stated;  // VEX: when it was said; the epoch: unknown
  // VEX "affected" and "under investigation": suppresses nothing, and takes back what earlier VEX
  // statements say of what it matches.
  bool takes_back = false;
  std::string source;  // "FILE:LINE" for reports

  bool operator==(const IgnoreRule&) const = default;
};

// True for "CVE-2024-*", which is no id and would match nothing.
[[nodiscard]] bool has_wildcard_in_id(const IgnoreRule& rule);

struct Policy {
  Severity show = Severity::Info;   // --severity: findings below it are left out of the report
  std::optional<Severity> fail_on;  // --fail-on: exit status 1 at or above it; nullopt: never
  bool ignore_unfixed = false;      // --ignore-unfixed
  std::vector<IgnoreRule> ignores;
};

// Reads .cortenignore, .trivyignore, .trivyignore.yaml (see ignores.h) into rules. Errors name file
// and line.
[[nodiscard]] Result<std::vector<IgnoreRule>> read_ignore_file(const std::filesystem::path& path);

// Reads OpenVEX, CSAF VEX or CycloneDX VEX documents (JSON): statements "not_affected" and "fixed"
// become rules.
[[nodiscard]] Result<std::vector<IgnoreRule>> read_vex_file(const std::filesystem::path& path);

// Marks what the rules suppress and, under ignore_unfixed, what no version mends (by =
// "--ignore-unfixed": it is marked and not dropped, so that counts stay honest), adds one finding
// CTN-POL-01 for every expired rule that would have matched, drops what is below `show` and sorts
// by ranks_before. `now` decides expiry. Of several rules the first one counts.
[[nodiscard]] std::vector<Finding> apply_policy(const Policy& policy, std::vector<Finding> findings,
                                                Time now);

// The two steps of apply_policy, for those who tell what is left out. The first marks, adds and
// sorts; the second drops what is below `show` and gives the number of dropped findings that are
// Unknown and not suppressed: they may be worse than what is shown.
[[nodiscard]] std::vector<Finding> mark_findings(const Policy& policy,
                                                 std::vector<Finding> findings, Time now);
std::size_t drop_below(Severity show, std::vector<Finding>& findings);

// True when a finding that is not suppressed is at or above fail_on.
[[nodiscard]] bool fails(const Policy& policy, const std::vector<Finding>& findings);

// The catalogue rows of what this room itself finds.
[[nodiscard]] std::span<const Check> policy_checks();

}  // namespace corten
