#include <algorithm>
#include <array>

#include "base/text.h"
#include "finding/glob.h"
#include "finding/internal/purl.h"

namespace corten {

namespace {

// Types whose names do not depend on case (purl-spec, types/*-definition.json; NuGet's registry
// folds too).
constexpr std::array<std::string_view, 15> kFoldedTypes{
    "alpm", "apk",      "bitbucket", "bitnami", "brew", "composer", "deb", "github",
    "hex",  "luarocks", "nuget",     "oci",     "otp",  "pub",      "pypi"};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decodes; a '%' without two digits stays as it is.
std::string decoded(std::string_view text, PurlReading reading) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      const char c = static_cast<char>(high * 16 + low);
      if (reading == PurlReading::Pattern) {
        out += glob_escaped(std::string_view(&c, 1));
      } else {
        out += c;
      }
      i += 2;
    } else if (reading == PurlReading::Pattern && text[i] != '*') {
      out += glob_escaped(text.substr(i, 1));
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string folded_name(std::string_view type, std::string name) {
  if (std::ranges::find(kFoldedTypes, type) == kFoldedTypes.end()) return name;
  name = to_lower(name);
  if (type == "pypi")
    std::ranges::replace_if(name, [](char c) { return c == '_' || c == '.'; }, '-');
  return name;
}

// "1:2.3" for epoch 1, "2.3" for epoch 0 or none; Go's versions without their "v".
std::string normal_version(std::string_view type, std::string_view version,
                           std::string_view epoch) {
  if (type == "golang" && version.starts_with('v')) version.remove_prefix(1);
  if (version.starts_with("0:")) version.remove_prefix(2);
  const bool needs_epoch = !version.empty() && !epoch.empty() && epoch != "0" &&
                           version.find(':') == std::string_view::npos;
  return needs_epoch ? std::string(epoch) + ":" + std::string(version) : std::string(version);
}

std::string normal_distribution(std::string_view id) {
  return id == "rhel" ? "redhat" : std::string(id);
}

// Statements about a source package hold for what is built from it, and what is built for every
// machine is on each.
bool same_machine(std::string_view wanted, std::string_view found) {
  constexpr std::array<std::string_view, 5> kAny{"", "all", "noarch", "source", "src"};
  const auto is_any = [&](std::string_view arch) {
    return std::ranges::find(kAny, arch) != kAny.end();
  };
  return wanted == found || is_any(wanted) || is_any(found);
}

// Is the release `found` ("redhat-9.3") within `wanted` ("redhat-9")?
bool within_distribution(std::string_view wanted, std::string_view found) {
  const auto wanted_dash = wanted.rfind('-');
  const auto found_dash = found.rfind('-');
  if (wanted_dash == std::string_view::npos || found_dash == std::string_view::npos) {
    return wanted == found;
  }
  if (normal_distribution(wanted.substr(0, wanted_dash)) !=
      normal_distribution(found.substr(0, found_dash))) {
    return false;
  }
  const std::string_view wanted_release = wanted.substr(wanted_dash + 1);
  std::string_view found_release = found.substr(found_dash + 1);
  if (!found_release.starts_with(wanted_release)) return false;
  found_release.remove_prefix(wanted_release.size());
  return found_release.empty() || found_release.front() == '.';
}

// Reads the qualifiers that matter into `purl`; returns the epoch.
std::string read_qualifiers(std::string_view qualifiers, Purl& purl) {
  std::string epoch;
  for (const std::string_view pair : split(qualifiers, '&')) {
    const auto parts = split_once(pair, '=');
    if (!parts) continue;
    const std::string key = to_lower(parts->first);
    const std::string value = decoded(parts->second, PurlReading::Literal);
    if (key == "distro") purl.distro = to_lower(value);
    if (key == "arch") purl.arch = to_lower(value);
    if (key == "epoch") epoch = value;
    if (key == "repository_url") purl.repository_url = value;
    if (key == "tag") purl.tag = value;
  }
  return epoch;
}

}  // namespace

std::optional<Purl> parse_purl(std::string_view text, PurlReading reading) {
  if (text.size() > kMaxPurlBytes || !to_lower(text.substr(0, 4)).starts_with("pkg:")) {
    return std::nullopt;
  }
  text.remove_prefix(4);
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  const std::string_view qualifiers =
      question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  std::string_view path = text.substr(0, question);
  while (path.starts_with('/')) path.remove_prefix(1);

  const auto type_and_rest = split_once(path, '/');
  if (!type_and_rest) return std::nullopt;
  Purl purl;
  purl.type = to_lower(type_and_rest->first);
  path = type_and_rest->second;
  // An '@' that is not encoded may also begin an npm scope; a version's '@' follows a name.
  const std::size_t at = path.rfind('@');
  std::string_view version;
  if (at != std::string_view::npos && at > 0 && path[at - 1] != '/') {
    version = path.substr(at + 1);
    path = path.substr(0, at);
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const bool has_space = slash != std::string_view::npos;
  purl.name = folded_name(purl.type, decoded(has_space ? path.substr(slash + 1) : path, reading));
  if (has_space) purl.space = folded_name(purl.type, decoded(path.substr(0, slash), reading));
  if (purl.type == "rpm") purl.space = normal_distribution(to_lower(purl.space));
  if (purl.name.empty() || purl.type.empty()) return std::nullopt;
  const std::string epoch = read_qualifiers(qualifiers, purl);
  purl.version = normal_version(purl.type, decoded(version, reading), epoch);
  return purl;
}

PackageMatcher::PackageMatcher(const PackageRef& package)
    : name_(package.name),
      source_(package.source),
      purl_(parse_purl(package.purl, PurlReading::Literal)) {
  version_ = normal_version(purl_ ? purl_->type : package.type, package.version, {});
}

bool PackageMatcher::matches(std::string_view pattern) const {
  if (pattern.starts_with("pkg:")) {
    const auto purl = parse_purl(pattern, PurlReading::Pattern);
    return purl && matches_purl(*purl);
  }
  return matches_name(pattern);
}

bool PackageMatcher::matches_purl(const Purl& pattern) const {
  if (!purl_ || pattern.type != purl_->type || !glob_matches(pattern.name, purl_->name) ||
      !glob_matches(pattern.space, purl_->space)) {
    return false;
  }
  if (!same_machine(pattern.arch, purl_->arch)) return false;
  if (!pattern.version.empty()) {
    return glob_matches(pattern.version, purl_->version) || glob_matches(pattern.version, version_);
  }
  return pattern.distro.empty() || within_distribution(pattern.distro, purl_->distro);
}

bool PackageMatcher::matches_name(std::string_view pattern) const {
  const std::size_t at = pattern.rfind('@');
  const bool has_version = at != std::string_view::npos && at > 0 && pattern[at - 1] != '/';
  if (has_version && !glob_matches(pattern.substr(at + 1), version_)) return false;
  const std::string_view name = has_version ? pattern.substr(0, at) : pattern;
  return glob_matches(name, name_) || (!source_.empty() && glob_matches(name, source_));
}

}  // namespace corten
