#include "report/internal/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"

namespace corten::report {

const char* name_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::Pass:
      return "pass";
    case CheckStatus::Warn:
      return "warn";
    case CheckStatus::Info:
      return "info";
    case CheckStatus::Note:
      return "note";
    case CheckStatus::Skip:
      return "skip";
  }
  return "note";
}

void Counts::add(const Finding& finding) {
  if (finding.suppressed) {
    ++suppressed;
  } else {
    ++by_severity[static_cast<std::size_t>(finding.severity)];
  }
}

std::uint64_t Counts::of(Severity severity) const {
  return by_severity[static_cast<std::size_t>(severity)];
}

std::uint64_t Counts::total() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t number : by_severity) sum += number;
  return sum;
}

Counts count(const std::vector<Finding>& findings) {
  Counts counts;
  for (const Finding& finding : findings) counts.add(finding);
  return counts;
}

std::string grouped_number(std::uint64_t number) {
  std::string out = fmt::format("{}", number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped_number(number), number == 1 ? one : many);
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return counted(number, noun, fmt::format("{}s", noun));
}

std::string severity_sums(const Counts& counts) {
  std::vector<std::string> parts;
  for (const Severity severity : kWorstFirst) {
    if (counts.of(severity) == 0) continue;
    parts.push_back(fmt::format("{} {}", grouped_number(counts.of(severity)), name_of(severity)));
  }
  return join(parts, " · ");
}

std::string_view state_words(FixState state) {
  switch (state) {
    case FixState::Unknown:
      return "fix not known";
    case FixState::Fixed:
      return "fixed";
    case FixState::NotFixed:
      return "no fix yet";
    case FixState::WillNotFix:
      return "will not be fixed";
    case FixState::Deferred:
      return "fix postponed";
    case FixState::EndOfLife:
      return "end of life";
  }
  return "fix not known";
}

std::string fixed_words(const Finding& finding) {
  if (!finding.fixed_versions.empty()) return join(finding.fixed_versions, ", ");
  return finding.vulnerability ? std::string(state_words(finding.vulnerability->state))
                               : std::string();
}

bool is_fixable(const Finding& finding) {
  return !finding.fixed_versions.empty() || !finding.fix.empty();
}

bool is_exploited(const Finding& finding) {
  return finding.vulnerability && finding.vulnerability->kev.has_value();
}

std::vector<std::string> marks(const Finding& finding) {
  std::vector<std::string> out;
  if (!finding.vulnerability) return out;
  const VulnerabilityDetail& detail = *finding.vulnerability;
  if (detail.kev) out.push_back(detail.kev->ransomware ? "exploited by ransomware" : "exploited");
  if (detail.epss && detail.epss->score >= kNotableEpss) {
    out.push_back(fmt::format("EPSS {:.2f}", detail.epss->score));
  }
  return out;
}

std::string origin_words(const Origin& origin) {
  const std::string layer = fmt::format("layer {}", std::uint64_t{origin.layer_index} + 1);
  if (origin.from_base) return "base image, " + layer;
  return origin.instruction.empty() ? "your " + layer
                                    : fmt::format("your {}: {}", layer, origin.instruction);
}

std::string short_origin_words(const Origin& origin) {
  if (origin.from_base) return "base";
  return fmt::format("your layer {}", std::uint64_t{origin.layer_index} + 1);
}

std::string place_words(const Location& location) {
  if (location.line == 0) return location.path;
  if (location.column == 0) return fmt::format("{}:{}", location.path, location.line);
  return fmt::format("{}:{}:{}", location.path, location.line, location.column);
}

std::string suppression_words(const Suppression& suppression) {
  std::string out = suppression.by.empty() ? "suppressed" : "by " + suppression.by;
  if (!suppression.until.empty()) out += ", until " + suppression.until;
  return out;
}

std::string effect_words(const Advice& advice) {
  std::string out = "removes " + grouped_number(advice.removes);
  if (advice.removes_high == 0) return out;
  if (advice.removes_high >= advice.removes) return out + ", all high or critical";
  return out + fmt::format(", {} high or critical", grouped_number(advice.removes_high));
}

std::vector<std::string> facts_of(const Subject& subject) {
  std::vector<std::string> facts = subject.facts;
  if (!subject.distribution.empty()) facts.push_back(subject.distribution);
  if (subject.packages > 0) facts.push_back(counted(subject.packages, "package"));
  if (!subject.platform.empty()) facts.push_back(subject.platform);
  if (!subject.digest.empty()) facts.push_back(short_digest(subject.digest));
  return facts;
}

std::string database_words(const Report& report) {
  if (!report.database) return {};
  if (report.database->starter_only) return "starter database only";
  return report.database->age.empty() ? "database of " + report.database->version
                                      : "database " + report.database->age;
}

std::string nothing_found(const Report& report) {
  std::vector<std::string> looked_at;
  std::uint64_t packages = report.subject.packages;
  if (report.subjects.size() > 1) {
    looked_at.push_back(counted(report.subjects.size(), "subject"));
    packages = 0;
    for (const Subject& subject : report.subjects) packages += subject.packages;
  }
  if (packages > 0 || report.checks.empty()) looked_at.push_back(counted(packages, "package"));
  if (!report.checks.empty()) looked_at.push_back(counted(report.checks.size(), "check"));
  std::string out = "no findings in " + join(looked_at, ", ");
  if (report.database && report.database->starter_only) out += ", by the starter database only";
  if (!report.errors.empty()) out += "; not everything could be examined";
  return out;
}

bool has_title(const Finding& finding) {
  if (trim(finding.title).empty() || finding.title == finding.id) return false;
  // What the matcher writes where no feed has words.
  return !finding.package ||
         finding.title != fmt::format("{} in {}", finding.id, finding.package->name);
}

bool is_web_link(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
  constexpr std::size_t kLongestLink = 2048;
  if (text.size() > kLongestLink) return false;
  return std::ranges::all_of(text, [](char c) {
    constexpr std::string_view kUnsafe = "\"'<>`\\{}|^()[]";
    return c > ' ' && c < '\x7f' && kUnsafe.find(c) == std::string_view::npos;
  });
}

std::string_view main_link(const Finding& finding) {
  const auto link = std::ranges::find_if(finding.references, is_web_link);
  return link == finding.references.end() ? std::string_view() : std::string_view(*link);
}

std::string relative_uri(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  constexpr std::string_view kKept =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out;
  for (const char c : path) {
    if (kKept.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string short_hash(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return sha256_digest(as_bytes(text)).substr(kAlgorithm.size(), 16);
}

CheckIndex::CheckIndex(std::span<const Check> catalogue) {
  for (const Check& check : catalogue) by_id_.emplace(check.id, &check);
}

const Check* CheckIndex::find(std::string_view id) const {
  const auto row = by_id_.find(id);
  return row == by_id_.end() ? nullptr : row->second;
}

}  // namespace corten::report
