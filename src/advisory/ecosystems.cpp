#include "advisory/ecosystems.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::advisory {

namespace {

using version::Scheme;

constexpr std::array kEcosystems = {
    Ecosystem{"AlmaLinux", Scheme::Rpm},
    Ecosystem{"Alpaquita", Scheme::Apk},
    Ecosystem{"Alpine", Scheme::Apk},
    Ecosystem{"Azure Linux", Scheme::Rpm},
    Ecosystem{"BellSoft Hardened Containers", Scheme::Apk},
    Ecosystem{"Bioconductor", Scheme::Integers},
    Ecosystem{"Bitnami", Scheme::Semver},
    Ecosystem{"CRAN", Scheme::Integers},
    Ecosystem{"Chainguard", Scheme::Apk},
    Ecosystem{"CleanStart", Scheme::Apk},
    Ecosystem{"ConanCenter", Scheme::Semver},
    Ecosystem{"Debian", Scheme::Deb},
    Ecosystem{"Echo", Scheme::Deb},
    Ecosystem{"GHC", Scheme::Integers},
    Ecosystem{kGitFamily, Scheme::Generic, NameRule::Repository},
    Ecosystem{"GitHub Actions", Scheme::Semver, NameRule::Lower},
    Ecosystem{"Go", Scheme::Go},
    Ecosystem{"Hackage", Scheme::Integers},
    Ecosystem{"Hex", Scheme::Semver, NameRule::Lower},
    Ecosystem{"Julia", Scheme::Semver},
    Ecosystem{"Kubernetes", Scheme::Semver},
    Ecosystem{"Linux", Scheme::Generic},
    Ecosystem{"Mageia", Scheme::Rpm},
    Ecosystem{"Maven", Scheme::Maven},
    Ecosystem{"MinimOS", Scheme::Apk},
    Ecosystem{"NuGet", Scheme::Nuget, NameRule::Lower},
    Ecosystem{"Packagist", Scheme::Composer, NameRule::Lower},
    Ecosystem{"Photon OS", Scheme::Rpm},
    Ecosystem{"Pub", Scheme::Pub, NameRule::Lower},
    Ecosystem{"PyPI", Scheme::Pep440, NameRule::Pypi},
    Ecosystem{"Red Hat", Scheme::Rpm},
    Ecosystem{"Rocky Linux", Scheme::Rpm},
    Ecosystem{"RubyGems", Scheme::Gem},
    Ecosystem{"SUSE", Scheme::Rpm},
    Ecosystem{"SwiftURL", Scheme::Semver, NameRule::Repository},
    Ecosystem{"Ubuntu", Scheme::Deb},
    Ecosystem{"VSCode", Scheme::Semver, NameRule::Lower},
    Ecosystem{"Wolfi", Scheme::Apk},
    Ecosystem{"crates.io", Scheme::Semver},
    Ecosystem{"kubernetes", Scheme::Semver},
    Ecosystem{"npm", Scheme::Semver},
    Ecosystem{"opam", Scheme::Deb},
    Ecosystem{"openEuler", Scheme::Rpm},
    Ecosystem{"openSUSE", Scheme::Rpm},
};

struct DebianRelease {
  std::string_view codename;
  std::string_view number;
};
constexpr std::array kDebianReleases = {
    DebianRelease{"lenny", "5"},     DebianRelease{"squeeze", "6"},   DebianRelease{"wheezy", "7"},
    DebianRelease{"jessie", "8"},    DebianRelease{"stretch", "9"},   DebianRelease{"buster", "10"},
    DebianRelease{"bullseye", "11"}, DebianRelease{"bookworm", "12"}, DebianRelease{"trixie", "13"},
    DebianRelease{"forky", "14"},    DebianRelease{"duke", "15"},
};

// PEP 503: runs of "-", "_" and "." are one "-"; lower case.
std::string pypi_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) out += c;
    if (separator && (out.empty() || out.back() != '-')) out += '-';
  }
  return out;
}

std::string repository_name(std::string_view url) {
  for (const std::string_view scheme :
       {"git+", "https://", "http://", "git://", "ssh://git@", "git@"}) {
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  }
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return to_lower(url);
}

std::string_view first_number(std::string_view version) {
  return version.substr(0, version.find('.'));
}

using package::Distribution;

Fit exact_if(bool fits) { return fits ? Fit::Exact : Fit::None; }

Fit fits_none(const Distribution& /*distribution*/, std::string_view release) {
  return exact_if(release.empty());
}

Fit fits_version(const Distribution& distribution, std::string_view release) {
  return exact_if(release.empty() || release == distribution.version_id);
}

Fit fits_major(const Distribution& distribution, std::string_view release) {
  return exact_if(release.empty() || release == first_number(distribution.version_id));
}

Fit fits_debian(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  if (!distribution.version_id.empty())
    return exact_if(release == first_number(distribution.version_id));
  return exact_if(!distribution.codename.empty() &&
                  release == debian_release(distribution.codename));
}

