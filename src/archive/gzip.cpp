// gzip by igzip (isa-l). The member header is read with its own call, because isal_inflate forgets
// the header's flags when a header is split between two inputs.
#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

#include "archive/internal/decoder.h"

namespace corten::archive::internal {

namespace {

const char* reason_of(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "an invalid deflate block";
    case ISAL_INVALID_SYMBOL:
      return "an invalid deflate symbol";
    case ISAL_INVALID_LOOKBACK:
      return "a match before the start of the data";
    case ISAL_INVALID_WRAPPER:
      return "bytes that are not a gzip header";
    case ISAL_UNSUPPORTED_METHOD:
      return "an unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
      return "a wrong checksum";
    default:
      return "corrupt data";
  }
}

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() { isal_inflate_init(&state_); }

  Result<DecodeStep> decode(Bytes in, std::span<std::byte> out, InputState input) override {
    if (phase_ == Phase::Start) {
      if (in.empty()) return DecodeStep{.finished = members_ > 0 && input == InputState::Ended};
      start_member(in.front());
    }
    if (phase_ == Phase::Padding) return skip_padding(in, input);
    return inflate(in, out);
  }

 private:
  enum class Phase { Start, Header, Body, Padding };

  void start_member(std::byte first) {
    // Tape tools and some registries pad the file with zeros, as gzip(1) accepts too.
    if (members_ > 0 && first == std::byte{0}) {
      phase_ = Phase::Padding;
      return;
    }
    isal_inflate_reset(&state_);
    isal_gzip_header_init(&header_);
    phase_ = Phase::Header;
  }

  static Result<DecodeStep> skip_padding(Bytes in, InputState input) {
    if (!std::ranges::all_of(in, [](std::byte b) { return b == std::byte{0}; })) {
      return fail(ErrorCode::InvalidInput, "gzip: other bytes after trailing zeros");
    }
    return DecodeStep{.consumed = in.size(), .finished = in.empty() && input == InputState::Ended};
  }

  Result<DecodeStep> inflate(Bytes in, std::span<std::byte> out) {
    constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
    in = in.first(std::min(in.size(), kMost));
    out = out.first(std::min(out.size(), kMost));
    // isa-l never writes through next_in; its type only lacks the const.
    state_.next_in = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(in.data()));
    state_.avail_in = static_cast<std::uint32_t>(in.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = static_cast<std::uint32_t>(out.size());
    const int code = phase_ == Phase::Header ? read_header() : isal_inflate(&state_);
    if (code < 0 || code == ISAL_NEED_DICT) {
      return fail(ErrorCode::InvalidInput, fmt::format("gzip: {}", reason_of(code)));
    }
    if (phase_ == Phase::Body && state_.block_state == ISAL_BLOCK_FINISH) {
      ++members_;
      phase_ = Phase::Start;
    }
    return DecodeStep{.consumed = in.size() - state_.avail_in,
                      .produced = out.size() - state_.avail_out};
  }

  int read_header() {
    const int code = isal_read_gzip_header(&state_, &header_);
    if (code == ISAL_DECOMP_OK) {
      state_.crc_flag = ISAL_GZIP_NO_HDR_VER;
      phase_ = Phase::Body;
    }
    return code;
  }

  inflate_state state_;
  isal_gzip_header header_{};
  Phase phase_ = Phase::Start;
  std::uint64_t members_ = 0;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace corten::archive::internal
