// Package URLs (package-url/purl-spec) as far as matching needs them: what a rule or a VEX
// statement names, and what was found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "finding/finding.h"

namespace corten {

inline constexpr std::size_t kMaxPurlBytes = 4096;

// The parts of a purl, percent-decoded and folded as the type asks (deb names to lower case, pypi's
// '_' and '.' to '-', …).
struct Purl {
  std::string type;
  std::string space;    // namespace: "debian", "github.com/docker"
  std::string name;     // last segment
  std::string version;  // with its epoch in front, if it is not 0; without Go's leading "v"
  std::string distro;   // qualifier: "debian-12", "redhat-9.3"
  std::string arch;
  std::string repository_url;
  std::string tag;

  bool operator==(const Purl&) const = default;
};

// A Literal purl means just itself. In a Pattern, a '*' as such is a wildcard and the parts come
// back as globs, in which what was percent-encoded ("%2A") is escaped.
enum class PurlReading { Literal, Pattern };

// nullopt when `text` is no purl.
[[nodiscard]] std::optional<Purl> parse_purl(std::string_view text, PurlReading reading);

// One found package, compared with many patterns.
class PackageMatcher {
 public:
  explicit PackageMatcher(const PackageRef& package);

  // `pattern` is one of IgnoreRule::packages; what matches is said there.
  [[nodiscard]] bool matches(std::string_view pattern) const;

 private:
  [[nodiscard]] bool matches_purl(const Purl& pattern) const;
  [[nodiscard]] bool matches_name(std::string_view pattern) const;

  std::string name_;
  std::string source_;
  std::string version_;
  std::optional<Purl> purl_;
};

}  // namespace corten
