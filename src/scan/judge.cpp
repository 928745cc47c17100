#include "scan/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "scan/image_checks.h"

namespace corten::scan {

namespace {

std::string digest_of(const image::Layer& layer) {
  return layer.diff_id.empty() ? layer.digest : layer.diff_id;
}

bool is_os_type(std::string_view type) { return type == "deb" || type == "apk" || type == "rpm"; }

void place(Finding& finding, const ImageFacts& facts, const LocatedPackage& located) {
  finding.subject = facts.image.name;
  finding.location = Location{located.package.path, 0, 0, {}};
  if (located.layer >= facts.image.layers.size()) return;
  const image::Layer& layer = facts.image.layers[located.layer];
  finding.location->layer = digest_of(layer);
  // A plain root file system has no build that could be told which layer to change.
  if (facts.image.config)
    finding.origin = Origin{located.layer, located.layer < facts.base_layers, layer.instruction};
}

// A flaw in a module of a program that an OS package owns is the distribution's to judge: where it
// lists the same flaw for that package, one finding is enough.
void drop_doubles_of_distribution(std::vector<std::pair<const LocatedPackage*, Finding>>& found) {
  std::set<std::pair<std::string, std::string>> listed;  // (OS package, id or alias)
  for (const auto& [located, finding] : found) {
    if (!is_os_type(finding.package ? finding.package->type : std::string())) continue;
    listed.emplace(located->package.name, finding.id);
    for (const std::string& alias : finding.aliases) listed.emplace(located->package.name, alias);
  }
  std::erase_if(found, [&](const auto& entry) {
    const std::string& owner = entry.first->package.inside_os_package;
    if (owner.empty()) return false;
    const auto is_listed = [&](const std::string& id) { return listed.contains({owner, id}); };
    return is_listed(entry.second.id) || std::ranges::any_of(entry.second.aliases, is_listed);
  });
}

}  // namespace

Result<std::vector<Finding>> judge(const ImageFacts& facts, const advisory::Database& database,
                                   Time now) {
  std::vector<package::Package> packages;
  packages.reserve(facts.packages.size());
  for (const LocatedPackage& located : facts.packages) packages.push_back(located.package);
  CORTEN_TRY(auto matches, database.match(packages, facts.distribution));
  std::vector<std::pair<const LocatedPackage*, Finding>> found;
  for (advisory::Database::Match& match : matches) {
    const LocatedPackage& located = facts.packages[match.package_index];
    place(match.finding, facts, located);
    if (!located.package.inside_os_package.empty()) {
      match.finding.evidence =
          fmt::format("inside the OS package {}", located.package.inside_os_package);
    }
    found.emplace_back(&located, std::move(match.finding));
  }
  drop_doubles_of_distribution(found);
  std::vector<Finding> findings = check_image(facts, now);
  for (auto& [located, finding] : found) findings.push_back(std::move(finding));
  return findings;
}

namespace {

// A step with the findings that it removes.
struct Step {
  std::set<std::string> names;  // packages or modules
  std::uint64_t removes = 0;
  std::uint64_t removes_high = 0;

  void add(const Finding& finding, std::string name) {
    names.insert(std::move(name));
    ++removes;
    if (finding.severity >= Severity::High) ++removes_high;
  }
};

std::string some_of(const std::set<std::string>& names, std::string_view separator) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> shown(
      names.begin(),
      std::next(names.begin(), static_cast<std::ptrdiff_t>(std::min(kShown, names.size()))));
  std::string out = join(shown, separator);
  if (names.size() > kShown) out += fmt::format(" and {} more", names.size() - kShown);
  return out;
}

std::string base_name_of(const ImageFacts& facts) {
  if (facts.image.config) {
    const auto label = facts.image.config->labels.find("org.opencontainers.image.base.name");
    if (label != facts.image.config->labels.end()) return label->second;
  }
  const package::Distribution& distribution = facts.distribution;
  if (distribution.id.empty()) return "base image";
  return distribution.version_id.empty()
             ? distribution.id
             : fmt::format("{}:{}", distribution.id, distribution.version_id);
}

std::string upgrade_command(std::string_view type, const std::set<std::string>& names) {
  if (type == "apk") return fmt::format("RUN apk upgrade --no-cache ({})", some_of(names, ", "));
  if (type == "rpm") return fmt::format("RUN dnf upgrade -y --security ({})", some_of(names, ", "));
  return fmt::format("RUN apt-get update && apt-get upgrade -y ({})", some_of(names, ", "));
}

}  // namespace

std::vector<Advice> advise(const ImageFacts& facts, const std::vector<Finding>& findings,
                           std::size_t limit) {
  Step base;
  std::map<std::string, Step> upgrades;  // by package type
  std::map<std::string, Step> rebuilds;  // by program
  for (const Finding& finding : findings) {
    if (finding.subject != facts.image.name || finding.suppressed || !finding.package ||
        !finding.vulnerability)
      continue;
    if (finding.vulnerability->state != FixState::Fixed) continue;
    const PackageRef& package = *finding.package;
    const std::string& name = package.source.empty() ? package.name : package.source;
    if (!is_os_type(package.type)) {
      const std::string fixed =
          finding.fixed_versions.empty() ? std::string() : " " + finding.fixed_versions.front();
      rebuilds[finding.location ? finding.location->path : std::string()].add(finding,
                                                                              package.name + fixed);
    } else if (finding.origin && finding.origin->from_base) {
      base.add(finding, name);
    } else {
      upgrades[package.type].add(finding, name);
    }
  }
  std::vector<Advice> advice;
  if (base.removes != 0) {
    advice.push_back(
        {fmt::format("rebuild on a newer {} ({})", base_name_of(facts), some_of(base.names, ", ")),
         base.removes, base.removes_high});
  }
  for (const auto& [type, step] : upgrades) {
    advice.push_back({upgrade_command(type, step.names), step.removes, step.removes_high});
  }
  for (const auto& [path, step] : rebuilds) {
    advice.push_back({fmt::format("rebuild {} with {}", path, some_of(step.names, ", ")),
                      step.removes, step.removes_high});
  }
  std::ranges::stable_sort(advice, [](const Advice& a, const Advice& b) {
    return std::pair(a.removes_high, a.removes) > std::pair(b.removes_high, b.removes);
  });
  if (advice.size() > limit) advice.resize(limit);
  return advice;
}

std::vector<std::string> caveats(const ImageFacts& facts) {
  std::vector<std::string> notes;
  const bool any_os_package = std::ranges::any_of(facts.packages, [](const LocatedPackage& p) {
    return is_os_type(package::purl_type(p.package.type));
  });
  if (facts.distribution.id.empty() && any_os_package) {
    notes.emplace_back(
        "no os-release: which distribution this is cannot be told, so its packages were not "
        "matched");
  }
  if (facts.packages.empty()) {
    notes.emplace_back(
        "no packages were found: an image without a package database may still have software in "
        "it");
  }
  return notes;
}

}  // namespace corten::scan
