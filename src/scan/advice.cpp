#include "scan/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "scan/internal/os_types.h"
#include "version/version.h"

namespace corten::scan {

namespace {

using internal::is_os_type;

struct Effect {
  std::uint64_t removes = 0;
  std::uint64_t removes_high = 0;

  void add(const Finding& finding) {
    ++removes;
    if (finding.severity >= Severity::High) ++removes_high;
  }
  void add(const Effect& other) {
    removes += other.removes;
    removes_high += other.removes_high;
  }
};

// Packages that one command or one rebuild renews.
struct Renewal {
  std::set<std::string> names;
  Effect effect;
};

// What a program must be built with: the lowest version of each module that mends all.
struct Rebuild {
  std::map<std::string, std::string> needs;
  Effect effect;
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

// A package manager, which is what it is installed as.
struct Manager {
  std::string_view type;
  std::string_view package;
  std::string_view upgrade;
};
constexpr std::array<Manager, 8> kManagers = {{
    {"deb", "apt", "apt-get update && apt-get upgrade -y"},
    {"apk", "apk-tools", "apk upgrade --no-cache"},
    {"rpm", "dnf", "dnf upgrade -y"},
    {"rpm", "dnf5", "dnf upgrade -y"},
    {"rpm", "zypper", "zypper --non-interactive update"},
    {"rpm", "tdnf", "tdnf update -y"},
    {"rpm", "yum", "yum update -y"},
    {"rpm", "microdnf", "microdnf upgrade -y"},
}};

// An image without a package manager (distroless) is built anew.
std::string upgrade_of(const ImageFacts& facts, std::string_view type,
                       const std::set<std::string>& names) {
  for (const Manager& manager : kManagers) {
    if (manager.type != type) continue;
    const bool is_installed = std::ranges::any_of(facts.packages, [&](const LocatedPackage& p) {
      return package::purl_type(p.package.type) == type && p.package.name == manager.package;
    });
    if (!is_installed) continue;
    // Only what was built from a Dockerfile has a place for RUN.
    return fmt::format("{}{} ({})", facts.image.config ? "RUN " : "", manager.upgrade,
                       some_of(names, ", "));
  }
  return fmt::format("rebuild with newer packages ({})", some_of(names, ", "));
}

void need(Rebuild& rebuild, const PackageRef& module, const std::string& version) {
  std::string& needed = rebuild.needs[module.name];
  const auto scheme = module.type == "golang" ? version::Scheme::Go : version::Scheme::Semver;
  if (needed.empty() || version::compare(scheme, needed, version) < 0) needed = version;
}

std::string needs_of(const Rebuild& rebuild) {
  std::set<std::string> needs;
  for (const auto& [name, version] : rebuild.needs)
    needs.insert(fmt::format("{} {}", name == "stdlib" ? "Go" : name, version));
  return some_of(needs, ", ");
}

// The findings, sorted into what removes each.
class Sorter {
 public:
  explicit Sorter(const ImageFacts& facts) : facts_(facts) {
    for (const LocatedPackage& located : facts.packages) {
      if (!located.package.inside_os_package.empty())
        programs_of_distribution_.insert(located.package.path);
    }
  }

  void add(const Finding& finding) {
    const PackageRef& package = *finding.package;
    const bool from_base = finding.origin && finding.origin->from_base;
    if (is_os_type(package.type)) {
      const std::string& name = package.source.empty() ? package.name : package.source;
      Renewal& renewal = from_base ? base_ : upgrades_[package.type];
      renewal.names.insert(name);
      renewal.effect.add(finding);
      return;
    }
    // A program of the distribution or of the base is not the reader's to rebuild, and whether a
    // newer one is built with what mends it is not known.
    const std::string path = finding.location ? finding.location->path : std::string();
    if (from_base || programs_of_distribution_.contains(path)) return;
    Rebuild& rebuild = rebuilds_[path];
    if (!finding.fixed_versions.empty()) need(rebuild, package, finding.fixed_versions.front());
    rebuild.effect.add(finding);
  }

  [[nodiscard]] std::vector<Advice> steps() const {
    std::vector<Advice> steps;
    if (base_.effect.removes != 0) {
      steps.push_back(step(fmt::format("rebuild on a newer {} ({})", base_name_of(facts_),
                                       some_of(base_.names, ", ")),
                           base_.effect));
    }
    for (const auto& [type, renewal] : upgrades_)
      steps.push_back(step(upgrade_of(facts_, type, renewal.names), renewal.effect));
    // Programs that need the same are one step: a newer Go for all of them.
    std::map<std::string, Renewal> alike;
    for (const auto& [path, rebuild] : rebuilds_) {
      Renewal& programs = alike[needs_of(rebuild)];
      programs.names.insert(path);
      programs.effect.add(rebuild.effect);
    }
    for (const auto& [needs, programs] : alike) {
      steps.push_back(step(fmt::format("rebuild {} with {}", some_of(programs.names, ", "), needs),
                           programs.effect));
    }
    return steps;
  }

 private:
  static Advice step(std::string action, const Effect& effect) {
    return {std::move(action), effect.removes, effect.removes_high};
  }

  const ImageFacts& facts_;
  std::set<std::string> programs_of_distribution_;
  Renewal base_;
  std::map<std::string, Renewal> upgrades_;  // by package type
  std::map<std::string, Rebuild> rebuilds_;  // by program
};

}  // namespace

std::vector<Advice> advise(const ImageFacts& facts, const std::vector<Finding>& findings,
                           std::size_t limit) {
  Sorter sorter(facts);
  for (const Finding& finding : findings) {
    if (finding.subject != facts.image.name || finding.suppressed || !finding.package ||
        !finding.vulnerability || finding.vulnerability->state != FixState::Fixed)
      continue;
    sorter.add(finding);
  }
  std::vector<Advice> advice = sorter.steps();
  std::ranges::stable_sort(advice, [](const Advice& a, const Advice& b) {
    return std::pair(a.removes_high, a.removes) > std::pair(b.removes_high, b.removes);
  });
  if (advice.size() > limit) advice.resize(limit);
  return advice;
}

}  // namespace corten::scan
