#include "scan/internal/folder_links.h"

#include <algorithm>
#include <array>

namespace corten::scan::internal {

namespace {

constexpr auto kDatabaseFolders = std::to_array<std::string_view>(
    {"lib/apk", "lib/apk/db", "usr/lib/apk", "usr/lib/apk/db", "usr/lib/opkg", "usr/lib/sysimage",
     "usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/dpkg", "var/lib/dpkg/info",
     "var/lib/dpkg/status.d", "var/lib/opkg", "var/lib/rpm"});

constexpr std::string_view kDocumentation = "usr/share/doc/";

}  // namespace

bool is_database_folder(std::string_view path) {
  return std::ranges::find(kDatabaseFolders, path) != kDatabaseFolders.end();
}

bool may_be_folder_link(std::string_view path) {
  const auto depth = std::ranges::count(path, '/');
  if (depth == 0) return true;
  if (depth == 1) return path.starts_with("usr/") || path.starts_with("var/");
  return is_database_folder(path);
}

bool is_documentation_folder(std::string_view path) {
  return path.starts_with(kDocumentation) && !path.substr(kDocumentation.size()).contains('/');
}

}  // namespace corten::scan::internal
