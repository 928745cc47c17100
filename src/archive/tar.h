// Tar archives in all forms that image tools write: v7, ustar, PAX (POSIX.1-2001), GNU (long names,
// sparse in its old and PAX forms, base-256 numbers), star.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "archive/source.h"

namespace corten::archive {

enum class EntryType { File, HardLink, Symlink, CharacterDevice, BlockDevice, Folder, Fifo, Other };

struct TarEntry {
  std::string path;  // as stored, with "./" and leading "/" removed and "a//b" made "a/b"; ".." is
                     // kept for the caller
  std::string link_target;  // of symlinks and hard links (hard links are normalised like path)
  EntryType type = EntryType::File;
  std::uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;  // of the content as extracted (sparse files: the real size)
  bool sparse = false;
  bool has_capability = false;    // PAX SCHILY.xattr.security.capability
  std::uint64_t data_offset = 0;  // in the stream: where the stored content starts
};

struct TarLimits {
  std::uint64_t entries = 20'000'000;
  std::size_t path_bytes = 64 << 10;
  std::size_t extended_header_bytes = 1 << 20;         // PAX records or a GNU long name
  std::size_t sparse_runs = 1'000'000;                 // of one file
  std::uint64_t hole_bytes = std::uint64_t{64} << 30;  // of one file, as chunk() delivers them
};

// Reads entries in order. Checksums are verified. The end is two zero blocks or the end of the
// stream; a stream that ends within an entry is InvalidInput ("truncated"), except within the
// padding after the last content. Where programs differ, an entry is what Docker and containerd
// make of it (Go's archive/tar): links, folders and devices have no content, whatever their size
// field says, and global PAX headers change nothing. After an error of next() the reader is used
// up.
class TarReader {
 public:
  // Borrows `source`.
  explicit TarReader(ByteSource& source, const TarLimits& limits = {});
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  // The next entry, skipping what is unread of the one before; nullptr at the end. Borrowed until
  // the next call.
  [[nodiscard]] Result<const TarEntry*> next();

  // The next piece of the current file's content, empty at its end; a view into the reader's buffer
  // until the next call. The holes of a sparse file are delivered as zeros, up to
  // TarLimits::hole_bytes of a file (LimitExceeded above): compare TarEntry::size with what you are
  // ready to read.
  [[nodiscard]] Result<Bytes> chunk();

  // The whole content of the current file (sparse holes as zeros), at most `limit` bytes:
  // LimitExceeded above. Borrowed until the next call. After chunk() was called it gives the rest.
  [[nodiscard]] Result<Bytes> content(std::uint64_t limit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace corten::archive
