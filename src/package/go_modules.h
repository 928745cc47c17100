// The module text of a Go program as packages: the program itself, the standard library and the
// linked modules.
//
// Input is hostile text. Format: runtime/debug.BuildInfo.String(): lines of tab-separated fields,
// "path", "mod", "dep", "=>" (replaces the line above) and "build".
#pragma once

#include <string>
#include <string_view>

#include "package/cataloger.h"
#include "package/go_buildinfo.h"

namespace corten::package {

inline constexpr std::size_t kMaxGoModules = 20'000;  // the largest programs link about 1500

// A version that can be compared, and what people should know about it.
struct NotedVersion {
  std::string version;  // "v1.2.3"; empty: unknown
  std::string note;

  bool operator==(const NotedVersion&) const = default;
};

// The toolchain's version as the standard library's: "go1.22.3 X:boringcrypto" gives v1.22.3,
// "go1.23rc1" v1.23.0-rc.1. Development snapshots have no version: nothing says which fixes they
// hold.
[[nodiscard]] NotedVersion standard_library_version(std::string_view go_version);

// Whether a module version stands for a commit rather than for a tag:
// "v0.0.0-20240102030405-0123456789ab".
[[nodiscard]] bool is_pseudo_version(std::string_view version);

// The program's own version from its linker flags, "-s -X main.version=1.4.2": the variable that is
// most likely meant, of package main or the main module first. Empty when none looks like a
// release.
[[nodiscard]] NotedVersion version_from_ldflags(std::string_view flags,
                                                std::string_view main_module);

// Packages: the main module (main_module is set; its version is that of the module when it is a
// tag, else that of the linker flags, else empty, never a pseudo-version, which cannot be compared
// with releases), "stdlib" with the toolchain's version and a leading "v" like every module, then
// all dependencies. A replaced module has its new path and version; one that is replaced by a
// folder has no version. Problems: lines that cannot be read.
[[nodiscard]] Catalog read_go_modules(std::string_view path, const GoBuildInfo& info);

}  // namespace corten::package
