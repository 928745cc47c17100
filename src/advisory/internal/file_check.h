// The database file around and beneath the tree: checksums of its blocks, and a trailer that tells
// a whole file from a cut one.
//
// open_database_file() is cheap and done at every open; the sum of a block is compared when a
// reader first touches it (tree.h); check_content() reads everything and is done once when a file
// comes from outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "advisory/internal/pages.h"
#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace corten::advisory {

inline constexpr const char* kRebuildHint = "run `corten db update` to get a new one";

// An open file of this program's schema, and what its trailer and its meta pages say.
struct DatabaseFile {
  Fd fd;
  std::uint64_t size = 0;
  std::uint64_t tree_size = 0;  // without the blocks' sums and the trailer
  TreeShape shape;
  std::string checksum;  // of all before the trailer
};

// The tree in blocks, each with a sum of 32 bits behind the tree.
inline constexpr std::size_t kCheckedBlock = 4096;
inline constexpr std::size_t kBlockSumBytes = 4;
[[nodiscard]] std::uint32_t block_sum(Bytes block);

// Errors: NotFound, InvalidInput (not a database, cut off), Unsupported (schema other than
// kSchema).
[[nodiscard]] Result<DatabaseFile> open_database_file(const std::filesystem::path& file);

// Appends sums and trailer to a finished LMDB file and syncs it.
[[nodiscard]] Status append_trailer(const std::filesystem::path& file, std::uint32_t schema);

// Reads the whole file: InvalidInput if a checksum or the structure of its tree is wrong.
[[nodiscard]] Status check_content(const std::filesystem::path& file);

}  // namespace corten::advisory
