// Decompression of gzip (RFC 1952, several members), zstd (RFC 8878, several frames, skippable
// ones), xz and bzip2 streams.
#pragma once

#include <optional>

#include "archive/source.h"

namespace corten::archive {

enum class Compression { None, Gzip, Zstd, Xz, Bzip2 };
[[nodiscard]] const char* name_of(Compression compression);

// By magic bytes; None when no known magic matches.
[[nodiscard]] Compression detect_compression(Bytes head);

struct DecompressLimits {
  std::uint64_t output_bytes = std::uint64_t{1} << 40;
  // Output may not exceed input × ratio + 64 MiB: ends bombs early. gzip reaches 1032 at most, zstd
  // far more.
  std::uint64_t ratio = 2000;
};

// Wraps `input`, detecting its compression from the first bytes (None passes through). Errors while
// reading: InvalidInput (corrupt, truncated), LimitExceeded.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> decompress(std::unique_ptr<ByteSource> input,
                                                             const DecompressLimits& limits = {});

}  // namespace corten::archive
