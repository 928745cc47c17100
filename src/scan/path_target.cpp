#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "archive/source.h"
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

namespace {

// A file that was opened by someone else and is read as it comes: standard input, or what a shell
// puts in place of <(command).
bool is_stream(const std::filesystem::path& path) {
  if (path == "-") return true;
  std::error_code ignored;
  const bool inherited = path == "/dev/stdin" || path.native().starts_with("/dev/fd/") ||
                         path.native().starts_with("/proc/self/fd/");
  return inherited && std::filesystem::is_fifo(path, ignored);
}

// What a stream gives, in an unnamed file: archives are read more than once.
Result<std::shared_ptr<Fd>> read_stream(const std::filesystem::path& path) {
  Fd opened;
  if (path != "-") {
    CORTEN_TRY(opened, open_for_reading(path));
  }
  const int from = opened.valid() ? opened.get() : STDIN_FILENO;
  if (::isatty(from) != 0) {
    return fail(ErrorCode::Usage, "standard input is a terminal",
                "docker save app:1 | corten scan -");
  }
  CORTEN_TRY(Fd file, image::make_spool_file());
  const auto source = archive::descriptor_stream(from);
  std::vector<std::byte> buffer(1 << 20);
  for (;;) {
    CORTEN_TRY(const std::size_t got, source->read(buffer));
    if (got == 0) return std::make_shared<Fd>(std::move(file));
    CORTEN_CHECK(write_all(file.get(), Bytes(buffer).first(got)));
  }
}

// Gives `target` the file to read, and one to unpack it into if it is a compressed archive of
// images.
Status add_file(Target& target, const std::shared_ptr<Fd>& fd, bool is_folder,
                const std::filesystem::path& path, const image::OpenOptions& options) {
  target.descriptors = {fd};
  auto spool = std::make_shared<Fd>();
  if (!is_folder) {
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
  return {};
}

Result<Target> stream_target(const std::filesystem::path& path, const image::OpenOptions& options) {
  CORTEN_TRY(const auto fd, read_stream(path));
  Target target;
  CORTEN_CHECK(add_file(target, fd, false, path, options));
  return target;
}

}  // namespace

Result<Target> path_target(const std::filesystem::path& path, const image::OpenOptions& options) {
  if (is_stream(path)) return stream_target(path, options);
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  // Opening a named pipe would wait for its writer.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
      !std::filesystem::is_directory(status)) {
    return fail(ErrorCode::Unsupported, "neither a folder nor a regular file",
                "what comes out of a pipe can be given as the target -");
  }
  CORTEN_TRY(Fd opened, open_for_reading(path));
  auto fd = std::make_shared<Fd>(std::move(opened));
  Target target;
  target.readable = {path};
  struct stat info{};
  if (::fstat(fd->get(), &info) != 0) return fail_errno(errno, path.native());
  if (const std::string file = internal::identity_of(info); !file.empty()) {
    const image::Platform& platform = options.platform;
    target.model_key = fmt::format("{} {}/{}/{} {} {}", file, platform.os, platform.architecture,
                                   platform.variant, options.reference, path.native());
  }
  CORTEN_CHECK(add_file(target, fd, std::filesystem::is_directory(status), path, options));
  return target;
}

}  // namespace corten::scan
