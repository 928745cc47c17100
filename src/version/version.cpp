#include "version/version.h"

#include <algorithm>
#include <array>

#include "version/internal/schemes.h"
#include "version/internal/text.h"

namespace corten::version {
namespace {

// In the order of the enumeration, so that a scheme is its own index.
constexpr std::array<SchemeInfo, 13> kSchemes = {{
    {Scheme::Deb, "deb", "Debian Policy 5.6.12", compare_deb, valid_deb},
    {Scheme::Apk, "apk", "Alpine apk-package(5), apk-tools 3", compare_apk, valid_apk},
    {Scheme::Rpm, "rpm", "rpm-version(7): epoch, version, release", compare_rpm, valid_rpm},
    {Scheme::Semver, "semver", "Semantic Versioning 2.0", compare_semver, valid_semver},
    {Scheme::Go, "go", "Go modules and toolchains", compare_go, valid_go},
    {Scheme::Pep440, "pep440", "Python, PEP 440", compare_pep440, valid_pep440},
    {Scheme::Maven, "maven", "Maven, ComparableVersion", compare_maven, valid_maven},
    {Scheme::Gem, "gem", "RubyGems, Gem::Version", compare_gem, valid_gem},
    {Scheme::Nuget, "nuget", "NuGet: SemVer with a fourth number", compare_nuget, valid_nuget},
    {Scheme::Composer, "composer", "Composer and PHP version_compare", compare_composer,
     valid_composer},
    {Scheme::Pub, "pub", "Dart Pub: SemVer whose build counts", compare_pub, valid_pub},
    {Scheme::Integers, "integers", "Lists of integers: Haskell PVP, R", compare_integers,
     valid_integers},
    {Scheme::Generic, "generic", "Numbers and words, for everything else", compare_generic,
     valid_generic},
}};

constexpr bool rows_match_enumeration() {
  for (std::size_t i = 0; i < kSchemes.size(); ++i) {
    if (static_cast<std::size_t>(kSchemes[i].scheme) != i) return false;
  }
  return true;
}
static_assert(rows_match_enumeration());

struct Alias {
  std::string_view name;
  Scheme scheme;
};

constexpr auto kAliases = std::to_array<Alias>({
    {"dpkg", Scheme::Deb},
    {"debian", Scheme::Deb},
    {"ubuntu", Scheme::Deb},
    {"opkg", Scheme::Deb},
    {"opam", Scheme::Deb},
    {"alpine", Scheme::Apk},
    {"wolfi", Scheme::Apk},
    {"chainguard", Scheme::Apk},
    {"minimos", Scheme::Apk},
    {"alpaquita", Scheme::Apk},
    {"redhat", Scheme::Rpm},
    {"rhel", Scheme::Rpm},
    {"centos", Scheme::Rpm},
    {"fedora", Scheme::Rpm},
    {"almalinux", Scheme::Rpm},
    {"rocky", Scheme::Rpm},
    {"oracle", Scheme::Rpm},
    {"amazon", Scheme::Rpm},
    {"suse", Scheme::Rpm},
    {"opensuse", Scheme::Rpm},
    {"photon", Scheme::Rpm},
    {"azurelinux", Scheme::Rpm},
    {"mageia", Scheme::Rpm},
    {"openeuler", Scheme::Rpm},
    {"npm", Scheme::Semver},
    {"cargo", Scheme::Semver},
    {"crates", Scheme::Semver},
    {"crates.io", Scheme::Semver},
    {"hex", Scheme::Semver},
    {"julia", Scheme::Semver},
    {"swift", Scheme::Semver},
    {"conan", Scheme::Semver},
    {"bitnami", Scheme::Semver},
    {"githubactions", Scheme::Semver},
    {"golang", Scheme::Go},
    {"pypi", Scheme::Pep440},
    {"python", Scheme::Pep440},
    {"java", Scheme::Maven},
    {"rubygems", Scheme::Gem},
    {"ruby", Scheme::Gem},
    {"cocoapods", Scheme::Gem},
    {"dotnet", Scheme::Nuget},
    {"packagist", Scheme::Composer},
    {"php", Scheme::Composer},
    {"dart", Scheme::Pub},
    {"hackage", Scheme::Integers},
    {"haskell", Scheme::Integers},
    {"ghc", Scheme::Integers},
    {"pvp", Scheme::Integers},
    {"cran", Scheme::Integers},
    {"bioconductor", Scheme::Integers},
});

const SchemeInfo& info_of(Scheme scheme) { return kSchemes[static_cast<std::size_t>(scheme)]; }

}  // namespace

std::span<const SchemeInfo> schemes() { return kSchemes; }

std::optional<Scheme> parse_scheme(std::string_view name) {
  for (const SchemeInfo& info : kSchemes) {
    if (equal_ignoring_case(info.name, name)) return info.scheme;
  }
  for (const Alias& alias : kAliases) {
    if (equal_ignoring_case(alias.name, name)) return alias.scheme;
  }
  return std::nullopt;
}

std::weak_ordering compare(Scheme scheme, std::string_view a, std::string_view b) {
  return info_of(scheme).compare(a, b);
}

bool valid(Scheme scheme, std::string_view version) { return info_of(scheme).valid(version); }

}  // namespace corten::version
