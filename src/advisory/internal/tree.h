// A database file mapped for reading: look-ups in its tree.
//
// LMDB, which writes the tree, would read it too, but trusts every page: one wrong offset ends the
// program. Here each page is compared with its checksum when it is first touched and read within
// its bounds, so that a damaged file is an error wherever the damage lies, and opening costs
// nothing that grows with the file.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "advisory/internal/file_check.h"
#include "advisory/internal/pages.h"
#include "base/bytes.h"
#include "base/result.h"

namespace corten::advisory {

class Map {
 public:
  Map(int fd, std::size_t size);
  ~Map();
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  [[nodiscard]] bool valid() const { return data_ != nullptr; }
  [[nodiscard]] Bytes bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  std::size_t size_;
  void* data_;
};

// Shared by threads; what it gives lives as long as it.
class Tree {
 public:
  [[nodiscard]] static Result<Tree> open(const DatabaseFile& file);

  // One thread's reading: which blocks are known to be whole.
  class Reader {
   public:
    explicit Reader(const Tree& tree);
    // Errors: InvalidInput, damage.
    [[nodiscard]] Result<std::optional<Bytes>> get(std::string_view key);
    // Every key with this prefix, in order, until visit returns false.
    [[nodiscard]] Status each(std::string_view prefix,
                              const std::function<bool(std::string_view key, Bytes value)>& visit);
    // Walks all of it: every page is where the tree says and is used once, every node lies in its
    // page, every key and value in the file. visit may refuse a value by returning false.
    [[nodiscard]] Status check(const std::function<bool(std::string_view key, Bytes value)>& visit);

   private:
    struct Place {  // of a node
      Page page;
      std::size_t index;
    };
    Result<Bytes> pages(std::uint64_t first, std::uint64_t count);
    Result<Page> page(std::uint64_t number);
    Result<Bytes> value_of(const Node& node);
    // From the root to the first node of a leaf that is not below `key`; its index may be one past
    // the end of the leaf.
    Result<std::vector<Place>> descend(std::string_view key);

    const Tree& tree_;
    std::vector<bool> whole_;
  };

 private:
  Tree(std::unique_ptr<Map> map, const TreeShape& shape, std::uint64_t tree_size)
      : map_(std::move(map)), shape_(shape), tree_size_(tree_size) {}
  std::unique_ptr<Map> map_;
  TreeShape shape_;
  std::uint64_t tree_size_ = 0;
};

}  // namespace corten::advisory