// "22.04:LTS" and "24.10"; the archives of Ubuntu Pro are "Pro:22.04:LTS". Its FIPS and realtime
// archives replace packages of their own and are not for everyone.
Fit fits_ubuntu(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  const bool paid = release.starts_with("Pro:");
  if (paid) release.remove_prefix(4);
  if (release.ends_with(":LTS")) release.remove_suffix(4);
  if (release != distribution.version_id) return Fit::None;
  return paid ? Fit::Paid : Fit::Exact;
}

// "v3.18" for 3.18.9; the development branch calls itself "3.21_alpha20240923" and is "edge".
Fit fits_alpine(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  const std::string_view version = distribution.version_id;
  if (version.find("_alpha") != std::string_view::npos) return exact_if(release == "edge");
  const std::size_t dot = version.find('.');
  if (dot == std::string_view::npos || !release.starts_with('v')) return Fit::None;
  return exact_if(release.substr(1) == version.substr(0, version.find('.', dot + 1)));
}

// Releases are product names of CPEs: "enterprise_linux:9::baseos". Extended support and add-on
// products (rhel_eus, rhel_aus, openshift…) have packages of their own. A minor release (10.0)
// stands for its major one: its errata are in the update path of every minor release.
Fit fits_redhat(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  constexpr std::string_view kProduct = "enterprise_linux:";
  if (!release.starts_with(kProduct)) return Fit::None;
  release.remove_prefix(kProduct.size());
  const std::string_view version = release.substr(0, release.find(':'));
  return exact_if(first_number(version) == first_number(distribution.version_id));
}

// The part of a product name that tells the release, "15 SP5", from "Linux Enterprise Server 15
// SP5-LTSS".
std::string_view suse_version(std::string_view product) {
  const std::size_t start = product.find_first_of("0123456789");
  if (start == std::string_view::npos) return {};
  std::string_view version = product.substr(start);
  if (version.ends_with("-LTSS")) version.remove_suffix(5);
  return version;
}

// The server's PRETTY_NAME is "SUSE Linux Enterprise Server 15 SP5"; most of its packages come from
// modules
// ("Linux Enterprise Module for Basesystem 15 SP5").
Fit fits_suse(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  const bool server = release.starts_with("Linux Enterprise Server ") &&
                      !release.starts_with("Linux Enterprise Server for ");
  const bool module = release.starts_with("Linux Enterprise Module for ");
  const std::string_view version = suse_version(distribution.pretty_name);
  if (version.empty() || suse_version(release) != version) return Fit::None;
  if (release.ends_with("-LTSS")) return server ? Fit::Paid : Fit::None;
  return exact_if(server || module);
}

Fit fits_opensuse(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  std::string_view name = distribution.pretty_name;
  if (name.starts_with("openSUSE ")) name.remove_prefix(9);
  if (release == distribution.version_id) return Fit::Exact;  // 13.2 and before
  return exact_if(release == name ||
                  (release == "Tumbleweed" && distribution.id == "opensuse-tumbleweed"));
}

// PRETTY_NAME "openEuler 24.03 (LTS-SP1)" is the release "24.03-LTS-SP1".
Fit fits_openeuler(const Distribution& distribution, std::string_view release) {
  if (release.empty()) return Fit::Exact;
  std::string expected = distribution.version_id;
  const std::string_view name = distribution.pretty_name;
  const std::size_t open = name.find('(');
  const std::size_t close = name.find(')', open == std::string_view::npos ? 0 : open);
  if (open != std::string_view::npos && close != std::string_view::npos) {
    expected += '-';
    expected += name.substr(open + 1, close - open - 1);
  }
  return exact_if(release == expected);
}

Fit fits_stream(const Distribution& distribution, std::string_view release) {
  if (distribution.version_id.empty()) return exact_if(release.empty() || release == "stream");
  const std::string_view version = distribution.version_id;
  return exact_if(release.empty() || release == version || release == first_number(version));
}

