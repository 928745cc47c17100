#include "finding/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "finding/glob.h"
#include "finding/internal/purl.h"

namespace corten {

namespace {

constexpr std::array<Check, 1> kPolicyChecks{{
    {.id = "CTN-POL-01",
     .kind = FindingKind::Misconfiguration,
     .severity = Severity::Low,
     .title = "an ignore rule has expired",
     .description = "A rule of an ignore file or of corten.yaml has an end date, and that date has "
                    "passed. What it used to hide "
                    "counts again. Someone decided to look at the matter again by then.",
     .remediation = "Mend what the rule hid and remove the rule, or judge the risk anew and give "
                    "it a new date.",
     .bad = "CVE-2024-1234 until=2024-06-30 # not reachable from the network",
     .good =
         "CVE-2024-1234 until=2030-06-30 # not reachable from the network; looked at again in June",
     .aliases = "",
     .reference = ""},
}};

std::string_view without_root(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

bool any_glob_matches(const std::vector<std::string>& globs, std::string_view text) {
  return std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, text); });
}

bool path_matches(const std::vector<std::string>& globs, std::string_view path) {
  return std::ranges::any_of(globs, [&](const std::string& glob) {
    return glob_matches(without_root(glob), without_root(path));
  });
}

// The rules, found by the ids that they name, so that thousands of VEX statements cost nothing for
// other findings.
class RuleIndex {
 public:
  explicit RuleIndex(const std::vector<IgnoreRule>& rules) : rules_(rules) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].id == "*") {
        for_every_id_.push_back(i);
      } else {
        by_id_[to_lower(rules[i].id)].push_back(i);
      }
    }
  }

  // The rules that match, expired or not, in their order.
  [[nodiscard]] std::vector<std::size_t> matching(const Finding& finding) const {
    std::vector<std::size_t> candidates = for_every_id_;
    add_candidates(finding.id, candidates);
    for (const std::string& alias : finding.aliases) add_candidates(alias, candidates);
    std::ranges::sort(candidates);
    const auto repeated = std::ranges::unique(candidates);
    candidates.erase(repeated.begin(), repeated.end());
    if (candidates.empty()) return candidates;
    std::optional<PackageMatcher> package;
    if (finding.package) package.emplace(*finding.package);
    std::erase_if(candidates,
                  [&](std::size_t i) { return !parts_match(rules_[i], finding, package); });
    return candidates;
  }

 private:
  void add_candidates(std::string_view id, std::vector<std::size_t>& candidates) const {
    const auto found = by_id_.find(to_lower(id));
    if (found == by_id_.end()) return;
    candidates.insert(candidates.end(), found->second.begin(), found->second.end());
  }

  static bool parts_match(const IgnoreRule& rule, const Finding& finding,
                          const std::optional<PackageMatcher>& package) {
    const bool any_part = !rule.packages.empty() || !rule.paths.empty() || !rule.subjects.empty();
    if (rule.id == "*" && !any_part) return false;
    if (!rule.subjects.empty() && !any_glob_matches(rule.subjects, finding.subject)) return false;
    if (!rule.paths.empty() &&
        (!finding.location || !path_matches(rule.paths, finding.location->path))) {
      return false;
    }
    if (rule.packages.empty()) return true;
    return package && std::ranges::any_of(rule.packages, [&](const std::string& pattern) {
             return package->matches(pattern);
           });
  }

  const std::vector<IgnoreRule>& rules_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
  std::vector<std::size_t> for_every_id_;
};

struct ExpiredRule {
  std::size_t count = 0;  // findings that it would hide
  std::string first_id;
  std::string subject;
};

// "FILE:LINE" as a location; the whole text as the path when there is no line.
Location location_of(std::string_view source) {
  Location location;
  const std::size_t colon = source.rfind(':');
  const auto line = colon == std::string_view::npos
                        ? std::nullopt
                        : parse_number<std::uint32_t>(source.substr(colon + 1));
  location.path = line ? source.substr(0, colon) : source;
  location.line = line.value_or(0);
  return location;
}

