// Databases of dpkg and opkg: the packages, and the files that each has brought.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"

namespace corten::package {

inline constexpr std::size_t kMaxDpkgPackages =
    200'000;  // of one file; a full Debian archive has 70,000
inline constexpr std::size_t kMaxOwnedFiles = 2'000'000;  // of one file
inline constexpr std::size_t kMaxDpkgFieldBytes =
    64'000;  // of a name, version, …; the conffiles may be longer

// var/lib/dpkg/status, var/lib/dpkg/status.d/NAME (distroless: one stanza a file, without Status),
// opkg's status.
[[nodiscard]] bool is_dpkg_status(std::string_view path);

// One package for every stanza whose Status says that files of it may be there. By the third word
// (dpkg(1), "Package states"): not-installed, config-files and half-installed are absent; unpacked,
// half-configured, triggers-awaited, triggers-pending and installed are present, as is a stanza
// without Status, and a state that dpkg does not know (opkg has "removal-failed"): what may be
// there must not be hidden. Of a field given twice the first counts. Errors: LimitExceeded (more
// than kMaxDpkgPackages stanzas).
[[nodiscard]] Result<Catalog> read_dpkg_status(std::string_view path, Bytes content);

// var/lib/dpkg/info/NAME[:ARCH].list, the same of opkg, and var/lib/dpkg/status.d/NAME.md5sums of
// distroless.
[[nodiscard]] bool is_dpkg_file_list(std::string_view path);

// Yields only Catalog::owned. Folders are left out where the next line shows that they are one.
[[nodiscard]] Result<Catalog> read_dpkg_file_list(std::string_view path, Bytes content);

}  // namespace corten::package
