#include "package/distribution.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "package/internal/os_release.h"

namespace corten::package {
namespace {

using Read = std::function<std::optional<std::string>(std::string_view path)>;

// Release files that say "NAME release VERSION (CODENAME)", the more telling ones first: Oracle and
// CentOS also have a redhat-release, which may name Red Hat.
constexpr std::array<std::string_view, 7> kReleaseFiles = {
    "etc/oracle-release", "etc/centos-release", "etc/rocky-release", "etc/almalinux-release",
    "etc/fedora-release", "etc/redhat-release", "etc/system-release"};

constexpr std::array<std::string_view, 13> kFiles = {
    "etc/os-release",        "usr/lib/os-release", "etc/debian_version", "etc/alpine-release",
    "etc/lsb-release",       "etc/oracle-release", "etc/centos-release", "etc/rocky-release",
    "etc/almalinux-release", "etc/fedora-release", "etc/redhat-release", "etc/system-release",
    "etc/SuSE-release"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kIdsByName = {{
    {"Red Hat Enterprise Linux", "rhel"},
    {"CentOS", "centos"},
    {"Rocky Linux", "rocky"},
    {"AlmaLinux", "almalinux"},
    {"Oracle Linux", "ol"},
    {"Fedora", "fedora"},
    {"Amazon Linux", "amzn"},
    {"Scientific Linux", "scientific"},
    {"SUSE Linux Enterprise", "sles"},
    {"openSUSE", "opensuse"},
    {"VMware Photon", "photon"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kDebianCodenames = {{
    {"6", "squeeze"},
    {"7", "wheezy"},
    {"8", "jessie"},
    {"9", "stretch"},
    {"10", "buster"},
    {"11", "bullseye"},
    {"12", "bookworm"},
    {"13", "trixie"},
}};

std::string_view debian_codename(std::string_view release) {
  const auto* found = std::ranges::find(kDebianCodenames, release,
                                        &std::pair<std::string_view, std::string_view>::first);
  return found == kDebianCodenames.end() ? std::string_view{} : found->second;
}

// The trimmed first line of a file; nullopt when it is absent or empty.
std::optional<std::string> first_line(const Read& read, std::string_view path) {
  const auto content = read(path);
  if (!content) return std::nullopt;
  std::string_view text = std::string_view(*content).substr(0, kMaxReleaseFileBytes);
  const auto line = next_line(text);
  if (!line || trim(*line).empty()) return std::nullopt;
  return std::string(trim(*line));
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

std::string value_of(const std::map<std::string, std::string, std::less<>>& values,
                     std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

// The codename in VERSION of releases that have no VERSION_CODENAME: "9 (stretch)", "14.04.6 LTS,
// Trusty Tahr".
std::string codename_in_version(std::string_view version) {
  const std::size_t open = version.find('(');
  const std::size_t close = version.find(')');
  std::string_view name;
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    name = version.substr(open + 1, close - open - 1);
    if (name.contains(' ')) return {};
  } else if (const auto parts = split_once(version, ',')) {
    name = trim(parts->second);
    name = name.substr(0, name.find(' '));
  }
  return to_lower(trim(name));
}

// Alpine's development branch numbers itself "3.21_alpha20240807": it is a rolling release, not one
// of 3.21.
void settle_alpine(Distribution& distribution) {
  if (!distribution.version_id.contains("_alpha")) return;
  distribution.version_id.clear();
  distribution.codename = "edge";
}

// Debian's os-release knows "12"; which point release it is stands in debian_version only.
void settle_debian(Distribution& distribution, const std::string& version, const Read& read) {
  if (distribution.pretty_name == "Distroless" && !version.empty()) {
    distribution.pretty_name = "Distroless, " + version;
  }
  if (distribution.codename.empty()) {
    distribution.codename = debian_codename(distribution.version_id);
  }
  const auto point = first_line(read, "etc/debian_version");
  if (!point) return;
  if (distribution.version_id.empty()) {
    if (distribution.codename.empty()) distribution.codename = point->substr(0, point->find('/'));
    return;
  }
  const std::string spelled = " " + distribution.version_id + " (";
  const std::size_t at = distribution.pretty_name.find(spelled);
  if (point->starts_with(distribution.version_id + ".") && at != std::string::npos) {
    distribution.pretty_name.replace(at, spelled.size(), " " + *point + " (");
  }
}

std::optional<Distribution> from_os_release(const Read& read, std::string_view path) {
  const auto content = read(path);
  if (!content) return std::nullopt;
  const auto values = parse_assignments(*content);
  Distribution out;
  out.id = to_lower(value_of(values, "ID"));
  if (out.id.empty()) return std::nullopt;
  out.version_id = value_of(values, "VERSION_ID");
  const std::string version = value_of(values, "VERSION");
  out.codename = value_of(values, "VERSION_CODENAME");
  if (out.codename.empty()) out.codename = value_of(values, "UBUNTU_CODENAME");
  if (out.codename.empty()) out.codename = codename_in_version(version);
  out.pretty_name = value_of(values, "PRETTY_NAME");
  if (out.pretty_name.empty()) {
    out.pretty_name = std::string(trim(value_of(values, "NAME") + " " + version));
  }
  const std::string id_like = value_of(values, "ID_LIKE");
  for (const std::string_view id : split(id_like, ' ')) {
    if (!id.empty()) out.id_like.push_back(to_lower(id));
  }
  if (out.id == "alpine") settle_alpine(out);
  if (out.id == "debian") settle_debian(out, version, read);
  return out;
}

std::optional<Distribution> from_lsb_release(const Read& read) {
  const auto content = read("etc/lsb-release");
  if (!content) return std::nullopt;
  const auto values = parse_assignments(*content);
  Distribution out;
  out.id = to_lower(value_of(values, "DISTRIB_ID"));
  if (out.id.empty()) return std::nullopt;
  out.version_id = value_of(values, "DISTRIB_RELEASE");
  out.codename = to_lower(value_of(values, "DISTRIB_CODENAME"));
  out.pretty_name = value_of(values, "DISTRIB_DESCRIPTION");
  return out;
}

std::optional<Distribution> from_alpine_release(const Read& read) {
  const auto line = first_line(read, "etc/alpine-release");
  if (!line || !starts_with_digit(*line)) return std::nullopt;
  Distribution out{"alpine", *line, {}, "Alpine Linux " + *line, {}};
  settle_alpine(out);
  return out;
}

std::optional<Distribution> from_debian_version(const Read& read) {
  const auto line = first_line(read, "etc/debian_version");
  if (!line) return std::nullopt;
  Distribution out;
  out.id = "debian";
  out.pretty_name = "Debian GNU/Linux " + *line;
  if (!starts_with_digit(*line)) {  // "trixie/sid": testing and unstable look the same
    out.codename = line->substr(0, line->find('/'));
    return out;
  }
  out.version_id = line->substr(0, line->find('.'));
  out.codename = debian_codename(out.version_id);
  if (!out.codename.empty()) out.pretty_name += " (" + out.codename + ")";
  return out;
}

std::string id_of_name(std::string_view text) {
  for (const auto& [name, id] : kIdsByName) {
    if (text.starts_with(name)) return std::string(id);
  }
  return {};
}

// "CentOS release 6.10 (Final)", "Red Hat Enterprise Linux Server release 6.10 (Santiago)".
std::optional<Distribution> from_release_file(const Read& read, std::string_view path) {
  constexpr std::string_view kRelease = " release ";
  const auto line = first_line(read, path);
  if (!line) return std::nullopt;
  Distribution out;
  out.id = id_of_name(*line);
  if (out.id.empty()) return std::nullopt;
  out.pretty_name = *line;
  const std::size_t at = line->find(kRelease);
  if (at == std::string::npos) return out;
  const std::string_view rest = std::string_view(*line).substr(at + kRelease.size());
  if (starts_with_digit(rest)) out.version_id = rest.substr(0, rest.find(' '));
  out.codename = codename_in_version(rest);
  return out;
}

// "SUSE Linux Enterprise Server 11 (x86_64)", then "VERSION = 11" and "PATCHLEVEL = 4".
std::optional<Distribution> from_suse_release(const Read& read) {
  const auto content = read("etc/SuSE-release");
  if (!content) return std::nullopt;
  Distribution out;
  std::string patch_level;
  std::string_view text = std::string_view(*content).substr(0, kMaxReleaseFileBytes);
  while (const auto line = next_line(text)) {
    if (out.pretty_name.empty()) out.pretty_name = trim(*line);
    const auto assignment = split_once(*line, '=');
    if (!assignment) continue;
    if (trim(assignment->first) == "VERSION") out.version_id = trim(assignment->second);
    if (trim(assignment->first) == "PATCHLEVEL") patch_level = trim(assignment->second);
  }
  out.id = id_of_name(out.pretty_name);
  if (out.id.empty()) return std::nullopt;
  if (!patch_level.empty() && patch_level != "0") out.version_id += "." + patch_level;
  return out;
}

}  // namespace

std::span<const std::string_view> distribution_files() { return kFiles; }

Distribution identify(const Read& read) {
  for (const std::string_view path : {"etc/os-release", "usr/lib/os-release"}) {
    if (auto found = from_os_release(read, path)) return *std::move(found);
  }
  // lsb-release comes before debian_version: old Ubuntu has both, and there the latter names a
  // Debian testing.
  if (auto found = from_lsb_release(read)) return *std::move(found);
  if (auto found = from_alpine_release(read)) return *std::move(found);
  for (const std::string_view path : kReleaseFiles) {
    if (auto found = from_release_file(read, path)) return *std::move(found);
  }
  if (auto found = from_suse_release(read)) return *std::move(found);
  return from_debian_version(read).value_or(Distribution{});
}

}  // namespace corten::package
