// Files of a layout folder, which never lead out of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace corten::image::internal {

struct BlobFile {
  Fd fd;
  std::uint64_t size = 0;
  std::string path;  // within the folder
};

// "blobs/<algorithm>/<hex>" of a well-formed digest. Errors: those of parse_digest.
[[nodiscard]] Result<std::string> blob_path(std::string_view digest);

// Opens a regular file below `folder_fd`. Symbolic links are followed only while they stay below
// it. Errors: NotFound, PermissionDenied, InvalidInput (a link that leads out, something that is no
// regular file), Io.
[[nodiscard]] Result<BlobFile> open_beneath(int folder_fd, const std::string& path);

// A blob of a layout, or of the flat folder that `skopeo copy … dir:` writes, where its name is the
// digest without the algorithm.
[[nodiscard]] Result<BlobFile> open_blob(int folder_fd, std::string_view digest);

}  // namespace corten::image::internal
