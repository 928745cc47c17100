#include "image/internal/archive_kind.h"

#include <algorithm>
#include <array>

#include "archive/tar.h"

namespace corten::image::internal {

namespace {

constexpr std::array<std::string_view, 3> kMarkers = {"manifest.json", "index.json", "oci-layout"};

constexpr std::array<std::string_view, 18> kRootFolders = {
    "bin", "boot", "dev",  "etc",  "home", "lib",  "lib32", "lib64", "media",
    "mnt", "opt",  "proc", "root", "run",  "sbin", "srv",   "usr",   "var"};

bool is_digest_of_sha256(std::string_view hex) {
  return hex.size() == 64 && std::ranges::all_of(hex, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

bool is_image_marker(std::string_view path) {
  return std::ranges::find(kMarkers, path) != kMarkers.end();
}

bool is_image_part(std::string_view path) {
  constexpr std::string_view kBlobs = "blobs/sha256/";
  if (path.starts_with(kBlobs)) return is_digest_of_sha256(path.substr(kBlobs.size()));
  if (!is_digest_of_sha256(path.substr(0, 64))) return false;
  const std::string_view rest = path.substr(64);
  return rest == ".json" || rest == ".tar" || rest == "/layer.tar";
}

bool is_root_folder(std::string_view name) {
  return std::ranges::find(kRootFolders, name) != kRootFolders.end();
}

Result<ArchiveKind> kind_of_archive(archive::ByteSource& tar) {
  archive::TarReader reader(tar);
  for (;;) {
    CORTEN_TRY(const archive::TarEntry* entry, reader.next());
    if (entry == nullptr) return ArchiveKind::RootFileSystem;
    if (is_image_marker(entry->path) || is_image_part(entry->path)) return ArchiveKind::Image;
    const std::string_view path = entry->path;
    if (is_root_folder(path.substr(0, path.find('/')))) return ArchiveKind::RootFileSystem;
  }
}

}  // namespace corten::image::internal
