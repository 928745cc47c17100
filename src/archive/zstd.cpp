#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "archive/internal/decoder.h"
#include "base/closer.h"

namespace corten::archive::internal {

namespace {

// A frame's window is memory that the frame asks for. 128 MiB is what zstd(1) itself allows without
// --long.
constexpr int kWindowLogMax = 27;

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(std::unique_ptr<ZSTD_DCtx, Closer<ZSTD_freeDCtx>> context)
      : context_(std::move(context)) {}

  Result<DecodeStep> decode(Bytes in, std::span<std::byte> out, InputState input) override {
    if (in.empty() && between_frames_) {
      return DecodeStep{.finished = input == InputState::Ended};
    }
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t hint = ZSTD_decompressStream(context_.get(), &to, &from);
    if (ZSTD_isError(hint) != 0) {
      const bool too_large = ZSTD_getErrorCode(hint) == ZSTD_error_frameParameter_windowTooLarge;
      return fail(too_large ? ErrorCode::LimitExceeded : ErrorCode::InvalidInput,
                  fmt::format("zstd: {}", ZSTD_getErrorName(hint)));
    }
    between_frames_ = hint == 0;
    return DecodeStep{.consumed = from.pos, .produced = to.pos};
  }

 private:
  std::unique_ptr<ZSTD_DCtx, Closer<ZSTD_freeDCtx>> context_;
  bool between_frames_ = false;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_zstd_decoder() {
  std::unique_ptr<ZSTD_DCtx, Closer<ZSTD_freeDCtx>> context(ZSTD_createDCtx());
  if (context == nullptr || ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax,
                                                                kWindowLogMax)) != 0) {
    return fail(ErrorCode::Io, "zstd: no memory for a decoder");
  }
  return std::make_unique<ZstdDecoder>(std::move(context));
}

}  // namespace corten::archive::internal
