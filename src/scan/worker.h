// Examining images in a sandboxed worker: the parent plans and caches, the child reads.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/fd.h"
#include "base/progress.h"
#include "base/time.h"
#include "scan/cache.h"
#include "scan/collect.h"
#include "scan/merge.h"

namespace corten::scan {

// The images that a target holds, and the descriptor that their layers are read from (-1 for
// unpacked folders).
struct OpenedImages {
  std::vector<image::Image> images;
  int layers_fd = -1;
};

// What to examine.
struct Target {
  std::vector<std::filesystem::path> readable;   // what the sandbox may open
  std::vector<std::shared_ptr<Fd>> descriptors;  // kept open in it
  std::function<Result<OpenedImages>()> open;    // runs inside the sandbox
  // What `open` gives, where it is known beforehand (an engine told it).
  std::vector<image::Image> known_images;
  // Names the bytes that `open` reads (a file's identity, and what was asked of it), so that what
  // it gave can be cached; empty when they cannot be named.
  std::string model_key;
  FolderKind folder_kind = FolderKind::RootFileSystem;
};

// A file or folder: archive, layout or root file system; "-" is standard input, which is read to
// its end into an unnamed temporary file. It is opened here and parsed in the sandbox; a compressed
// archive of images is unpacked there into such a file. Errors: NotFound, PermissionDenied, Io,
// Usage (standard input is a terminal), Unsupported (devices, named pipes).
[[nodiscard]] Result<Target> path_target(const std::filesystem::path& path,
                                         const image::OpenOptions& options);

struct ExamineOptions {
  std::size_t jobs = 1;
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  Time now{};
};

// Opens the target's images and reads their layers, those that the cache does not know. A layer
// that cannot be read is an error of the whole target: a partial answer would be passed off as
// whole. Errors are those of the parsers, or of the worker itself (LimitExceeded, Internal); the
// calling process must be single-threaded.
[[nodiscard]] Result<std::vector<ImageFacts>> examine(const Target& target, Cache& cache,
                                                      Progress& progress,
                                                      const ExamineOptions& options);

}  // namespace corten::scan
