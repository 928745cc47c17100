#include "image/known_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "package/distribution.h"

namespace corten::image {

namespace {

using enum ImageFamily;

// `*` at either end of a pattern, and nothing else: what the tables need.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty() || pattern == "*") return true;
  const bool open_start = pattern.front() == '*';
  const bool open_end = pattern.back() == '*';
  const std::string_view core = pattern.substr(
      open_start ? 1 : 0, pattern.size() - (open_start ? 1 : 0) - (open_end ? 1 : 0));
  if (open_start && open_end) return text.find(core) != std::string_view::npos;
  if (open_start) return text.ends_with(core);
  if (open_end) return text.starts_with(core);
  return text == core;
}

constexpr auto kImages = std::to_array<KnownImage>({
    {"scratch", "", Scratch, "root", "", false},
    // Distroless and its kin: no shell, and an unprivileged user where the tag says so.
    {"gcr.io/distroless/*", "debug-nonroot*", Distroless, "65532", "nonroot:65532"},
    {"gcr.io/distroless/*", "debug*", Distroless, "root", "nonroot:65532"},
    {"gcr.io/distroless/*", "nonroot*", Distroless, "65532", "nonroot:65532", false},
    {"gcr.io/distroless/*", "", Distroless, "root", "nonroot:65532", false},
    {"cgr.dev/chainguard/*", "*-dev", Distroless, "65532", "nonroot:65532"},
    {"cgr.dev/chainguard/wolfi-base", "", Alpine, "65532", "nonroot:65532"},
    {"cgr.dev/chainguard/*", "", Distroless, "65532", "nonroot:65532", false},
    {"chainguard/wolfi-base", "", Alpine, "65532", "nonroot:65532"},
    {"chainguard/*", "*-dev", Distroless, "65532", "nonroot:65532"},
    {"chainguard/*", "", Distroless, "65532", "nonroot:65532", false},
    // Microsoft.
    {"mcr.microsoft.com/windows/nanoserver*", "", Windows, "ContainerUser", "ContainerUser:", true},
    {"mcr.microsoft.com/windows*", "", Windows, "ContainerAdministrator", "ContainerUser:", true},
    {"microsoft/nanoserver*", "", Windows, "ContainerUser", "ContainerUser:", true},
    {"microsoft/*", "", Windows, "ContainerAdministrator", "ContainerUser:", true},
    {"mcr.microsoft.com/dotnet/*", "*nanoserver*", Windows, "ContainerUser",
     "ContainerUser:", true},
    {"mcr.microsoft.com/dotnet/*", "*windowsservercore*", Windows, "ContainerAdministrator",
     "ContainerUser:", true},
    {"mcr.microsoft.com/dotnet/framework/*", "", Windows, "ContainerAdministrator",
     "ContainerUser:", true},
    {"mcr.microsoft.com/powershell", "*nanoserver*", Windows, "ContainerUser",
     "ContainerUser:", true},
    {"mcr.microsoft.com/powershell", "*windowsservercore*", Windows, "ContainerAdministrator",
     "ContainerUser:", true},
    {"mcr.microsoft.com/dotnet/*", "*-chiseled*", Distroless, "1654", "app:1654", false},
    {"mcr.microsoft.com/dotnet/*", "*-distroless*", Distroless, "1654", "app:1654", false},
    {"mcr.microsoft.com/dotnet/*", "*alpine*", Alpine, "root", "app:1654"},
    {"mcr.microsoft.com/dotnet/*", "*azurelinux*", Rpm, "root", "app:1654"},
    {"mcr.microsoft.com/dotnet/*", "*cbl-mariner*", Rpm, "root", "app:1654"},
    {"mcr.microsoft.com/dotnet/*", "", Debian, "root", "app:1654"},
    {"mcr.microsoft.com/cbl-mariner*", "", Rpm, "root", ""},
    {"mcr.microsoft.com/azurelinux*", "", Rpm, "root", ""},
    // Windows variants of the official images.
    {"*", "*nanoserver*", Windows, "ContainerUser", "ContainerUser:", true},
    {"*", "*windowsservercore*", Windows, "ContainerAdministrator", "ContainerUser:", true},
    // Publishers whose images never start as root.
    {"bitnami/*", "", Debian, "1001", "1001:1001"},
    {"bitnamilegacy/*", "", Debian, "1001", "1001:1001"},
    {"nginxinc/nginx-unprivileged", "*alpine*", Alpine, "101", "nginx:101"},
    {"nginxinc/nginx-unprivileged", "", Debian, "101", "nginx:101"},
    {"jenkins/jenkins", "*alpine*", Alpine, "jenkins", "jenkins:1000"},
    {"jenkins/jenkins", "", Debian, "jenkins", "jenkins:1000"},
    {"grafana/grafana*", "", Alpine, "472", "grafana:472"},
    {"prom/*", "", Busybox, "nobody", "nobody:65534"},
    {"quay.io/prometheus/*", "", Busybox, "nobody", "nobody:65534"},
    {"hashicorp/*", "", Alpine, "root", ""},
    {"registry.access.redhat.com/ubi*-micro", "", Rpm, "root", "", true},
    {"registry.access.redhat.com/ubi*", "", Rpm, "root", ""},
    {"registry.redhat.io/ubi*", "", Rpm, "root", ""},
    {"redhat/ubi*", "", Rpm, "root", ""},
    // Official images that step down by themselves.
    {"php", "*apache*", Debian, "root", "www-data:33", true, true},
    {"php", "*alpine*", Alpine, "root", "www-data:82"},
    {"php", "*fpm*", Debian, "root", "www-data:33", true, true},
    {"php", "", Debian, "root", "www-data:33"},
    {"wordpress", "*alpine*", Alpine, "root", "www-data:82", true, true},
    {"wordpress", "", Debian, "root", "www-data:33", true, true},
    {"httpd", "*alpine*", Alpine, "root", "www-data:82", true, true},
    {"httpd", "", Debian, "root", "www-data:33", true, true},
    {"nginx", "*alpine*", Alpine, "root", "nginx:101", true, true},
    {"nginx", "", Debian, "root", "nginx:101", true, true},
    {"redis", "*alpine*", Alpine, "root", "redis:999", true, true},
    {"redis", "", Debian, "root", "redis:999", true, true},
    {"valkey/valkey", "", Debian, "root", "valkey:999", true, true},
    {"postgres", "*alpine*", Alpine, "root", "postgres:70", true, true},
    {"postgres", "", Debian, "root", "postgres:999", true, true},
    {"mysql", "", Rpm, "root", "mysql:999", true, true},
    {"mariadb", "", Debian, "root", "mysql:999", true, true},
    {"mongo", "", Debian, "root", "mongodb:999", true, true},
    {"rabbitmq", "*alpine*", Alpine, "root", "rabbitmq:100", true, true},
    {"rabbitmq", "", Debian, "root", "rabbitmq:999", true, true},
    {"memcached", "*alpine*", Alpine, "memcache", "memcache:11211"},
    {"memcached", "", Debian, "memcache", "memcache:11211"},
    {"haproxy", "*alpine*", Alpine, "haproxy", "haproxy:99"},
    {"haproxy", "", Debian, "haproxy", "haproxy:99"},
    {"elasticsearch", "", Debian, "elasticsearch", "elasticsearch:1000"},
    {"docker.elastic.co/elasticsearch/*", "", Debian, "1000", "elasticsearch:1000"},
    {"cassandra", "", Debian, "root", "cassandra:999", true, true},
    {"solr", "", Debian, "8983", "solr:8983"},
    {"tomcat", "", Debian, "root", ""},
    {"traefik", "", Alpine, "root", ""},
    {"caddy", "", Alpine, "root", ""},
    // Languages.
    {"node", "*alpine*", Alpine, "root", "node:1000"},
    {"node", "", Debian, "root", "node:1000"},
    {"python", "*alpine*", Alpine, "root", ""},
    {"python", "", Debian, "root", ""},
    {"ruby", "*alpine*", Alpine, "root", ""},
    {"ruby", "", Debian, "root", ""},
    {"golang", "*alpine*", Alpine, "root", ""},
    {"golang", "", Debian, "root", ""},
    {"rust", "*alpine*", Alpine, "root", ""},
    {"rust", "", Debian, "root", ""},
    {"perl", "", Debian, "root", ""},
    {"elixir", "*alpine*", Alpine, "root", ""},
    {"elixir", "", Debian, "root", ""},
    {"erlang", "*alpine*", Alpine, "root", ""},
    {"erlang", "", Debian, "root", ""},
    {"haskell", "", Debian, "root", ""},
    {"gcc", "", Debian, "root", ""},
    {"buildpack-deps", "", Debian, "root", ""},
    {"openjdk", "*alpine*", Alpine, "root", ""},
    {"openjdk", "*slim*", Debian, "root", ""},
    {"openjdk", "*buster*", Debian, "root", ""},
    {"openjdk", "*bullseye*", Debian, "root", ""},
    {"openjdk", "8*", Debian, "root", ""},
    {"openjdk", "11*", Debian, "root", ""},
    {"openjdk", "", Rpm, "root", ""},
    {"java", "", Debian, "root", ""},
    {"eclipse-temurin", "*alpine*", Alpine, "root", ""},
    {"eclipse-temurin", "*ubi*", Rpm, "root", ""},
    {"eclipse-temurin", "", Debian, "root", ""},
    {"amazoncorretto", "*alpine*", Alpine, "root", ""},
    {"amazoncorretto", "", Rpm, "root", ""},
    {"maven", "*alpine*", Alpine, "root", ""},
    {"maven", "", Debian, "root", ""},
    {"gradle", "*alpine*", Alpine, "root", "gradle:1000"},
    {"gradle", "", Debian, "root", "gradle:1000"},
    {"composer", "", Alpine, "root", ""},
    {"oven/bun", "*alpine*", Alpine, "root", "bun:1000"},
    {"oven/bun", "", Debian, "root", "bun:1000"},
    {"denoland/deno", "*alpine*", Alpine, "root", "deno:1000"},
    {"denoland/deno", "*distroless*", Distroless, "root", "", false},
    {"denoland/deno", "", Debian, "root", "deno:1993"},
    // Distributions.
    {"debian", "", Debian, "root", ""},
    {"ubuntu", "", Debian, "root", ""},
    {"alpine", "", Alpine, "root", ""},
    {"busybox", "", Busybox, "root", ""},
    {"centos", "", Rpm, "root", ""},
    {"quay.io/centos/*", "", Rpm, "root", ""},
    {"fedora", "", Rpm, "root", ""},
    {"registry.fedoraproject.org/*", "", Rpm, "root", ""},
    {"rockylinux", "", Rpm, "root", ""},
    {"rockylinux/rockylinux", "", Rpm, "root", ""},
    {"almalinux", "", Rpm, "root", ""},
    {"almalinux/*", "", Rpm, "root", ""},
    {"oraclelinux", "", Rpm, "root", ""},
    {"amazonlinux", "", Rpm, "root", ""},
    {"public.ecr.aws/amazonlinux/*", "", Rpm, "root", ""},
    {"photon", "", Rpm, "root", ""},
    {"opensuse/*", "", Rpm, "root", ""},
    {"registry.suse.com/*", "", Rpm, "root", ""},
    {"registry.opensuse.org/*", "", Rpm, "root", ""},
    {"archlinux", "", Other, "root", ""},
    {"archlinux/*", "", Other, "root", ""},
});

struct LanguageEnd {
  std::string_view image;    // familiar name
  std::string_view version;  // "16", "3.8": what the tag begins with, up to a '.' or '-'
  std::string_view name;
  std::string_view date;  // last day of security support
};

// From the release pages of each project.
constexpr auto kLanguages = std::to_array<LanguageEnd>({
    {"node", "0", "Node.js 0", "2016-12-31"},
    {"node", "4", "Node.js 4", "2018-04-30"},
    {"node", "5", "Node.js 5", "2016-06-30"},
    {"node", "6", "Node.js 6", "2019-04-30"},
    {"node", "7", "Node.js 7", "2017-06-30"},
    {"node", "8", "Node.js 8", "2019-12-31"},
    {"node", "9", "Node.js 9", "2018-06-30"},
    {"node", "10", "Node.js 10", "2021-04-30"},
    {"node", "11", "Node.js 11", "2019-06-01"},
    {"node", "12", "Node.js 12", "2022-04-30"},
    {"node", "13", "Node.js 13", "2020-06-01"},
    {"node", "14", "Node.js 14", "2023-04-30"},
    {"node", "15", "Node.js 15", "2021-06-01"},
    {"node", "16", "Node.js 16", "2023-09-11"},
    {"node", "17", "Node.js 17", "2022-06-01"},
    {"node", "18", "Node.js 18", "2025-04-30"},
    {"node", "19", "Node.js 19", "2023-06-01"},
    {"node", "20", "Node.js 20", "2026-04-30"},
    {"node", "21", "Node.js 21", "2024-06-01"},
    {"node", "22", "Node.js 22", "2027-04-30"},
    {"node", "23", "Node.js 23", "2025-06-01"},
    {"node", "24", "Node.js 24", "2028-04-30"},
    {"python", "2", "Python 2", "2020-01-01"},
    {"python", "3.4", "Python 3.4", "2019-03-18"},
    {"python", "3.5", "Python 3.5", "2020-09-30"},
    {"python", "3.6", "Python 3.6", "2021-12-23"},
    {"python", "3.7", "Python 3.7", "2023-06-27"},
    {"python", "3.8", "Python 3.8", "2024-10-07"},
    {"python", "3.9", "Python 3.9", "2025-10-31"},
    {"python", "3.10", "Python 3.10", "2026-10-31"},
    {"python", "3.11", "Python 3.11", "2027-10-31"},
    {"python", "3.12", "Python 3.12", "2028-10-31"},
    {"python", "3.13", "Python 3.13", "2029-10-31"},
    {"php", "5", "PHP 5", "2018-12-31"},
    {"php", "7.0", "PHP 7.0", "2019-01-10"},
    {"php", "7.1", "PHP 7.1", "2019-12-01"},
    {"php", "7.2", "PHP 7.2", "2020-11-30"},
    {"php", "7.3", "PHP 7.3", "2021-12-06"},
    {"php", "7.4", "PHP 7.4", "2022-11-28"},
    {"php", "8.0", "PHP 8.0", "2023-11-26"},
    {"php", "8.1", "PHP 8.1", "2025-12-31"},
    {"php", "8.2", "PHP 8.2", "2026-12-31"},
    {"php", "8.3", "PHP 8.3", "2027-12-31"},
    {"php", "8.4", "PHP 8.4", "2028-12-31"},
    {"ruby", "2", "Ruby 2", "2023-03-31"},
    {"ruby", "3.0", "Ruby 3.0", "2024-04-23"},
    {"ruby", "3.1", "Ruby 3.1", "2025-03-26"},
    {"ruby", "3.2", "Ruby 3.2", "2026-03-31"},
    {"ruby", "3.3", "Ruby 3.3", "2027-03-31"},
    {"ruby", "3.4", "Ruby 3.4", "2028-03-31"},
    {"golang", "1.19", "Go 1.19", "2023-08-08"},
    {"golang", "1.20", "Go 1.20", "2024-02-06"},
    {"golang", "1.21", "Go 1.21", "2024-08-13"},
    {"golang", "1.22", "Go 1.22", "2025-02-11"},
    {"golang", "1.23", "Go 1.23", "2025-08-12"},
    {"golang", "1.18", "Go 1.18", "2023-02-01"},
    {"golang", "1.17", "Go 1.17", "2022-08-02"},
    {"golang", "1.16", "Go 1.16", "2022-03-15"},
    {"golang", "1.15", "Go 1.15", "2021-08-16"},
    {"golang", "1.14", "Go 1.14", "2021-02-16"},
    {"golang", "1.13", "Go 1.13", "2020-08-11"},
    {"golang", "1.12", "Go 1.12", "2020-02-25"},
    {"golang", "1.11", "Go 1.11", "2019-09-03"},
    {"golang", "1.10", "Go 1.10", "2019-02-25"},
    {"postgres", "9", "PostgreSQL 9", "2021-11-11"},
    {"postgres", "10", "PostgreSQL 10", "2022-11-10"},
    {"postgres", "11", "PostgreSQL 11", "2023-11-09"},
    {"postgres", "12", "PostgreSQL 12", "2024-11-21"},
    {"postgres", "13", "PostgreSQL 13", "2025-11-13"},
    {"postgres", "14", "PostgreSQL 14", "2026-11-12"},
    {"postgres", "15", "PostgreSQL 15", "2027-11-11"},
    {"postgres", "16", "PostgreSQL 16", "2028-11-09"},
    {"postgres", "17", "PostgreSQL 17", "2029-11-08"},
    {"mysql", "5", "MySQL 5", "2023-10-31"},
    {"mysql", "8.0", "MySQL 8.0", "2026-04-30"},
    {"mongo", "3", "MongoDB 3", "2021-04-30"},
    {"mongo", "4", "MongoDB 4", "2024-02-29"},
    {"mongo", "5", "MongoDB 5", "2024-10-31"},
    {"mongo", "6", "MongoDB 6", "2025-07-31"},
    {"mcr.microsoft.com/dotnet/*", "2", ".NET Core 2", "2021-08-21"},
    {"mcr.microsoft.com/dotnet/*", "3", ".NET Core 3", "2022-12-13"},
    {"mcr.microsoft.com/dotnet/*", "5.0", ".NET 5", "2022-05-10"},
    {"mcr.microsoft.com/dotnet/*", "6.0", ".NET 6", "2024-11-12"},
    {"mcr.microsoft.com/dotnet/*", "7.0", ".NET 7", "2024-05-14"},
    {"mcr.microsoft.com/dotnet/*", "8.0", ".NET 8", "2026-11-10"},
    {"mcr.microsoft.com/dotnet/*", "9.0", ".NET 9", "2026-11-10"},
    {"mcr.microsoft.com/dotnet/*", "10.0", ".NET 10", "2028-11-10"},
});

struct Codename {
  std::string_view word;
  std::string_view id;
  std::string_view version;
};

constexpr auto kCodenames = std::to_array<Codename>({
    {"wheezy", "debian", "7"},
    {"jessie", "debian", "8"},
    {"stretch", "debian", "9"},
    {"buster", "debian", "10"},
    {"bullseye", "debian", "11"},
    {"bookworm", "debian", "12"},
    {"trixie", "debian", "13"},
    {"trusty", "ubuntu", "14.04"},
    {"xenial", "ubuntu", "16.04"},
    {"bionic", "ubuntu", "18.04"},
    {"focal", "ubuntu", "20.04"},
    {"jammy", "ubuntu", "22.04"},
    {"noble", "ubuntu", "24.04"},
});

struct DistributionName {
  std::string_view image;
  std::string_view id;
};

constexpr auto kDistributions = std::to_array<DistributionName>({
    {"debian", "debian"},
    {"ubuntu", "ubuntu"},
    {"alpine", "alpine"},
    {"centos", "centos"},
    {"fedora", "fedora"},
    {"rockylinux", "rocky"},
    {"rockylinux/rockylinux", "rocky"},
    {"almalinux", "almalinux"},
    {"oraclelinux", "ol"},
    {"amazonlinux", "amzn"},
    {"photon", "photon"},
    {"opensuse/leap", "opensuse-leap"},
});

struct Deprecated {
  std::string_view image;
  std::string_view instead;
};

constexpr auto kDeprecated = std::to_array<Deprecated>({
    {"java", "eclipse-temurin"},
    {"openjdk", "eclipse-temurin"},
    {"centos", "quay.io/centos/centos:stream10, rockylinux or almalinux"},
    {"microsoft/dotnet", "mcr.microsoft.com/dotnet/sdk"},
    {"microsoft/aspnetcore*", "mcr.microsoft.com/dotnet/aspnet"},
    {"microsoft/windowsservercore", "mcr.microsoft.com/windows/servercore"},
    {"microsoft/nanoserver", "mcr.microsoft.com/windows/nanoserver"},
    {"microsoft/*", "the image of the same name at mcr.microsoft.com"},
    {"mcr.microsoft.com/dotnet/core/*", "mcr.microsoft.com/dotnet/ without core"},
    {"k8s.gcr.io/*", "registry.k8s.io"},
    {"gcr.io/google_containers/*", "registry.k8s.io"},
    {"gcr.io/google-containers/*", "registry.k8s.io"},
    {"bitnami/*", "the maker's own image: Bitnami's moved to a paid catalogue"},
    {"bitnamilegacy/*", "the maker's own image: these are no longer updated"},
    {"adoptopenjdk*", "eclipse-temurin"},
    {"anapsix/alpine-java", "eclipse-temurin"},
    {"vault", "hashicorp/vault"},
    {"consul", "hashicorp/consul"},
    {"iojs", "node"},
    {"rails", "ruby"},
    {"django", "python"},
    {"mono", "mcr.microsoft.com/dotnet/runtime"},
    {"jenkins", "jenkins/jenkins"},
    {"clearlinux*", "another distribution: Clear Linux has ended"},
    {"sentry", "getsentry/sentry"},
    {"swarm", "docker swarm, which the engine has"},
    {"celery", "python"},
    {"opensuse", "opensuse/leap"},
    {"ubuntu-debootstrap", "ubuntu"},
    {"ubuntu-upstart", "ubuntu"},
    {"owncloud", "owncloud/server"},
});

// Does `tag` begin with the whole version number `version`? "3.8" begins "3.8-slim" and "3.8.2",
// not "3.80".
bool begins_with_version(std::string_view tag, std::string_view version) {
  return tag.starts_with(version) &&
         (tag.size() == version.size() || tag[version.size()] == '.' || tag[version.size()] == '-');
}

std::optional<ImageSupport> language_support(std::string_view name, std::string_view tag) {
  for (const LanguageEnd& row : kLanguages) {
    if (!fits(row.image, name) || !begins_with_version(tag, row.version)) continue;
    return ImageSupport{std::string(row.name), *parse_time(row.date), std::nullopt};
  }
  return std::nullopt;
}

std::optional<ImageSupport> distribution_support(std::string_view id, std::string_view version) {
  package::Distribution distribution;
  distribution.id = id;
  distribution.version_id = version;
  const auto support = package::support_of(distribution);
  if (!support) return std::nullopt;
  return ImageSupport{support->name, support->end_of_life, support->extended};
}

// The distribution that a word of the tag names: "buster" in "3.12-slim-buster", "alpine3.15".
std::optional<ImageSupport> suffix_support(std::string_view tag) {
  constexpr std::string_view kAlpine = "alpine";
  for (const std::string_view word : split(tag, '-')) {
    const auto* found = std::ranges::find(kCodenames, word, &Codename::word);
    if (found != kCodenames.end()) return distribution_support(found->id, found->version);
    if (word.starts_with(kAlpine) && word.size() > kAlpine.size())
      return distribution_support(kAlpine, word.substr(kAlpine.size()));
  }
  return std::nullopt;
}

std::optional<ImageSupport> base_support(std::string_view name, std::string_view tag) {
  const auto* found = std::ranges::find(kDistributions, name, &DistributionName::image);
  if (found == kDistributions.end()) return std::nullopt;
  std::string_view version = tag.substr(0, tag.find('-'));
  constexpr std::string_view kCentos = "centos";
  if (found->id == kCentos && version.starts_with(kCentos)) version.remove_prefix(kCentos.size());
  if (const auto support = distribution_support(found->id, version)) return support;
  // Point releases: "debian:10.3", "rockylinux:8.5".
  return distribution_support(found->id, version.substr(0, version.find('.')));
}

}  // namespace

