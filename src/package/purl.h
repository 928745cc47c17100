// Package URLs (purl-spec, https://github.com/package-url/purl-spec): the one spelling in which an
// identifier is written.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "package/package.h"

namespace corten::package {

// The parts of a package URL, not encoded.
struct PurlParts {
  std::string type;        // "deb"; letters, digits, '.', '+' and '-'
  std::string name_space;  // segments separated by '/', or empty
  std::string name;
  std::string version;                            // or empty
  std::map<std::string, std::string> qualifiers;  // those with an empty value are left out
  std::string subpath;                            // or empty
};

// The canonical form: what the type's rules fold is folded (the case of deb, apk, pypi and composer
// names, the '_' of pypi), everything else is percent-encoded and qualifiers are sorted.
// InvalidInput: an empty name, or a type or qualifier key that the specification forbids.
[[nodiscard]] Result<std::string> build_purl(const PurlParts& parts);

// What purl_of() writes, as parts: an npm scope, Maven group, Composer vendor or Go path becomes
// the namespace, an RPM's epoch a qualifier.
[[nodiscard]] PurlParts purl_parts_of(const Package& package, const Distribution& distribution);

}  // namespace corten::package
