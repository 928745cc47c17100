// Telling image archives from root file systems by the names of their members.
#pragma once

#include <string_view>

#include "archive/source.h"
#include "base/result.h"

namespace corten::image::internal {

// Files at the top by which an image archive is known: manifest.json, index.json, oci-layout.
[[nodiscard]] bool is_image_marker(std::string_view path);

// Names that only image tools give: "blobs/sha256/<hex>", "<hex>.json", "<hex>/layer.tar".
[[nodiscard]] bool is_image_part(std::string_view path);

// Folders at the top by which a root file system is known.
[[nodiscard]] bool is_root_folder(std::string_view name);

enum class ArchiveKind { Image, RootFileSystem };

// Reads `tar` as far as it must: the first marker or blob means an image, the first known folder a
// root file system. An archive with none of them is a root file system. Errors: those of TarReader.
[[nodiscard]] Result<ArchiveKind> kind_of_archive(archive::ByteSource& tar);

}  // namespace corten::image::internal
