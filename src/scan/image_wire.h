// The image model on the wire between the sandboxed worker and its parent.
#pragma once

#include "base/wire.h"
#include "image/image.h"

namespace corten::scan {

void encode_image(wire::Encoder& out, const image::Image& image);
[[nodiscard]] Result<image::Image> decode_image(wire::Decoder& in);

}  // namespace corten::scan
