#include "advisory/internal/tree.h"

#include <sys/mman.h>
#include <xxhash.h>

#include <cerrno>

#include "base/byte_cursor.h"
#include "base/file.h"

namespace corten::advisory {

namespace {

// Leaf: the first node whose key is not below `key`, or size(). Branch: the child whose keys begin
// at or below `key`.
Result<std::size_t> place_in(const Page& page, std::string_view key) {
  std::size_t low = page.is_leaf() ? 0 : 1;  // the first key of a branch is empty and means "all"
  std::size_t high = page.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    CORTEN_TRY(const Node node, page.node(middle));
    if (page.is_leaf() ? node.key < key : node.key <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return page.is_leaf() ? low : low - 1;
}

}  // namespace

Map::Map(int fd, std::size_t size)
    : size_(size), data_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0)) {
  if (data_ == MAP_FAILED) data_ = nullptr;
}

Map::~Map() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Result<Tree> Tree::open(const DatabaseFile& file) {
  auto map = std::make_unique<Map>(file.fd.get(), static_cast<std::size_t>(file.size));
  if (!map->valid()) return fail_errno(errno, "advisory database");
  return Tree(std::move(map), file.shape, file.tree_size);
}

Tree::Reader::Reader(const Tree& tree)
    : tree_(tree), whole_(static_cast<std::size_t>(tree.tree_size_ / kCheckedBlock)) {}

Result<Bytes> Tree::Reader::pages(std::uint64_t first, std::uint64_t count) {
  const TreeShape& shape = tree_.shape_;
  if (first < 2 || first > shape.last_page || count == 0 || count > shape.last_page - first + 1)
    return damaged("page number");
  const auto begin = static_cast<std::size_t>(first * shape.page_size);
  const auto size = static_cast<std::size_t>(count * shape.page_size);
  const Bytes all = tree_.map_->bytes();
  const std::size_t last_block = (begin + size - 1) / kCheckedBlock;
  for (std::size_t block = begin / kCheckedBlock; block <= last_block; ++block) {
    if (block >= whole_.size()) return damaged("page number");
    if (whole_[block]) continue;
    ByteCursor in(all);
    CORTEN_CHECK(in.seek(tree_.tree_size_ + block * kBlockSumBytes));
    CORTEN_TRY(const std::uint32_t expected, in.u32_le());
    if (block_sum(all.subspan(block * kCheckedBlock, kCheckedBlock)) != expected)
      return damaged("wrong checksum");
    whole_[block] = true;
  }
  return all.subspan(begin, size);
}

Result<Page> Tree::Reader::page(std::uint64_t number) {
  CORTEN_TRY(const Bytes bytes, pages(number, 1));
  return Page::of(bytes, number);
}

Result<Bytes> Tree::Reader::value_of(const Node& node) {
  if (node.page == kNoPage) return node.value;
  const std::uint64_t page_size = tree_.shape_.page_size;
  CORTEN_TRY(const Bytes bytes, pages(node.page, big_value_pages(node.size, page_size)));
  return big_value(bytes, node.size, page_size);
}

Result<std::vector<Tree::Reader::Place>> Tree::Reader::descend(std::string_view key) {
  std::vector<Place> places;
  std::uint64_t number = tree_.shape_.root;
  while (places.size() <= kMaxTreeDepth) {
    CORTEN_TRY(const Page page, this->page(number));
    CORTEN_TRY(const std::size_t index, place_in(page, key));
    places.push_back({page, index});
    if (page.is_leaf()) return places;
    CORTEN_TRY(const Node node, page.node(index));
    number = node.page;
  }
  return damaged("tree too deep");
}

Result<std::optional<Bytes>> Tree::Reader::get(std::string_view key) {
  CORTEN_TRY(const std::vector<Place> places, descend(key));
  const Place& place = places.back();
  if (place.index == place.page.size()) return std::nullopt;
  CORTEN_TRY(const Node node, place.page.node(place.index));
  if (node.key != key) return std::nullopt;
  CORTEN_TRY(const Bytes value, value_of(node));
  return value;
}

Status Tree::Reader::each(std::string_view prefix,
                          const std::function<bool(std::string_view, Bytes)>& visit) {
  CORTEN_TRY(std::vector<Place> places, descend(prefix));
  // A page that is its own descendant would lead round for ever.
  std::uint64_t steps = 0;
  while (!places.empty()) {
    Place& place = places.back();
    if (place.index >= place.page.size()) {
      places.pop_back();
      if (!places.empty()) ++places.back().index;
      continue;
    }
    CORTEN_TRY(const Node node, place.page.node(place.index));
    if (place.page.is_leaf()) {
      if (!node.key.starts_with(prefix)) return {};
      CORTEN_TRY(const Bytes value, value_of(node));
      if (!visit(node.key, value)) return {};
      ++place.index;
      continue;
    }
    if (places.size() > kMaxTreeDepth || ++steps > tree_.shape_.last_page)
      return damaged("tree too deep");
    CORTEN_TRY(const Page child, page(node.page));
    places.push_back({child, 0});
  }
  return {};
}

}  // namespace corten::advisory
