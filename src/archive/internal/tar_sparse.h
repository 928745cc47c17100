// Sparse files: reading their maps, and walking the holes and stored runs that these describe.
//
// Format: GNU tar manual, "Storing Sparse Files".
#pragma once

#include <cstdint>
#include <vector>

#include "archive/internal/stream_buffer.h"
#include "base/result.h"

namespace corten::archive::internal {

// A stored run of a sparse file; the rest of the file is zeros.
struct SparseRun {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// Old GNU format: four runs in the header, which `in` is at, and 21 in each block that follows; all
// are consumed. `numbers` becomes offset, size, offset, size, …
[[nodiscard]] Status read_old_sparse_map(StreamBuffer& in, std::size_t most_runs,
                                         std::vector<std::uint64_t>& numbers);

// PAX format 1.0: decimal lines before the content, padded to whole blocks. They are taken off
// `stored_left`, what the file still has stored.
[[nodiscard]] Status read_sparse_map_in_data(StreamBuffer& in, std::size_t most_runs,
                                             std::uint64_t& stored_left,
                                             std::vector<std::uint64_t>& numbers);

// Where in a sparse file a reader is.
class SparseContent {
 public:
  // At the start of a file of `size` bytes, of which `stored` are stored. Errors: LimitExceeded,
  // InvalidInput (runs that overlap, leave the file, or are other than stored).
  [[nodiscard]] Status start(const std::vector<std::uint64_t>& numbers, std::size_t most_runs,
                             std::uint64_t size, std::uint64_t stored);

  [[nodiscard]] std::uint64_t left() const { return size_ - at_; }
  // Zeros that come next; 0 where stored bytes do.
  [[nodiscard]] std::uint64_t hole() const;
  // Stored bytes that come next, where there is no hole.
  [[nodiscard]] std::uint64_t stored() const;
  // Goes on within the hole or the run.
  void pass(std::uint64_t count);

 private:
  std::vector<SparseRun> runs_;
  std::size_t next_run_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;
};

}  // namespace corten::archive::internal
