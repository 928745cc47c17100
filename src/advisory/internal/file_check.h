// The database file around and beneath the tree: checksums of its blocks, and a trailer that tells
// a whole file from a cut one.
//
// check_head() is cheap and done at every open; the sum of a block is compared when a reader first
// touches it (tree.h); check_content() reads everything and is done once when a file comes from
// outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::advisory {

inline constexpr const char* kRebuildHint = "run `corten db update` to get a new one";

struct FileHead {
  std::uint32_t schema = 0;
  std::uint64_t file_size = 0;
  std::uint64_t tree_size = 0;  // without the blocks' sums and the trailer
};

// The tree in blocks, each with a sum of 32 bits behind the tree.
inline constexpr std::size_t kCheckedBlock = 4096;
inline constexpr std::size_t kBlockSumBytes = 4;
[[nodiscard]] std::uint32_t block_sum(Bytes block);

// Errors: NotFound, InvalidInput (not a database, cut off), Unsupported (schema other than
// kSchema).
[[nodiscard]] Result<FileHead> check_head(const std::filesystem::path& file);

// Appends sums and trailer to a finished LMDB file and syncs it.
[[nodiscard]] Status append_trailer(const std::filesystem::path& file, std::uint32_t schema);

// Reads the whole file: InvalidInput if its checksum or the structure of its tree is wrong.
[[nodiscard]] Status check_content(const std::filesystem::path& file);

// The two meta pages at the start of an LMDB file of `tree_size` bytes; `head` holds at least the
// first kHeadBytes of it, or all. InvalidInput if they are none or point behind the end.
inline constexpr std::size_t kHeadBytes = 132'000;  // two pages of the largest size
[[nodiscard]] Status check_meta_pages(Bytes head, std::uint64_t tree_size);

// Walks an LMDB image: every page is where the tree says, every node lies in its page, every key
// and value in the image. visit gets each key and value and may refuse one by returning false.
[[nodiscard]] Status check_pages(
    Bytes image, const std::function<bool(std::string_view key, Bytes value)>& visit);

}  // namespace corten::advisory
