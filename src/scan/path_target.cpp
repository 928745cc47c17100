#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "image/open.h"
#include "scan/internal/file_identity.h"
#include "scan/worker.h"

namespace corten::scan {

namespace internal {

std::string identity_of(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return {};
  return fmt::format("{}:{}:{}:{}.{}:{}.{}", info.st_dev, info.st_ino, info.st_size,
                     info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec,
                     info.st_ctim.tv_nsec);
}

std::string identity_of(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? identity_of(info) : std::string();
}

}  // namespace internal

Result<Target> path_target(const std::filesystem::path& path, const image::OpenOptions& options) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  // Opening a pipe would wait for its writer.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
      !std::filesystem::is_directory(status)) {
    return fail(ErrorCode::Unsupported, "neither a folder nor a regular file",
                "write what comes out of a pipe to a file first");
  }
  CORTEN_TRY(Fd opened, open_for_reading(path));
  auto fd = std::make_shared<Fd>(std::move(opened));
  Target target;
  target.readable = {path};
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return fail_errno(errno, path.native());
  if (const std::string file = internal::identity_of(info); !file.empty()) {
    const image::Platform& platform = options.platform;
    target.model_key = fmt::format("{} {}/{}/{} {}", file, platform.os, platform.architecture,
                                   platform.variant, path.native());
  }
  target.descriptors = {fd};
  auto spool = std::make_shared<Fd>();
  if (!std::filesystem::is_directory(status)) {
    CORTEN_TRY(*spool, image::make_spool_file());
    target.descriptors.push_back(spool);
  }
  target.open = [=]() -> Result<OpenedImages> {
    int source = fd->get();
    if (spool->valid()) {
      CORTEN_TRY(const bool compressed, image::needs_spooling(source));
      if (compressed) {
        CORTEN_CHECK(image::spool(source, spool->get()));
        source = spool->get();
      }
    }
    CORTEN_TRY(std::vector<image::Image> images, image::open_images(source, path, options));
    return OpenedImages{std::move(images), source};
  };
  return target;
}

}  // namespace corten::scan
