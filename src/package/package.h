// package: what software is in a file system, as packages, and the catalogers that read it from
// package databases, lockfiles and binaries.
//
// A cataloger is a pure function from the bytes of one file to packages: it does no I/O, so that it
// can run in the sandboxed worker over layers that are never unpacked. All its input is hostile:
// every parser has limits and a fuzz target. To add one: a file in src/package/, a row in
// catalogers() of catalogers.cpp, a test with a real file, a fuzz target.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/wire.h"

namespace corten::package {

enum class Type { Deb, Apk, Rpm, Go, Cargo, Npm, Pypi, Maven, Gem, Nuget, Composer, Generic };
[[nodiscard]] const char* purl_type(Type type);  // "deb", "golang", "cargo", …

enum class Evidence { Installed, Locked, Declared };

// One package as found. Strings are as the file has them (not trimmed of epochs or revisions), in
// UTF-8 or not.
struct Package {
  Type type = Type::Generic;
  std::string name;
  std::string
      version;  // deb: [epoch:]upstream[-revision]; rpm: [epoch:]version-release; Go: with "v"
  std::string arch;
  std::string source_name;     // deb Source, apk origin, rpm SOURCERPM's name; empty: same as name
  std::string source_version;  // empty: same as version
  std::string maintainer;  // deb Maintainer, rpm Vendor, apk maintainer: tells third-party packages
  std::string module_label;           // rpm MODULARITYLABEL "name:stream:version:context:arch"
  std::vector<std::string> licenses;  // SPDX ids or the distribution's words
  Evidence evidence = Evidence::Installed;
  std::string path;  // file that shows it: "var/lib/dpkg/status", "usr/bin/app"
  // Set when the file belongs to an OS package ("docker.io"): the distribution's verdict comes
  // first.
  std::string inside_os_package;
  std::string note;          // what is unsure ("version from ldflags"), for people
  bool main_module = false;  // Go: the program itself rather than a dependency
  // Not from the public registry of its type (a crate from git, or from a registry of one's own): a
  // package there that shares its name and version may be another one, or differ.
  bool unpublished = false;

  bool operator==(const Package&) const = default;
};

// Distribution and release, from os-release and its fallbacks.
struct Distribution {
  std::string id;           // "debian", "alpine", "rhel"; lower case; empty: unknown
  std::string version_id;   // "12", "3.18.9", "9.4"; empty for rolling and testing releases
  std::string codename;     // "bookworm"
  std::string pretty_name;  // for people
  std::vector<std::string> id_like;

  bool operator==(const Distribution&) const = default;
};

// The package URL (purl-spec) of a package; distribution qualifies OS packages
// (pkg:deb/debian/…?arch=…&distro=debian-12).
[[nodiscard]] std::string purl_of(const Package& package, const Distribution& distribution);

void encode(wire::Encoder& out, const Package& package);
[[nodiscard]] Result<Package> decode_package(wire::Decoder& in);

}  // namespace corten::package
