#include "image/open.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "archive/source.h"
#include "base/file.h"
#include "base/text.h"
#include "image/internal/archive_index.h"
#include "image/internal/archive_kind.h"
#include "image/internal/blob_store.h"
#include "image/internal/sources.h"
#include "image/platform.h"

namespace corten::image {

namespace {

using internal::ArchiveKind;
using internal::OpenedImage;

constexpr std::size_t kSpoolBytes = 1 << 20;
constexpr std::size_t kHeadBytes = 16;
constexpr const char* kKnownKinds =
    "a target is an OCI layout, a docker save archive, or a root file system (folder or tar)";

Result<struct stat> status_of(int fd, const std::filesystem::path& path) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return fail_errno(errno, path.native());
  return info;
}

Result<bool> is_compressed(int fd) {
  std::array<std::byte, kHeadBytes> head{};
  CORTEN_TRY(const std::size_t got, read_at(fd, head, 0));
  return archive::detect_compression(Bytes(head).first(got)) != archive::Compression::None;
}

Result<ArchiveKind> kind_of_compressed(int fd, std::uint64_t size) {
  CORTEN_TRY(const auto tar, archive::decompress(archive::file_range(fd, 0, size)));
  return internal::kind_of_archive(*tar);
}

Image root_file_system(const std::filesystem::path& path, LayerBytes bytes) {
  Image image;
  image.name = path.native();
  image.layers.emplace_back().bytes = std::move(bytes);
  return image;
}

// Adds the images of manifest.json that index.json does not have, and gives their tags to those
// that it has.
void merge(std::vector<OpenedImage>& images, std::vector<OpenedImage> saved,
           const OpenOptions& options) {
  for (OpenedImage& one : saved) {
    const auto same = std::ranges::find(images, one.config_digest, &OpenedImage::config_digest);
    if (same != images.end()) {
      if (!one.image.tags.empty()) same->image.tags = std::move(one.image.tags);
      continue;
    }
    const bool wanted = options.platform == Platform{} ||
                        choose_platform({one.image.config->platform}, options.platform).has_value();
    if (wanted) images.push_back(std::move(one));
  }
}

// Whether the user means an image of this tag: "1", "app:1" and "library/app:1" mean
// "docker.io/library/app:1".
bool means_tag(std::string_view tag, std::string_view wanted) {
  if (!tag.ends_with(wanted)) return false;
  if (tag.size() == wanted.size()) return true;
  const char before = tag[tag.size() - wanted.size() - 1];
  return before == '/' || before == ':';
}

// "sha256:" alone begins every digest and means none.
bool means_digest(std::string_view digest, std::string_view wanted) {
  return wanted.size() > digest.find(':') + 1 && digest.starts_with(wanted);
}

bool is_meant(const OpenedImage& one, const std::string& wanted) {
  return wanted.empty() || means_digest(one.image.digest, wanted) ||
         means_digest(one.config_digest, wanted) ||
         std::ranges::any_of(one.image.tags,
                             [&](const std::string& tag) { return means_tag(tag, wanted); });
}

// Those of the opened images that the user means.
Result<std::vector<Image>> named(std::vector<OpenedImage> opened, const std::filesystem::path& path,
                                 const OpenOptions& options) {
  std::vector<Image> out;
  std::vector<std::string> others;
  for (OpenedImage& one : opened) {
    if (!is_meant(one, options.reference)) {
      others.push_back(one.image.tags.empty() ? one.image.digest : join(one.image.tags, ", "));
      continue;
    }
    one.image.name = path.native();
    out.push_back(std::move(one.image));
  }
  if (out.empty()) {
    return fail(ErrorCode::NotFound, fmt::format("no image '{}' in it", options.reference),
                fmt::format("there is {}", join(others, ", ")));
  }
  return out;
}

Result<std::vector<Image>> open_image_archive(int fd, const internal::ArchiveIndex& index,
                                              const std::filesystem::path& path,
                                              const OpenOptions& options) {
  const auto store = internal::archive_blobs(fd, index, path);
  CORTEN_TRY(const auto index_json, store->read_named("index.json"));
  CORTEN_TRY(const auto manifest_json, store->read_named("manifest.json"));
  std::vector<OpenedImage> images;
  if (index_json) {
    CORTEN_TRY(images, internal::open_layout(*store, *index_json, options));
  }
  if (manifest_json) {
    CORTEN_TRY(auto saved, internal::open_saved(fd, index, path, *manifest_json));
    // manifest.json alone is all there is: a platform that was asked for only chooses where there
    // is a choice.
    merge(images, std::move(saved), index_json ? options : OpenOptions{});
  }
  if (images.empty()) return fail(ErrorCode::InvalidInput, "the archive lists no image");
  return named(std::move(images), path, options);
}

Result<std::vector<Image>> open_file(int fd, std::uint64_t size, const std::filesystem::path& path,
                                     const OpenOptions& options) {
  if (size == 0) return fail(ErrorCode::InvalidInput, "the file is empty", kKnownKinds);
  CORTEN_TRY(const bool compressed, is_compressed(fd));
  if (compressed) {
    CORTEN_TRY(const ArchiveKind kind, kind_of_compressed(fd, size));
    if (kind == ArchiveKind::Image) {
      return fail(ErrorCode::Usage, "a compressed image archive that was not spooled");
    }
    return std::vector{root_file_system(path, {.path = path.native(), .size = size})};
  }
  auto index = internal::ArchiveIndex::read(fd, size);
  if (!index) {
    Error error = std::move(index).error();
    error.hint = kKnownKinds;
    return std::unexpected(std::move(error));
  }
  if (index->contains("index.json") || index->contains("manifest.json")) {
    return open_image_archive(fd, *index, path, options);
  }
  if (index->contains("repositories")) {
    return fail(ErrorCode::Unsupported,
                "an image archive without manifest.json (Docker before 1.10)");
  }
  if (index->has_image_parts()) {
    return fail(ErrorCode::InvalidInput, "an image archive without index.json and manifest.json",
                "the archive was cut off or not written to its end: save it again");
  }
  return std::vector{root_file_system(path, {.path = path.native(), .size = size})};
}

bool has_root_folder(int fd) {
  constexpr std::array kFolders = {"etc", "usr", "bin", "lib", "var", "sbin", "opt"};
  return std::ranges::any_of(kFolders, [fd](const char* name) {
    struct stat info{};
    return ::fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           (S_ISDIR(info.st_mode) || S_ISLNK(info.st_mode));
  });
}

Result<std::vector<Image>> open_folder(int fd, const std::filesystem::path& path,
                                       const OpenOptions& options) {
  const auto store = internal::folder_blobs(fd, path);
  CORTEN_TRY(const auto marker, store->read_named("oci-layout"));
  if (marker) {
    CORTEN_TRY(const auto index_json, store->read_named("index.json"));
    if (!index_json) return fail(ErrorCode::InvalidInput, "an OCI layout without index.json");
    CORTEN_TRY(auto images, internal::open_layout(*store, *index_json, options));
    return named(std::move(images), path, options);
  }
  if (has_root_folder(fd)) {
    return std::vector{root_file_system(path, {.path = path.native(), .is_folder = true})};
  }
  const auto version = store->read_named("version");
  if (version && *version && (*version)->starts_with("Directory Transport Version")) {
    CORTEN_TRY(const auto manifest_json, store->read_named("manifest.json"));
    if (!manifest_json)
      return fail(ErrorCode::NotFound, "a folder of skopeo without manifest.json");
    CORTEN_TRY(auto images, internal::open_flat(*store, *manifest_json, options));
    return named(std::move(images), path, options);
  }
  return fail(ErrorCode::InvalidInput, "neither an OCI layout nor a root file system", kKnownKinds);
}

Result<std::vector<Image>> open_any(int fd, const std::filesystem::path& path,
                                    const OpenOptions& options) {
  CORTEN_TRY(const struct stat info, status_of(fd, path));
  if (S_ISDIR(info.st_mode)) return open_folder(fd, path, options);
  if (S_ISREG(info.st_mode)) {
    return open_file(fd, static_cast<std::uint64_t>(info.st_size), path, options);
  }
  return fail(ErrorCode::Unsupported, "neither a folder nor a regular file", kKnownKinds);
}

}  // namespace

