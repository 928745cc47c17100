// Files: bounded whole reads, atomic writes, positioned reads, read-only maps and temporary
// folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace corten {

// Opens for reading with O_CLOEXEC. Errors: NotFound, PermissionDenied, Io; the message names the
// path.
[[nodiscard]] Result<Fd> open_for_reading(const std::filesystem::path& path);

// Reads a whole file of at most `limit` bytes (LimitExceeded above it). Devices and pipes are read
// to their end.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t limit = std::uint64_t{64} << 20);

// Reads up to `size` bytes at `offset` into `into`; fewer only at the end of the file.
[[nodiscard]] Result<std::size_t> read_at(int fd, std::span<std::byte> into, std::uint64_t offset);

// Writes all bytes, also to pipes and sockets.
[[nodiscard]] Status write_all(int fd, Bytes bytes);

// Writes to a temporary file beside `path`, syncs it and renames it over `path`: readers see the
// old file or the new one, whole. On failure (a full disk) the old one stays and the temporary file
// is removed. Mode and (for root) owner of the old file are kept; what a link names is replaced,
// not the link; devices and pipes are written to.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& path,
                                           std::string_view content);

// The error for a failed system call on `what`, from errno.
[[nodiscard]] std::unexpected<Error> fail_errno(int error_number, std::string_view what);

// A private folder under $TMPDIR (or /tmp) that is removed with everything in it at the end of its
// life.
class TempDir {
 public:
  [[nodiscard]] static Result<TempDir> create(std::string_view prefix = "corten");
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TempDir(std::filesystem::path path) : path_(std::move(path)) {}
  void remove() noexcept;
  std::filesystem::path path_;
};

}  // namespace corten
