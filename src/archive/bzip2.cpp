#include <bzlib.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "archive/internal/decoder.h"

namespace corten::archive::internal {

namespace {

class Bzip2Decoder final : public Decoder {
 public:
  Bzip2Decoder() = default;
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;
  ~Bzip2Decoder() override { close(); }

  Result<DecodeStep> decode(Bytes in, std::span<std::byte> out, InputState input) override {
    if (!open_) {
      if (in.empty()) return DecodeStep{.finished = input == InputState::Ended};
      CORTEN_CHECK(open());
    }
    constexpr std::size_t kMost = std::numeric_limits<unsigned>::max();
    in = in.first(std::min(in.size(), kMost));
    out = out.first(std::min(out.size(), kMost));
    // bzip2 never writes through next_in; its type only lacks the const.
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = static_cast<unsigned>(in.size());
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = static_cast<unsigned>(out.size());
    const int code = BZ2_bzDecompress(&stream_);
    if (code != BZ_OK && code != BZ_STREAM_END) {
      return fail(ErrorCode::InvalidInput, code == BZ_DATA_ERROR_MAGIC
                                               ? "bzip2: bytes that are not a bzip2 header"
                                               : "bzip2: corrupt data");
    }
    const DecodeStep step{.consumed = in.size() - stream_.avail_in,
                          .produced = out.size() - stream_.avail_out};
    if (code == BZ_STREAM_END) close();  // another stream may follow
    return step;
  }

 private:
  Status open() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      return fail(ErrorCode::Io, "bzip2: no memory for a decoder");
    }
    open_ = true;
    return {};
  }

  void close() noexcept {
    if (open_) BZ2_bzDecompressEnd(&stream_);
    open_ = false;
  }

  bz_stream stream_{};
  bool open_ = false;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_bzip2_decoder() { return std::make_unique<Bzip2Decoder>(); }

}  // namespace corten::archive::internal
