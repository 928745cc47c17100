#include "scan/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scan/image_checks.h"
#include "scan/internal/os_types.h"

namespace corten::scan {

namespace {

using internal::is_os_package;
using internal::is_os_type;

std::string digest_of(const image::Layer& layer) {
  return layer.diff_id.empty() ? layer.digest : layer.diff_id;
}

// linux-libc-dev, linux-headers-…, kernel-headers, kernel-devel: packages that share the kernel's
// source, and so its flaws by the hundred, and have none of its code.
bool is_kernel_headers(const package::Package& p) {
  const std::string_view name = p.name;
  if (p.type == package::Type::Deb && p.source_name.starts_with("linux")) {
    return name.starts_with("linux-libc-dev") ||
           (name.starts_with("linux") && name.find("-headers-") != std::string_view::npos);
  }
  if (p.type != package::Type::Rpm || !p.source_name.starts_with("kernel")) return false;
  return name.starts_with("kernel") && (name.ends_with("-headers") || name.ends_with("-devel"));
}

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
    if (is_kernel_headers(located.package)) {
      match.finding.suppressed = Suppression{
          .by = std::string(kHeadersOnly),
          .reason = "these are headers to build programs with: the kernel that runs is the host's",
          .until = {}};
    }
    found.emplace_back(&located, std::move(match.finding));
  }
  drop_doubles_of_distribution(found);
  std::vector<Finding> findings = check_image(facts, now);
  for (auto& [located, finding] : found) findings.push_back(std::move(finding));
  return findings;
}

namespace {

// So few packages may well have no flaw that anybody knows of (an image without a shell has three).
constexpr std::size_t kFewPackages = 8;

bool lacks_advisories(const ImageFacts& facts, const advisory::Database& database) {
  std::vector<package::Package> packages;
  for (const LocatedPackage& located : facts.packages) {
    if (is_os_package(located.package)) packages.push_back(located.package);
  }
  if (packages.size() < kFewPackages || database.info().starter_only) return false;
  const auto tells = database.tells_of(packages, facts.distribution);
  return tells && !*tells;
}

}  // namespace

std::vector<std::string> caveats(const ImageFacts& facts, const advisory::Database& database) {
  std::vector<std::string> notes;
  const bool any_os_package = std::ranges::any_of(
      facts.packages, [](const LocatedPackage& p) { return is_os_package(p.package); });
  if (facts.distribution.id.empty() && any_os_package) {
    notes.emplace_back(
        "no os-release: which distribution this is cannot be told, so its packages were not "
        "matched");
  } else if (lacks_advisories(facts, database)) {
    notes.push_back(
        fmt::format("the database tells nothing of {}{}{}: flaws of its packages are "
                    "not listed",
                    facts.distribution.id, facts.distribution.version_id.empty() ? "" : " ",
                    facts.distribution.version_id));
  }
  if (facts.packages.empty()) {
    notes.emplace_back(
        "no packages were found: an image without a package database may still have software in "
        "it");
  }
  return notes;
}

}  // namespace corten::scan
