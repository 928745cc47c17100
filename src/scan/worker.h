// Examining images in a sandboxed worker: the parent plans and caches, the child reads.
#pragma once

#include <filesystem>
#include <functional>

#include "base/progress.h"
#include "base/time.h"
#include "scan/cache.h"
#include "scan/collect.h"
#include "scan/merge.h"

namespace corten::scan {

// What to examine. `open` runs inside the sandbox, which can read `readable` and nothing else.
struct Target {
  std::vector<std::filesystem::path> readable;
  std::function<Result<std::vector<image::Image>>()> open;
  FolderKind folder_kind = FolderKind::RootFileSystem;
};

struct ExamineOptions {
  std::size_t jobs = 1;
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  Time now{};
};

// Opens the target's images and reads their layers, those that the cache does not know. A layer that cannot be read is an
// error of the whole target: a partial answer would be passed off as whole. Errors are those of the parsers, or of the
// worker itself (LimitExceeded, Internal); the calling process must be single-threaded.
[[nodiscard]] Result<std::vector<ImageFacts>> examine(const Target& target, Cache& cache, Progress& progress,
                                                      const ExamineOptions& options);

}  // namespace corten::scan