struct Row {
  std::string_view id;  // ID of os-release
  OsAdvisories advisories;
};
using package::Type;
constexpr std::array kDistributions = {
    Row{"almalinux", {"AlmaLinux", NamedBy::Binary, Type::Rpm, fits_major}},
    Row{"alpaquita", {"Alpaquita", NamedBy::Source, Type::Apk, fits_stream}},
    Row{"alpine", {"Alpine", NamedBy::Source, Type::Apk, fits_alpine}},
    Row{"azurelinux", {"Azure Linux", NamedBy::Source, Type::Rpm, fits_major}},
    Row{"bellsoft-hardened-containers",
        {"BellSoft Hardened Containers", NamedBy::Source, Type::Apk, fits_stream}},
    Row{"centos", {"Red Hat", NamedBy::Both, Type::Rpm, fits_redhat}},
    Row{"chainguard", {"Chainguard", NamedBy::Source, Type::Apk, fits_none}},
    Row{"cleanstart", {"CleanStart", NamedBy::Source, Type::Apk, fits_none}},
    Row{"debian", {"Debian", NamedBy::Source, Type::Deb, fits_debian}},
    Row{"echo", {"Echo", NamedBy::Source, Type::Deb, fits_none}},
    Row{"mageia", {"Mageia", NamedBy::Source, Type::Rpm, fits_major}},
    Row{"mariner", {"Azure Linux", NamedBy::Source, Type::Rpm, fits_major}},
    Row{"minimos", {"MinimOS", NamedBy::Source, Type::Apk, fits_none}},
    Row{"openeuler", {"openEuler", NamedBy::Source, Type::Rpm, fits_openeuler}},
    Row{"opensuse", {"openSUSE", NamedBy::Both, Type::Rpm, fits_opensuse}},
    Row{"opensuse-leap", {"openSUSE", NamedBy::Both, Type::Rpm, fits_opensuse}},
    Row{"opensuse-tumbleweed", {"openSUSE", NamedBy::Both, Type::Rpm, fits_opensuse}},
    Row{"photon", {"Photon OS", NamedBy::Binary, Type::Rpm, fits_version}},
    Row{"rhel", {"Red Hat", NamedBy::Both, Type::Rpm, fits_redhat}},
    Row{"rocky", {"Rocky Linux", NamedBy::Source, Type::Rpm, fits_major}},
    Row{"sled", {"SUSE", NamedBy::Both, Type::Rpm, fits_suse}},
    Row{"sles", {"SUSE", NamedBy::Both, Type::Rpm, fits_suse}},
    Row{"ubuntu", {"Ubuntu", NamedBy::Source, Type::Deb, fits_ubuntu}},
    Row{"wolfi", {"Wolfi", NamedBy::Source, Type::Apk, fits_none}},
};

}  // namespace

std::span<const Ecosystem> ecosystems() { return kEcosystems; }

Ecosystem ecosystem_of(std::string_view family) {
  const auto* row = std::ranges::find(kEcosystems, family, &Ecosystem::family);
  return row != kEcosystems.end() ? *row : Ecosystem{family, Scheme::Generic, NameRule::AsIs};
}

std::string normal_name(const Ecosystem& ecosystem, std::string_view name) {
  switch (ecosystem.names) {
    case NameRule::AsIs:
      return std::string(name);
    case NameRule::Lower:
      return to_lower(name);
    case NameRule::Pypi:
      return pypi_name(name);
    case NameRule::Repository:
      return repository_name(name);
  }
  return std::string(name);
}

version::Scheme scheme_of(const Ecosystem& ecosystem, bool semver) {
  return semver && ecosystem.scheme != Scheme::Go ? Scheme::Semver : ecosystem.scheme;
}

EcosystemName split_ecosystem(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {name, {}};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

std::string debian_release(std::string_view codename) {
  const auto* row = std::ranges::find(kDebianReleases, codename, &DebianRelease::codename);
  return std::string(row != kDebianReleases.end() ? row->number : codename);
}

std::optional<OsAdvisories> os_advisories(const package::Distribution& distribution) {
  const auto* row = std::ranges::find(kDistributions, distribution.id, &Row::id);
  if (row == kDistributions.end()) return std::nullopt;
  // CentOS Linux rebuilt Red Hat's packages with their versions; CentOS Stream runs ahead of them.
  const bool stream = distribution.pretty_name.find("Stream") != std::string::npos;
  if (distribution.id == "centos" && stream) return std::nullopt;
  return row->advisories;
}

std::string_view language_family(package::Type type) {
  switch (type) {
    case Type::Go:
      return "Go";
    case Type::Cargo:
      return "crates.io";
    case Type::Npm:
      return "npm";
    case Type::Pypi:
      return "PyPI";
    case Type::Maven:
      return "Maven";
    case Type::Gem:
      return "RubyGems";
    case Type::Nuget:
      return "NuGet";
    case Type::Composer:
      return "Packagist";
    case Type::Deb:
    case Type::Apk:
    case Type::Rpm:
    case Type::Generic:
      return {};
  }
  return {};
}

std::optional<GoRepository> go_repository(std::string_view module) {
  constexpr std::array<std::string_view, 4> kHosts = {"github.com", "gitlab.com", "bitbucket.org",
                                                      "codeberg.org"};
  const auto parts = split(module, '/');
  if (parts.size() < 3 || std::ranges::find(kHosts, parts[0]) == kHosts.end()) return std::nullopt;
  GoRepository repository;
  repository.name = to_lower(fmt::format("{}/{}/{}", parts[0], parts[1], parts[2]));
  std::size_t end = parts.size();
  const std::string_view last = parts.back();
  const bool is_major = end > 3 && last.size() > 1 && last.front() == 'v' &&
                        last.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (is_major) --end;
  for (std::size_t i = 3; i < end; ++i) repository.tag_prefix += fmt::format("{}/", parts[i]);
  return repository;
}

}  // namespace corten::advisory
