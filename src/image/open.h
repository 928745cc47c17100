// Opening what a user names: OCI layouts (folder or tar), `docker save` archives, folders of
// skopeo, root file systems (folder or tar).
//
// The parts are for a worker that opens and parses only after it locked itself in: open the path,
// let it be spooled if needs_spooling() says so, and give the descriptor to open_images(). All but
// open_target() and make_spool_file() work with descriptors only (fstat, pread, openat2 below a
// folder, write to the spool file).
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "archive/decompress.h"
#include "base/fd.h"
#include "base/result.h"
#include "image/image.h"

namespace corten::image {

// Whether the open file is an image archive within a gzip, zstd, xz or bzip2 stream. Its layers are
// to be read in place, so that it must be decompressed into a file before open_images(). Root file
// system archives stay compressed. Reads the stream until its members tell what it is. Errors:
// InvalidInput, LimitExceeded, Io.
[[nodiscard]] Result<bool> needs_spooling(int fd);

// A file in $TMPDIR (or /tmp) that has no name and goes with its descriptor.
[[nodiscard]] Result<Fd> make_spool_file();

// Writes what the compressed file `from` holds to `to`.
[[nodiscard]] Status spool(int from, int to, const archive::DecompressLimits& limits = {});

// The images of an open folder or regular file. `path` is what it is called in names and messages;
// a layout of several names and a `docker save` archive of several tags give several images. What
// an image archive says in index.json and in manifest.json is both opened, since old and new Docker
// load one or the other. Errors: NotFound (no image for options.platform, missing blobs),
// InvalidInput (damaged, or nothing of the known kinds), LimitExceeded, Unsupported, Usage (a
// compressed image archive that was not spooled).
[[nodiscard]] Result<std::vector<Image>> open_images(int fd, const std::filesystem::path& path,
                                                     const OpenOptions& options);

struct OpenedTarget {
  Fd fd;  // for open_layer(): the file or folder, or the spooled archive; of LayerBytes offsets are
          // in it
  std::vector<Image> images;  // at least one
};

// All of the above, without a sandbox.
[[nodiscard]] Result<OpenedTarget> open_target(const std::filesystem::path& path,
                                               const OpenOptions& options);

// Whether a member at this path of a root file system archive belongs to an image archive
// ("manifest.json", …). An archive that has both can show a scanner another face than Docker:
// whoever walks a root file system archive should warn of it.
[[nodiscard]] bool is_image_archive_member(std::string_view path);

}  // namespace corten::image
