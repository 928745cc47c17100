#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/text.h"

namespace corten {

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

std::unexpected<Error> fail_errno(int error_number, std::string_view what) {
  ErrorCode code = ErrorCode::Io;
  if (error_number == ENOENT || error_number == ENOTDIR) code = ErrorCode::NotFound;
  if (error_number == EACCES || error_number == EPERM) code = ErrorCode::PermissionDenied;
  return fail(code, fmt::format("{}: {}", what, std::generic_category().message(error_number)));
}

Result<Fd> open_for_reading(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return fail_errno(errno, path.native());
  return fd;
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  CORTEN_TRY(const Fd fd, open_for_reading(path));
  struct stat info{};
  std::string content;
  constexpr std::size_t kChunk = 1 << 16;
  constexpr std::size_t kProbe = 512;  // is expected to find the end
  std::size_t chunk = kChunk;
  // Most files are small and read by the thousand: their bytes and a probe are all the memory.
  if (::fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    chunk = std::min<std::uint64_t>(static_cast<std::uint64_t>(info.st_size), limit) + 1;
    content.reserve(chunk + kProbe);
  }
  for (;;) {
    const std::size_t used = content.size();
    content.resize(used + chunk);
    const ssize_t got = ::read(fd.get(), content.data() + used, chunk);
    if (got < 0 && errno == EINTR) {
      content.resize(used);
      continue;
    }
    if (got < 0) return fail_errno(errno, path.native());
    content.resize(used + static_cast<std::size_t>(got));
    if (got == 0) return content;
    chunk = static_cast<std::size_t>(got) < chunk ? kProbe : kChunk;
    if (content.size() > limit) {
      return fail(ErrorCode::LimitExceeded, fmt::format("{}: larger than the limit of {}",
                                                        path.native(), format_size(limit)));
    }
  }
}

Result<std::size_t> read_at(int fd, std::span<std::byte> into, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(errno, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

namespace {

Status write_and_sync(int fd, std::string_view content) {
  CORTEN_CHECK(write_all(fd, as_bytes(content)));
  if (::fsync(fd) != 0) return fail_errno(errno, "fsync");
  return {};
}

// Devices, pipes and the like (/dev/null, /dev/stdout) are written to: they are not files to be
// replaced. A folder is an error.
Status write_in_place(const std::filesystem::path& path, std::string_view content) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return fail_errno(errno, path.native());
  if (Status done = write_all(fd.get(), as_bytes(content)); !done)
    return in_context(std::move(done).error(), path.native());
  return {};
}

mode_t mode_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Status write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  struct stat old{};
  const bool is_there = ::stat(path.c_str(), &old) == 0;
  if (is_there && !S_ISREG(old.st_mode)) return write_in_place(path, content);
  std::error_code error;
  const std::filesystem::path target = is_there ? std::filesystem::canonical(path, error) : path;
  if (error) return fail_errno(error.value(), path.native());
  std::string temporary = target.native() + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return fail_errno(errno, path.native());
  Status done = write_and_sync(fd.get(), content);
  // Only root may give a file away; others replace what is theirs.
  if (is_there && ::geteuid() == 0 && ::fchown(fd.get(), old.st_uid, old.st_gid) != 0 && done)
    done = fail_errno(errno, "chown");
  if (done && ::fchmod(fd.get(), is_there ? old.st_mode & 07777 : mode_of_new_files()) != 0)
    done = fail_errno(errno, "chmod");
  if (done && ::rename(temporary.c_str(), target.c_str()) != 0) done = fail_errno(errno, "rename");
  if (!done) {
    ::unlink(temporary.c_str());
    return in_context(std::move(done).error(), path.native());
  }
  return {};
}

Result<TempDir> TempDir::create(std::string_view prefix) {
  const char* base = std::getenv("TMPDIR");
  std::string path =
      fmt::format("{}/{}-XXXXXX", base != nullptr && *base != '\0' ? base : "/tmp", prefix);
  if (::mkdtemp(path.data()) == nullptr) return fail_errno(errno, path);
  return TempDir(path);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

TempDir::~TempDir() { remove(); }

void TempDir::remove() noexcept {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace corten
