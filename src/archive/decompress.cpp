#include "archive/decompress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "archive/internal/decoder.h"
#include "base/text.h"

namespace corten::archive {

namespace {

using internal::Decoder;
using internal::DecodeStep;
using internal::InputState;

// Large enough that one call of a decoder fills most of a megabyte, small enough for the
// second-level cache.
constexpr std::size_t kInputBytes = 256 << 10;
constexpr std::size_t kHeadBytes = 16;  // what detect_compression needs
constexpr std::uint64_t kRatioSlack = std::uint64_t{64} << 20;

struct DecoderRow {
  Compression compression;
  const char* name;
  Result<std::unique_ptr<Decoder>> (*create)();
};

constexpr std::array kDecoders = {
    DecoderRow{Compression::Gzip, "gzip", internal::make_gzip_decoder},
    DecoderRow{Compression::Zstd, "zstd", internal::make_zstd_decoder},
    DecoderRow{Compression::Xz, "xz", internal::make_xz_decoder},
    DecoderRow{Compression::Bzip2, "bzip2", internal::make_bzip2_decoder},
};

// The compressed bytes that were read and not yet decoded.
class InputBuffer {
 public:
  explicit InputBuffer(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)),
        buffer_(std::make_unique_for_overwrite<std::byte[]>(kInputBytes)) {}

  [[nodiscard]] Bytes pending() const { return {buffer_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] bool ended() const { return ended_; }
  ByteSource& source() { return *source_; }

  void consume(std::size_t count) { begin_ += count; }

  // Adds what one read gives behind what is pending.
  Status fill() {
    if (begin_ == end_) begin_ = end_ = 0;
    CORTEN_TRY(const std::size_t got, source_->read({buffer_.get() + end_, kInputBytes - end_}));
    end_ += got;
    ended_ = got == 0;
    return {};
  }

  Status fill_head() {
    while (!ended_ && pending().size() < kHeadBytes) CORTEN_CHECK(fill());
    return {};
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

// An uncompressed stream whose head was read to find that out.
class PlainSource final : public ByteSource {
 public:
  PlainSource(InputBuffer input, std::uint64_t limit) : input_(std::move(input)), left_(limit) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    std::size_t got = std::min(into.size(), input_.pending().size());
    if (got > 0) {
      std::ranges::copy(input_.pending().first(got), into.begin());
      input_.consume(got);
    } else if (!input_.ended()) {
      CORTEN_TRY(got, input_.source().read(into));
    }
    CORTEN_CHECK(count(got));
    return got;
  }

  Status skip(std::uint64_t size) override {
    CORTEN_CHECK(count(size));
    const std::size_t buffered = std::min<std::uint64_t>(size, input_.pending().size());
    input_.consume(buffered);
    return input_.source().skip(size - buffered);
  }

 private:
  Status count(std::uint64_t bytes) {
    if (bytes > left_) return fail(ErrorCode::LimitExceeded, "more bytes than the limit allows");
    left_ -= bytes;
    return {};
  }

  InputBuffer input_;
  std::uint64_t left_;
};

class DecodingSource final : public ByteSource {
 public:
  DecodingSource(InputBuffer input, std::unique_ptr<Decoder> decoder, const char* name,
                 const DecompressLimits& limits)
      : input_(std::move(input)), decoder_(std::move(decoder)), name_(name), limits_(limits) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    while (!finished_ && !into.empty()) {
      if (input_.pending().empty() && !input_.ended()) CORTEN_CHECK(input_.fill());
      const bool last = input_.pending().empty() && input_.ended();
      CORTEN_TRY(const DecodeStep step,
                 decoder_->decode(input_.pending(), into,
                                  last ? InputState::Ended : InputState::MoreMayCome));
      CORTEN_CHECK(account(step));
      finished_ = step.finished;
      if (step.produced > 0) return step.produced;
      if (last && !finished_ && step.consumed == 0) {
        // A decoder between two members says `finished` only when asked again.
        if (idle_on_end_)
          return fail(ErrorCode::InvalidInput, fmt::format("truncated {} stream", name_));
        idle_on_end_ = true;
      }
    }
    return 0;
  }

 private:
  Status account(const DecodeStep& step) {
    input_.consume(step.consumed);
    consumed_ += step.consumed;
    produced_ += step.produced;
    if (produced_ > limits_.output_bytes) {
      return fail(ErrorCode::LimitExceeded, fmt::format("{} stream of more than {} uncompressed",
                                                        name_, format_size(limits_.output_bytes)));
    }
    const std::uint64_t ratio = std::max<std::uint64_t>(limits_.ratio, 1);
    if (produced_ > kRatioSlack && (produced_ - kRatioSlack) / ratio > consumed_) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{} stream expands more than {} times ({} from {})", name_, ratio,
                              format_size(produced_), format_size(consumed_)));
    }
    return {};
  }

  InputBuffer input_;
  std::unique_ptr<Decoder> decoder_;
  const char* name_;
  DecompressLimits limits_;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
  bool finished_ = false;
  bool idle_on_end_ = false;
};

}  // namespace

const char* name_of(Compression compression) {
  for (const DecoderRow& row : kDecoders) {
    if (row.compression == compression) return row.name;
  }
  return "none";
}

Compression detect_compression(Bytes head) {
  using namespace std::string_view_literals;
  const std::string_view text = as_text(head);
  if (text.starts_with("\x1f\x8b\x08"sv)) return Compression::Gzip;
  if (text.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::Zstd;
  // A skippable zstd frame: 0x184D2A50 to 0x184D2A5F, little-endian.
  if (text.size() >= 4 && (static_cast<unsigned char>(text[0]) & 0xf0U) == 0x50 &&
      text.substr(1).starts_with("\x2a\x4d\x18"sv)) {
    return Compression::Zstd;
  }
  if (text.starts_with("\xfd\x37zXZ\0"sv)) return Compression::Xz;
  // "BZh", the level, then the magic of a block or of the end of an empty stream.
  if (text.starts_with("BZh") && text.size() >= 10 && text[3] >= '1' && text[3] <= '9' &&
      (text.substr(4).starts_with("\x31\x41\x59\x26\x53\x59"sv) ||
       text.substr(4).starts_with("\x17\x72\x45\x38\x50\x90"sv))) {
    return Compression::Bzip2;
  }
  return Compression::None;
}

Result<std::unique_ptr<ByteSource>> decompress(std::unique_ptr<ByteSource> input,
                                               const DecompressLimits& limits) {
  InputBuffer buffer(std::move(input));
  CORTEN_CHECK(buffer.fill_head());
  const Compression compression = detect_compression(buffer.pending());
  for (const DecoderRow& row : kDecoders) {
    if (row.compression != compression) continue;
    CORTEN_TRY(std::unique_ptr<Decoder> decoder, row.create());
    return std::make_unique<DecodingSource>(std::move(buffer), std::move(decoder), row.name,
                                            limits);
  }
  return std::make_unique<PlainSource>(std::move(buffer), limits.output_bytes);
}

}  // namespace corten::archive
