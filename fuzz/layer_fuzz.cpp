// Layers as hostile tars, and the facts of layers and models of images as hostile messages of a
// worker.
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/bytes.h"
#include "scan/collect.h"
#include "scan/image_wire.h"
#include "scan/merge.h"

namespace {

using namespace corten;
using namespace corten::scan;

class FuzzSource final : public archive::ByteSource {
 public:
  explicit FuzzSource(Bytes bytes) : rest_(bytes) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t count = std::min(into.size(), rest_.size());
    std::ranges::copy(rest_.first(count), into.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  Bytes rest_;
};

void require(bool property) {
  if (!property) std::abort();
}

// What a worker sends arrives as it was, and can be put into an image.
void check(LayerFacts facts) {
  const std::string sent = encode(facts);
  auto received = decode_layer_facts(as_bytes(sent));
  require(received.has_value() && encode(*received) == sent);
  require(std::ranges::is_sorted(facts.hides) && std::ranges::is_sorted(facts.opaque));
  require(facts.problems.size() <= kMaxProblems && facts.notes.size() <= kMaxNotes);
  image::Image image;
  image.layers.resize(2);
  std::vector<LayerFacts> layers;
  layers.push_back(std::move(facts));
  layers.push_back(*std::move(received));
  (void)merge_layers(std::move(image), std::move(layers));
}

void decode(Bytes data) {
  if (const auto facts = decode_layer_facts(data)) {
    const auto again = decode_layer_facts(as_bytes(encode(*facts)));
    require(again.has_value() && encode(*again) == encode(*facts));
  }
  wire::Decoder in(data);
  if (const auto image = decode_image(in)) {
    wire::Encoder out;
    encode_image(out, *image);
    wire::Decoder back(as_bytes(out.bytes()));
    require(decode_image(back).has_value() && back.at_end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  if (size != 0 && (data[0] & 0x80U) != 0) {
    decode(bytes.subspan(1));
    return 0;
  }
  const auto open = [&]() -> Result<std::unique_ptr<archive::ByteSource>> {
    return std::make_unique<FuzzSource>(bytes);
  };
  if (auto facts = collect_tar(open, TarKind::RootFileSystem, Hides::Collect))
    check(*std::move(facts));
  return 0;
}
