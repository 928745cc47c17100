// RPM packages: the database of an RPM-based file system in any of its three stores, and the
// package manifest that Azure Linux leaves in images without a database.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"
#include "package/rpm_header.h"

namespace corten::package {

inline constexpr std::size_t kMaxRpmPackages = 100'000;  // of one file; more are a problem
inline constexpr std::size_t kMaxRpmProblems = 20;       // of one file; the rest is counted

// rpmdb.sqlite, Packages.db or Packages in one of the folders that distributions keep the database
// in.
[[nodiscard]] bool wants_rpm_database(std::string_view path);

// Which store it is, is told by the content. Packages come in the store's order, their files in
// `owned`; gpg-pubkey entries, which are imported keys, are left out. One package that cannot be
// read is a problem; an error is a store that yields nothing.
[[nodiscard]] Result<Catalog> read_rpm_database(std::string_view path, Bytes content);

// var/lib/rpmmanifest/container-manifest-2, tab-separated, of Azure Linux (CBL-Mariner)
// "distroless" images.
[[nodiscard]] bool wants_rpm_manifest(std::string_view path);
[[nodiscard]] Result<Catalog> read_rpm_manifest(std::string_view path, Bytes content);

// The package that a header describes:
// * version is [epoch:]version-release; an epoch of 0 is the same as none and is left out.
// * source_name and source_version come from the SOURCERPM file name, which has no epoch; the
//   binary's is assumed: both come from one spec file, and few give a subpackage an epoch of its
//   own. Both are empty when they equal name and version.
// * maintainer is the vendor, or else the packager.
// * the licence is one string as the spec file has it.
// Errors: InvalidInput (malformed tags, no name or no version), LimitExceeded.
[[nodiscard]] Result<Package> package_of(const RpmHeader& header);

struct RpmSource {
  std::string_view name;
  std::string_view version;  // version-release
};
// Takes apart "bash-5.1.8-9.el9.src.rpm" (or ".nosrc.rpm"); both views are empty when it is not
// such a name.
[[nodiscard]] RpmSource source_of(std::string_view source_rpm);

}  // namespace corten::package
