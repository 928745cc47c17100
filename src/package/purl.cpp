#include "package/purl.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace corten::package {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The specification leaves the unreserved characters of RFC 3986 and the colon as they are, in
// every component.
std::string percent_encoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_letter_or_digit(c) || std::string_view("-._~:").contains(c)) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// Segments are encoded one by one; empty ones (leading, trailing and doubled slashes) vanish.
std::string encoded_segments(std::string_view path) {
  std::string out;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty()) continue;
    if (!out.empty()) out.push_back('/');
    out += percent_encoded(segment);
  }
  return out;
}

// As for namespaces, but "." and ".." have no meaning below a package.
std::string encoded_subpath(std::string_view path) {
  std::string kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == "." || segment == "..") continue;
    if (!kept.empty()) kept.push_back('/');
    kept += segment;
  }
  return encoded_segments(kept);
}

bool is_valid_type(std::string_view type) {
  if (type.empty() || (type[0] >= '0' && type[0] <= '9')) return false;
  return std::ranges::all_of(
      type, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '+' || c == '-'; });
}

bool is_valid_key(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9')) return false;
  return std::ranges::all_of(
      key, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

// Folds what the definition of the type calls case-insensitive.
void fold(std::string_view type, std::string& name_space, std::string& name) {
  const bool both = type == "deb" || type == "apk" || type == "composer";
  if (both || type == "rpm") name_space = to_lower(name_space);
  if (both || type == "pypi") name = to_lower(name);
  if (type == "pypi") std::ranges::replace(name, '_', '-');
}

// "github.com/gorilla/context" -> namespace "github.com/gorilla", name "context".
void split_name(std::string_view full, char separator, PurlParts& parts) {
  const std::size_t at = full.rfind(separator);
  if (at == std::string_view::npos || at + 1 == full.size()) {
    parts.name = full;
    return;
  }
  parts.name_space = full.substr(0, at);
  parts.name = full.substr(at + 1);
}

std::string distro_qualifier(const Distribution& distribution) {
  if (distribution.id.empty()) return {};
  const std::string& release =
      distribution.version_id.empty() ? distribution.codename : distribution.version_id;
  return release.empty() ? distribution.id : distribution.id + "-" + release;
}

void add_distribution(const Package& package, const Distribution& distribution, PurlParts& parts) {
  parts.name = package.name;
  parts.name_space = distribution.id;
  parts.qualifiers["arch"] = package.arch;
  parts.qualifiers["distro"] = distro_qualifier(distribution);
}

// The version of an RPM's purl has no epoch; a qualifier has it.
void move_epoch_to_qualifier(PurlParts& parts) {
  const auto epoch = split_once(parts.version, ':');
  if (!epoch || !parse_number<std::uint32_t>(epoch->first)) return;
  parts.qualifiers["epoch"] = epoch->first;
  parts.version = std::string(epoch->second);
}

}  // namespace

Result<std::string> build_purl(const PurlParts& parts) {
  if (!is_valid_type(parts.type)) {
    return fail(ErrorCode::InvalidInput, fmt::format("\"{}\" is no purl type", parts.type));
  }
  const std::string type = to_lower(parts.type);
  std::string name_space = parts.name_space;
  std::string name = parts.name;
  fold(type, name_space, name);
  if (name.empty()) return fail(ErrorCode::InvalidInput, "a purl without a name");

  std::string out = "pkg:" + type + "/";
  const std::string prefix = encoded_segments(name_space);
  if (!prefix.empty()) out += prefix + "/";
  out += percent_encoded(name);
  if (!parts.version.empty()) out += "@" + percent_encoded(parts.version);

  std::map<std::string, std::string> qualifiers;  // sorted by lower-case key
  for (const auto& [key, value] : parts.qualifiers) {
    if (!is_valid_key(key)) {
      return fail(ErrorCode::InvalidInput, fmt::format("\"{}\" is no purl qualifier", key));
    }
    if (!value.empty()) qualifiers[to_lower(key)] = value;
  }
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    out += fmt::format("{}{}={}", separator, key, percent_encoded(value));
    separator = '&';
  }
  const std::string subpath = encoded_subpath(parts.subpath);
  if (!subpath.empty()) out += "#" + subpath;
  return out;
}

PurlParts purl_parts_of(const Package& package, const Distribution& distribution) {
  PurlParts parts;
  parts.type = purl_type(package.type);
  parts.version = package.version;
  switch (package.type) {
    case Type::Deb:
    case Type::Apk:
      add_distribution(package, distribution, parts);
      break;
    case Type::Rpm:
      add_distribution(package, distribution, parts);
      move_epoch_to_qualifier(parts);
      break;
    case Type::Go:
    case Type::Npm:
    case Type::Composer:
      split_name(package.name, '/', parts);
      break;
    case Type::Maven:
      split_name(package.name, ':', parts);
      break;
    case Type::Cargo:
    case Type::Pypi:
    case Type::Gem:
    case Type::Nuget:
    case Type::Generic:
      parts.name = package.name;
      break;
  }
  return parts;
}

std::string purl_of(const Package& package, const Distribution& distribution) {
  // Types and qualifier keys are ours: only an empty name can fail, and that is no package to point
  // at.
  return build_purl(purl_parts_of(package, distribution)).value_or(std::string());
}

}  // namespace corten::package
