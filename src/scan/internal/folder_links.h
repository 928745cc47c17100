// The links by which folders that matter have other names: which are facts of a layer.
#pragma once

#include <string_view>

namespace corten::scan::internal {

// Of one layer, and of all that are seen together; image makers have a handful.
inline constexpr std::size_t kMaxFolderLinks = 64;

// Whether a link at this path may stand for a folder above files that matter: at the top
// ("lib"), just below /usr and /var ("usr/sbin"), or the folder of a package database.
[[nodiscard]] bool may_be_folder_link(std::string_view path);

// Whether package databases are looked for in this folder: "var/lib/dpkg".
[[nodiscard]] bool is_database_folder(std::string_view path);

// Whether this is the folder of a package's documentation: "usr/share/doc/libgcc-s1".
[[nodiscard]] bool is_documentation_folder(std::string_view path);

}  // namespace corten::scan::internal
