#include "report/internal/grouping.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace corten::report {

namespace {

// Parts are preceded by their length, so that no text in one part can make two keys equal.
void add_part(std::string& key, std::string_view part) {
  fmt::format_to(std::back_inserter(key), "{}:{}", part.size(), part);
}

enum class Over { OneSubject, AllSubjects };

std::string key_of(const Finding& finding, Over over) {
  std::string key;
  fmt::format_to(std::back_inserter(key), "{}/{}/{}/", static_cast<int>(finding.kind),
                 static_cast<int>(finding.severity), finding.suppressed.has_value());
  add_part(key, finding.id);
  if (finding.suppressed) add_part(key, finding.suppressed->by);
  if (!finding.package) {
    add_part(key, finding.title);
    add_part(key, finding.remediation);
    return key;
  }
  const PackageRef& package = *finding.package;
  if (over == Over::OneSubject) add_part(key, finding.subject);
  add_part(key, package.type);
  add_part(key, package.source.empty() ? package.name : package.source);
  add_part(key, package.version);
  for (const std::string& version : finding.fixed_versions) add_part(key, version);
  if (finding.vulnerability) key += name_of(finding.vulnerability->state);
  return key;
}

}  // namespace

std::vector<Group> group_findings(const std::vector<Finding>& findings) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> index_of;
  for (const Finding& finding : findings) {
    const auto [slot, is_new] =
        index_of.try_emplace(key_of(finding, Over::OneSubject), groups.size());
    if (is_new) groups.emplace_back();
    groups[slot->second].members.push_back(&finding);
  }
  return groups;
}

std::vector<Group> merge_shared_bases(std::vector<Group> groups) {
  const auto is_of_base = [](const Finding* finding) {
    return finding->package && !finding->suppressed && finding->origin &&
           finding->origin->from_base;
  };
  std::vector<Group> out;
  std::unordered_map<std::string, std::size_t> index_of;
  for (Group& group : groups) {
    if (std::ranges::all_of(group.members, is_of_base)) {
      const auto [slot, is_new] =
          index_of.try_emplace(key_of(group.lead(), Over::AllSubjects), out.size());
      if (!is_new) {
        std::vector<const Finding*>& members = out[slot->second].members;
        members.insert(members.end(), group.members.begin(), group.members.end());
        continue;
      }
    }
    out.push_back(std::move(group));
  }
  return out;
}

std::string package_label(const Group& group) {
  if (!group.lead().package) return {};
  std::unordered_set<std::string_view> names;
  std::size_t places = 0;  // in one subject: what several have is not told as several places
  for (const Finding* member : group.members) {
    if (!member->package || member->subject != group.lead().subject) continue;
    names.insert(member->package->name);
    ++places;
  }
  const std::string& name = group.lead().package->name;
  if (names.size() > 1) return fmt::format("{} +{}", name, names.size() - 1);
  if (places > 1) return fmt::format("{} ×{}", name, places);
  return name;
}

std::vector<std::string> subjects_of(const Group& group) {
  std::vector<std::string> subjects;
  std::unordered_set<std::string_view> seen;
  for (const Finding* member : group.members) {
    if (seen.insert(member->subject).second) subjects.push_back(member->subject);
  }
  return subjects;
}

}  // namespace corten::report
