// Walking a layer: from a tar stream, or in place from an unpacked folder.
#pragma once

#include <functional>
#include <memory>

#include "archive/source.h"
#include "scan/collector.h"

namespace corten::scan {

// Programs up to this size are read whole; in larger ones only Go's build info is looked for, while
// they stream by.
inline constexpr std::uint64_t kMaxWholeProgram = std::uint64_t{24} << 20;

// Opens the layer's tar (decompressed) from its start. Called again when hard links need a second
// pass.
using OpenStream = std::function<Result<std::unique_ptr<archive::ByteSource>>()>;

enum class TarKind {
  Layer,           // of an image, or the export of a container
  RootFileSystem,  // a file of its own: members by which Docker would load it as an image instead
                   // are a problem
};

// Reads a whole tar layer. The stream that the first call of `open` gave is read to its end, so
// that its digest can be checked. Errors: InvalidInput and LimitExceeded of the tar reader.
[[nodiscard]] Result<LayerFacts> collect_tar(const OpenStream& open, TarKind kind, Hides hides);

enum class FolderKind {
  RootFileSystem,  // "/", a chroot, an unpacked image: pseudo file systems and other containers'
                   // files are left out
  OverlayLayer,    // a `diff` folder of overlay2: whiteouts are devices, opaque folders have an
                   // attribute
};

// Walks an unpacked folder without following links and without crossing into /proc and the like.
// Unreadable parts become problems.
[[nodiscard]] Result<LayerFacts> collect_folder(const std::string& path, FolderKind kind,
                                                Hides hides);

}  // namespace corten::scan
