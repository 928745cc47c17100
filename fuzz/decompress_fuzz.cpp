// Any bytes decompress or fail, within the output limit, and the outcome does not depend on how the
// stream is split.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "archive/decompress.h"

namespace {

using corten::Bytes;
using corten::archive::ByteSource;

constexpr std::uint64_t kOutputLimit = 4 << 20;

class PiecesSource final : public ByteSource {
 public:
  PiecesSource(Bytes bytes, std::size_t step) : bytes_(bytes), step_(step) {}
  corten::Result<std::size_t> read(std::span<std::byte> into) override {
    const Bytes piece = bytes_.first(std::min({into.size(), bytes_.size(), step_}));
    std::ranges::copy(piece, into.begin());
    bytes_ = bytes_.subspan(piece.size());
    return piece.size();
  }

 private:
  Bytes bytes_;
  std::size_t step_;
};

// The whole output, or nullopt after an error.
std::optional<std::vector<std::byte>> unpack(Bytes input, std::size_t in_step,
                                             std::size_t out_step) {
  const auto source = corten::archive::decompress(std::make_unique<PiecesSource>(input, in_step),
                                                  {.output_bytes = kOutputLimit});
  if (!source) return std::nullopt;
  std::vector<std::byte> out;
  std::vector<std::byte> piece(out_step);
  for (;;) {
    const auto got = (*source)->read(piece);
    if (!got) return std::nullopt;
    if (*got == 0) return out;
    if (*got > piece.size()) std::abort();
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*got));
    if (out.size() > kOutputLimit) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  const auto whole = unpack(input, 1 << 20, 1 << 20);
  const auto pieces = unpack(input, 13, 1000);
  if (whole != pieces) std::abort();
  return 0;
}
