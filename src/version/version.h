// version: the order of version strings, one file a scheme, each to its specification.
//
// Input is untrusted text from package databases and feeds. Comparison is total and never fails:
// what a scheme calls invalid is ordered by a documented fallback, so that one odd version cannot
// stop a scan. No allocation on the usual path. To add a scheme: a file here and a row in schemes()
// of version.cpp.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string_view>

namespace corten::version {

enum class Scheme {
  Deb,
  Apk,
  Rpm,
  Semver,
  Go,
  Pep440,
  Maven,
  Gem,
  Nuget,
  Composer,
  Pub,
  Integers,
  Generic
};

struct SchemeInfo {
  Scheme scheme;
  std::string_view name;     // of `corten version compare NAME A B`
  std::string_view summary;  // specification that it follows
  std::weak_ordering (*compare)(std::string_view a, std::string_view b);
  bool (*valid)(std::string_view version);
};

[[nodiscard]] std::span<const SchemeInfo> schemes();
[[nodiscard]] std::optional<Scheme> parse_scheme(
    std::string_view name);  // names and aliases ("dpkg", "cargo", "npm", …)

[[nodiscard]] std::weak_ordering compare(Scheme scheme, std::string_view a, std::string_view b);
// Whether the specification accepts `version` as it is written; compare() tolerates more (the
// scheme's file says what).
[[nodiscard]] bool valid(Scheme scheme, std::string_view version);

}  // namespace corten::version
