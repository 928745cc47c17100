// LMDB's page format (data version 1), as far as a read-only tree without named databases needs it.
// Nothing in a page is trusted: what lies outside of its bytes is InvalidInput.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::advisory {

inline constexpr std::uint64_t kNoPage = std::numeric_limits<std::uint64_t>::max();
inline constexpr unsigned kMaxTreeDepth = 24;

[[nodiscard]] std::unexpected<Error> damaged(std::string_view what);

// Where the tree is, from the newer of the two meta pages.
struct TreeShape {
  std::uint64_t page_size = 0;
  std::uint64_t root = kNoPage;
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
};
// `head` holds at least the first kHeadBytes of an LMDB file of `tree_size` bytes, or all of it.
inline constexpr std::size_t kHeadBytes = 132'000;  // two pages of the largest size
[[nodiscard]] Result<TreeShape> read_shape(Bytes head, std::uint64_t tree_size);

struct Node {
  std::string_view key;
  Bytes value;                   // of a leaf, when it lies in the page
  std::uint64_t page = kNoPage;  // branch: the child; leaf: where a big value begins
  std::uint64_t size = 0;        // of a leaf's value
};

// A branch or leaf page. Borrows its bytes.
class Page {
 public:
  [[nodiscard]] static Result<Page> of(Bytes bytes, std::uint64_t number);
  [[nodiscard]] bool is_leaf() const { return leaf_; }
  [[nodiscard]] std::size_t size() const { return nodes_; }
  [[nodiscard]] Result<Node> node(std::size_t i) const;  // i < size()

 private:
  Page(Bytes bytes, std::size_t nodes, bool leaf) : bytes_(bytes), nodes_(nodes), leaf_(leaf) {}
  Bytes bytes_;
  std::size_t nodes_;
  bool leaf_;
};

// How many pages a big value of `size` bytes takes, and the value in those pages.
[[nodiscard]] std::uint64_t big_value_pages(std::uint64_t size, std::uint64_t page_size);
[[nodiscard]] Result<Bytes> big_value(Bytes pages, std::uint64_t size, std::uint64_t page_size);

}  // namespace corten::advisory