Finding expiry_finding(const IgnoreRule& rule, const ExpiredRule& expired) {
  const Check& check = kPolicyChecks[0];
  Finding finding;
  finding.id = check.id;
  finding.kind = check.kind;
  finding.severity = check.severity;
  finding.title = check.title;
  finding.remediation = check.remediation;
  finding.subject = expired.subject;
  if (!rule.source.empty()) finding.location = location_of(rule.source);
  const std::string others =
      expired.count > 1 ? fmt::format(" and {} more", expired.count - 1) : std::string();
  finding.evidence =
      fmt::format("{}: the rule for {} (\"{}\") ended on {} and would hide {}{}", rule.source,
                  rule.id, rule.reason, format_date(*rule.until), expired.first_id, others);
  return finding;
}

// When VEX last said that the finding counts; nullopt: never.
std::optional<Time> last_taken_back(const std::vector<IgnoreRule>& rules,
                                    const std::vector<std::size_t>& matching) {
  std::optional<Time> last;
  for (const std::size_t i : matching) {
    if (rules[i].takes_back) last = std::max(last, rules[i].stated);  // nullopt is below all
  }
  return last;
}

Suppression suppression_by(const IgnoreRule& rule) {
  return {.by = rule.source,
          .reason = rule.reason,
          .until = rule.until ? format_date(*rule.until) : std::string()};
}

// A vulnerability that no version mends yet. An unknown state without a fixed version is one:
// nobody names a fix.
bool is_unfixed(const Finding& finding) {
  if (finding.kind != FindingKind::Vulnerability || !finding.fixed_versions.empty()) return false;
  return !finding.vulnerability || finding.vulnerability->state != FixState::Fixed;
}

void suppress_unfixed(Finding& finding) {
  const FixState state = finding.vulnerability ? finding.vulnerability->state : FixState::Unknown;
  finding.suppressed =
      Suppression{.by = "--ignore-unfixed",
                  .reason = fmt::format("no fixed version (state: {})", name_of(state)),
                  .until = {}};
}

}  // namespace

bool has_wildcard_in_id(const IgnoreRule& rule) {
  return rule.id != "*" && rule.id.find_first_of("*?") != std::string::npos;
}

std::span<const Check> policy_checks() { return kPolicyChecks; }

std::vector<Finding> mark_findings(const Policy& policy, std::vector<Finding> findings, Time now) {
  const RuleIndex index(policy.ignores);
  std::map<std::size_t, ExpiredRule> expired;
  for (Finding& finding : findings) {
    const std::vector<std::size_t> matching = index.matching(finding);
    const std::optional<Time> taken_back = last_taken_back(policy.ignores, matching);
    for (const std::size_t i : matching) {
      const IgnoreRule& rule = policy.ignores[i];
      if (rule.takes_back || (rule.stated && rule.stated < taken_back)) continue;
      if (rule.until && now >= *rule.until) {
        ExpiredRule& entry = expired[i];
        if (entry.count++ > 0) continue;
        entry.first_id = finding.id;
        entry.subject = finding.subject;
      } else if (!finding.suppressed) {
        finding.suppressed = suppression_by(rule);
      }
    }
    if (policy.ignore_unfixed && !finding.suppressed && is_unfixed(finding))
      suppress_unfixed(finding);
  }
  for (const auto& [i, entry] : expired)
    findings.push_back(expiry_finding(policy.ignores[i], entry));
  std::ranges::sort(findings, ranks_before);
  return findings;
}

std::size_t drop_below(Severity show, std::vector<Finding>& findings) {
  std::size_t unknown = 0;
  std::erase_if(findings, [&](const Finding& finding) {
    if (finding.severity >= show) return false;
    if (finding.severity == Severity::Unknown && !finding.suppressed) ++unknown;
    return true;
  });
  return unknown;
}

std::vector<Finding> apply_policy(const Policy& policy, std::vector<Finding> findings, Time now) {
  findings = mark_findings(policy, std::move(findings), now);
  drop_below(policy.show, findings);
  return findings;
}

bool fails(const Policy& policy, const std::vector<Finding>& findings) {
  return policy.fail_on && std::ranges::any_of(findings, [&](const Finding& finding) {
           return !finding.suppressed && finding.severity >= *policy.fail_on;
         });
}

}  // namespace corten
