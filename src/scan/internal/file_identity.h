// What a file's content is known by without reading it: what changes when the content does.
#pragma once

#include <string>

struct stat;

namespace corten::scan::internal {

// Of device, inode, size and times. Empty: not a regular file, so it cannot be named.
[[nodiscard]] std::string identity_of(const struct stat& info);
[[nodiscard]] std::string identity_of(const std::string& path);

}  // namespace corten::scan::internal
