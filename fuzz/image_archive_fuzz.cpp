// Any bytes, as the file that a user names, open as images or fail; layers that verify have the
// digest that they should.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "image/layer.h"
#include "image/open.h"

namespace {

using namespace corten;

constexpr std::uint64_t kOutputLimit = 1 << 20;

void read_layer(const image::Layer& layer, int fd) {
  const auto stream = image::open_layer(layer, fd, {.limits = {.output_bytes = kOutputLimit}});
  if (!stream) return;
  std::vector<std::byte> piece(4096);
  const auto got = (*stream)->read(piece);
  if (got && *got > piece.size()) std::abort();
  (void)(*stream)->finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Fd fd(::memfd_create("target", MFD_CLOEXEC));
  if (!write_all(fd.get(), std::as_bytes(std::span(data, size)))) return 0;
  (void)image::needs_spooling(fd.get());
  const auto images = image::open_images(fd.get(), "target", {});
  if (!images) return 0;
  if (images->empty()) std::abort();
  for (const image::Image& one : *images) {
    for (const image::Layer& layer : one.layers) read_layer(layer, fd.get());
  }
  return 0;
}
