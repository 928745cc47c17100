#include "image/internal/blob_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::image::internal {

namespace {

// Without O_NONBLOCK a FIFO in the place of a blob would stop the program.
constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

// Kernels before 5.6 and strict seccomp filters have no openat2: one component at a time, without
// any links.
Fd open_by_components(int folder_fd, const std::string& path) {
  Fd current;
  const std::vector<std::string_view> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int from = i == 0 ? folder_fd : current.get();
    const int folder = i + 1 < parts.size() ? O_DIRECTORY : 0;
    Fd next(::openat(from, std::string(parts[i]).c_str(), kFlags | O_NOFOLLOW | folder));
    if (!next.valid()) return next;
    current = std::move(next);
  }
  return current;
}

Fd open_confined(int folder_fd, const std::string& path) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = ::syscall(SYS_openat2, folder_fd, path.c_str(), &how, sizeof how);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return open_by_components(folder_fd, path);
  return Fd(static_cast<int>(fd));
}

}  // namespace

Result<std::string> blob_path(std::string_view digest) {
  CORTEN_CHECK(parse_digest(digest));
  std::string path = fmt::format("blobs/{}", digest);
  path[path.find(':')] = '/';
  return path;
}

Result<BlobFile> open_beneath(int folder_fd, const std::string& path) {
  BlobFile file{.fd = open_confined(folder_fd, path), .size = 0, .path = path};
  if (!file.fd.valid()) {
    if (errno == EXDEV || errno == ELOOP) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("{} is a link that leads out of the layout", path));
    }
    return fail_errno(errno, path);
  }
  struct stat info{};
  if (::fstat(file.fd.get(), &info) != 0) return fail_errno(errno, path);
  if (!S_ISREG(info.st_mode)) {
    return fail(ErrorCode::InvalidInput, fmt::format("{} is not a regular file", path));
  }
  file.size = static_cast<std::uint64_t>(info.st_size);
  return file;
}

Result<BlobFile> open_blob(int folder_fd, std::string_view digest) {
  CORTEN_TRY(const std::string path, blob_path(digest));
  auto file = open_beneath(folder_fd, path);
  if (file || file.error().code != ErrorCode::NotFound) return file;
  auto flat = open_beneath(folder_fd, path.substr(path.rfind('/') + 1));
  return flat ? std::move(flat) : std::move(file);
}

}  // namespace corten::image::internal