std::span<const KnownImage> known_images() { return kImages; }

const KnownImage* find_known_image(const Reference& reference) {
  const std::string name = familiar_name(reference);
  const std::string_view tag = reference.tag.empty() ? "latest" : std::string_view(reference.tag);
  const auto* found = std::ranges::find_if(
      kImages, [&](const KnownImage& row) { return fits(row.name, name) && fits(row.tag, tag); });
  return found == kImages.end() ? nullptr : found;
}

bool starts_as_root(const KnownImage& image) {
  return image.user == "root" || image.user == "ContainerAdministrator";
}

std::optional<ImageSupport> support_of_image(const Reference& reference) {
  const std::string name = familiar_name(reference);
  std::optional<ImageSupport> earliest;
  for (auto& support : {language_support(name, reference.tag), suffix_support(reference.tag),
                        base_support(name, reference.tag)}) {
    if (support && (!earliest || support->end_of_life < earliest->end_of_life)) earliest = support;
  }
  return earliest;
}

std::string_view replacement_of_deprecated(const Reference& reference) {
  const std::string name = familiar_name(reference);
  const auto* found = std::ranges::find_if(
      kDeprecated, [&](const Deprecated& row) { return fits(row.image, name); });
  return found == kDeprecated.end() ? std::string_view{} : found->instead;
}

}  // namespace corten::image
