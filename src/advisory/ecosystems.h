// Which ecosystems there are, how each orders versions and spells names, and which one judges a
// package of a distribution.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "package/package.h"
#include "version/version.h"

namespace corten::advisory {

// The family of ranges by commit; its packages are named after their repositories.
inline constexpr std::string_view kGitFamily = "GIT";

enum class NameRule { AsIs, Lower, Pypi, Repository };

struct Ecosystem {
  std::string_view family;  // as OSV writes it, without release
  version::Scheme scheme;
  NameRule names = NameRule::AsIs;
};

[[nodiscard]] std::span<const Ecosystem> ecosystems();
// The row of a family; unknown families are carried along and get a row with the generic order and
// names as they are.
[[nodiscard]] Ecosystem ecosystem_of(std::string_view family);
[[nodiscard]] std::string normal_name(const Ecosystem& ecosystem, std::string_view name);
// The scheme in which a range of the ecosystem compares.
[[nodiscard]] version::Scheme scheme_of(const Ecosystem& ecosystem, bool semver);

struct EcosystemName {
  std::string_view family;
  std::string_view release;  // empty: none
};
[[nodiscard]] EcosystemName split_ecosystem(std::string_view name);  // "Ubuntu:22.04:LTS"

// The number of a Debian release ("bookworm" is "12"); "sid" and unknown names stay as they are.
[[nodiscard]] std::string debian_release(std::string_view codename);

// Under which names the advisories of a distribution file a package.
enum class NamedBy { Source, Binary, Both };

// How well a record's release fits a distribution.
enum class Fit { None, Exact, Paid };  // Paid: the fix is only in a paid archive (Ubuntu Pro)

// The advisories that judge the OS packages of one distribution.
struct OsAdvisories {
  std::string_view family;
  NamedBy named_by = NamedBy::Source;
  package::Type type = package::Type::Deb;
  Fit (*fits)(const package::Distribution& distribution, std::string_view release) = nullptr;
};
// nullopt: no feed knows this distribution.
[[nodiscard]] std::optional<OsAdvisories> os_advisories(const package::Distribution& distribution);

// The family of a language ecosystem; empty for OS packages and for types without advisories by
// name.
[[nodiscard]] std::string_view language_family(package::Type type);

// Where a Go module is kept, if its path says so: "github.com/a/b/sub/v2" is in the repository
// "github.com/a/b", and its versions are the tags "sub/v2.0.0".
struct GoRepository {
  std::string name;
  std::string tag_prefix;  // "sub/" or empty
};
[[nodiscard]] std::optional<GoRepository> go_repository(std::string_view module);

}  // namespace corten::advisory