Result<bool> needs_spooling(int fd) {
  CORTEN_TRY(const struct stat info, status_of(fd, "target"));
  if (!S_ISREG(info.st_mode)) return false;
  CORTEN_TRY(const bool compressed, is_compressed(fd));
  if (!compressed) return false;
  CORTEN_TRY(const ArchiveKind kind,
             kind_of_compressed(fd, static_cast<std::uint64_t>(info.st_size)));
  return kind == ArchiveKind::Image;
}

Result<Fd> make_spool_file() {
  const char* set = std::getenv("TMPDIR");
  const std::string folder = set != nullptr && *set != '\0' ? set : "/tmp";
  Fd fd(::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (fd.valid()) return fd;
  // Not every file system has O_TMPFILE.
  std::string name = folder + "/corten-XXXXXX";
  fd.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.valid()) return fail_errno(errno, name);
  if (::unlink(name.c_str()) != 0) return fail_errno(errno, name);
  return fd;
}

Status spool(int from, int to, const archive::DecompressLimits& limits) {
  CORTEN_TRY(const struct stat info, status_of(from, "target"));
  CORTEN_TRY(const auto tar,
             archive::decompress(
                 archive::file_range(from, 0, static_cast<std::uint64_t>(info.st_size)), limits));
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kSpoolBytes);
  for (;;) {
    CORTEN_TRY(const std::size_t got, tar->read({buffer.get(), kSpoolBytes}));
    if (got == 0) return {};
    CORTEN_CHECK(write_all(to, {buffer.get(), got}));
  }
}

Result<std::vector<Image>> open_images(int fd, const std::filesystem::path& path,
                                       const OpenOptions& options) {
  auto images = open_any(fd, path, options);
  if (!images) return in_context(std::move(images).error(), path.native());
  return images;
}

Result<OpenedTarget> open_target(const std::filesystem::path& path, const OpenOptions& options) {
  OpenedTarget out;
  CORTEN_TRY(out.fd, open_for_reading(path));
  const auto needed = needs_spooling(out.fd.get());
  if (!needed) return in_context(needed.error(), path.native());
  if (*needed) {
    CORTEN_TRY(Fd spooled, make_spool_file());
    if (Status done = spool(out.fd.get(), spooled.get()); !done) {
      return in_context(std::move(done).error(), path.native());
    }
    out.fd = std::move(spooled);
  }
  CORTEN_TRY(out.images, open_images(out.fd.get(), path, options));
  return out;
}

bool is_image_archive_member(std::string_view path) { return internal::is_image_marker(path); }

}  // namespace corten::image
