// Zip archives with random access to their members: stored and deflated ones, Zip64 (PKWARE
// APPNOTE 6.3.10).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

struct libdeflate_decompressor;

namespace corten::archive {

struct ZipLimits {
  std::uint64_t entries = 5'000'000;
  std::uint64_t directory_bytes = std::uint64_t{1} << 30;
  std::uint64_t member_bytes = std::uint64_t{256} << 20;  // uncompressed; checked by read()
  std::uint64_t ratio = 1040;  // deflate cannot expand more than 1032 times
};

struct ZipMember {
  std::string_view name;  // as stored: may be a folder ("a/"), absolute or contain ".."; borrowed
                          // from the reader
  std::uint64_t size = 0;
};

// What is kept between reads: a piece of the file, so that many small members that follow each
// other are had with one call to the system, and the memory of inflating. For one thread and one
// reader.
struct ZipWindow {
  struct FreeInflater {
    void operator()(libdeflate_decompressor* made) const;
  };

  std::vector<std::byte> bytes;
  std::uint64_t start = 0;                                          // position in the file
  std::size_t size = 0;                                             // of `bytes`, what is valid
  std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater;  // made when it is needed
};

// Reads the central directory once; afterwards it does not change, and any number of threads may
// call its const functions at the same time. What the local headers repeat is ignored, as unzip
// programs do, except for where the data starts.
class ZipReader {
 public:
  // Borrows the open regular file; reads by position only. Errors: InvalidInput (no zip archive,
  // truncated), LimitExceeded, Unsupported (split archives).
  [[nodiscard]] static Result<ZipReader> open(int fd, const ZipLimits& limits = {});
  // Borrows `bytes`.
  [[nodiscard]] static Result<ZipReader> open(Bytes bytes, const ZipLimits& limits = {});

  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;
  ~ZipReader();

  [[nodiscard]] std::size_t size() const;
  // In the order of the central directory; names may occur twice. index < size().
  [[nodiscard]] ZipMember member(std::size_t index) const;

  // Replaces `into` (whose memory is reused) with the content of a member, whose CRC-32 is checked.
  // Errors: InvalidInput, LimitExceeded, Unsupported (encrypted, another compression); `into` has
  // no meaning then.
  [[nodiscard]] Status read(std::size_t index, std::string& into) const;
  [[nodiscard]] Status read(std::size_t index, std::string& into, ZipWindow& window) const;

 private:
  class Impl;
  explicit ZipReader(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace corten::archive
