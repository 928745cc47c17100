// What each decompression library is wrapped as, so that decompress.cpp treats them alike.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::archive::internal {

struct DecodeStep {
  std::size_t consumed = 0;
  std::size_t produced = 0;
  bool finished = false;  // the whole stream has ended, with nothing left to write
};

enum class InputState { MoreMayCome, Ended };

// One stream, which may be of several members (frames) in a row.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Decodes from `in` straight into `out` (never empty) as far as both reach. `in` may be empty,
  // when output is still held back or the input has ended. A step that does nothing on ended input
  // means a truncated stream.
  [[nodiscard]] virtual Result<DecodeStep> decode(Bytes in, std::span<std::byte> out,
                                                  InputState state) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Decoder>> make_gzip_decoder();
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_zstd_decoder();
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_xz_decoder();
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_bzip2_decoder();

}  // namespace corten::archive::internal
