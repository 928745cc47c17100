// Licences of Debian packages from usr/share/doc/NAME/copyright.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"

namespace corten::package {

inline constexpr std::size_t kMaxLicensesOfPackage =
    500;  // distinct ones; more are left out and reported

[[nodiscard]] bool is_copyright(std::string_view path);

// Yields only Catalog::licenses, for the package that the folder names. Machine-readable files (DEP
// 5, copyright-format 1.0) give the licences of their Files stanzas, those of "Files: *" first; of
// other texts, common references and phrases are recognised (licenses_in_prose). A file in which
// nothing is recognised yields nothing.
[[nodiscard]] Result<Catalog> read_copyright(std::string_view path, Bytes content);

}  // namespace corten::package
