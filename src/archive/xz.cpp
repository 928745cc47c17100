#include <fmt/format.h>
#include <lzma.h>

#include "archive/internal/decoder.h"

namespace corten::archive::internal {

namespace {

// The largest preset (xz -9) needs 65 MiB; dictionaries above it are an attempt to take the memory
// of the reader.
constexpr std::uint64_t kMemoryBytes = std::uint64_t{256} << 20;

std::unexpected<Error> fail_xz(lzma_ret code) {
  if (code == LZMA_MEMLIMIT_ERROR) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("xz: the dictionary needs more than {} MiB", kMemoryBytes >> 20));
  }
  if (code == LZMA_OPTIONS_ERROR) {
    return fail(ErrorCode::Unsupported, "xz: a filter or option that liblzma does not know");
  }
  if (code == LZMA_MEM_ERROR) return fail(ErrorCode::Io, "xz: no memory for a decoder");
  return fail(ErrorCode::InvalidInput, code == LZMA_FORMAT_ERROR
                                           ? "xz: bytes that are not an xz header"
                                           : "xz: corrupt data");
}

class XzDecoder final : public Decoder {
 public:
  XzDecoder() = default;
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

  lzma_ret start() { return lzma_stream_decoder(&stream_, kMemoryBytes, LZMA_CONCATENATED); }

  Result<DecodeStep> decode(Bytes in, std::span<std::byte> out, InputState input) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret code = lzma_code(&stream_, input == InputState::Ended ? LZMA_FINISH : LZMA_RUN);
    // LZMA_BUF_ERROR: no progress was possible; the caller sees that in the counts.
    if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) return fail_xz(code);
    return DecodeStep{.consumed = in.size() - stream_.avail_in,
                      .produced = out.size() - stream_.avail_out,
                      .finished = code == LZMA_STREAM_END};
  }

 private:
  lzma_stream stream_{};  // LZMA_STREAM_INIT is documented to be all zeros
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_xz_decoder() {
  auto decoder = std::make_unique<XzDecoder>();
  if (const lzma_ret code = decoder->start(); code != LZMA_OK) return fail_xz(code);
  return decoder;
}

}  // namespace corten::archive::internal
