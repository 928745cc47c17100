// A layer as a stream of its uncompressed tar, verified against its digest on the way.
#pragma once

#include <memory>

#include "archive/decompress.h"
#include "archive/read_ahead.h"
#include "archive/source.h"
#include "image/image.h"

namespace corten::image {

// Exactly one digest is checked: that of the stored blob where the manifest gives it, hashed as the
// blob is read, or else that of the uncompressed tar. A layer of neither (a root file system
// archive) is not hashed.
class LayerStream : public archive::ByteSource {
 public:
  // Reads what is left, and checks the digest: InvalidInput on a mismatch or a truncated blob.
  // Nothing may be read after it. What was read before is only to be trusted once this succeeded.
  [[nodiscard]] virtual Status finish() = 0;
};

struct LayerOptions {
  archive::DecompressLimits limits = {};
  // Whether a core is free: then hashing and decompressing go on in threads of their own. Empty:
  // all is done in the reader's thread. Called from any thread of the layer.
  archive::ReadAhead::WantHelp want_help = {};
};

// `target_fd` is what the image was opened from (OpenedTarget::fd): the archive, which is borrowed,
// or the folder of a layout, in which the blob is opened. Works in a sandbox that lets openat2 and
// pread through. Errors: InvalidInput, NotFound, Unsupported (a foreign layer, an unpacked folder:
// neither has bytes here).
[[nodiscard]] Result<std::unique_ptr<LayerStream>> open_layer(const Layer& layer, int target_fd,
                                                              const LayerOptions& options = {});

}  // namespace corten::image
