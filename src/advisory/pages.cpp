#include "advisory/internal/pages.h"

#include <fmt/format.h>

#include "advisory/internal/file_check.h"
#include "base/byte_cursor.h"

namespace corten::advisory {

namespace {

constexpr std::uint32_t kMetaMagic = 0xbeefc0de;
constexpr std::uint32_t kDataVersion = 1;
constexpr std::size_t kPageHeader = 16;
constexpr std::uint16_t kBranch = 0x01;
constexpr std::uint16_t kLeaf = 0x02;
constexpr std::uint16_t kOverflow = 0x04;
constexpr std::uint16_t kMetaPage = 0x08;
constexpr std::uint16_t kBigData = 0x01;

// MDB_meta behind the page header: magic, version, address, map size, two MDB_db of 48 bytes, last
// page, transaction.
Result<TreeShape> read_meta(Bytes image, std::uint64_t offset) {
  ByteCursor in(image);
  CORTEN_CHECK(in.seek(offset));
  CORTEN_CHECK(in.skip(10));
  CORTEN_TRY(const std::uint16_t page_flags, in.u16_le());
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(const std::uint32_t magic, in.u32_le());
  CORTEN_TRY(const std::uint32_t version, in.u32_le());
  if ((page_flags & kMetaPage) == 0 || magic != kMetaMagic || version != kDataVersion)
    return damaged("meta page");
  CORTEN_CHECK(in.skip(16));
  TreeShape shape;
  CORTEN_TRY(shape.page_size, in.u32_le());
  CORTEN_CHECK(in.skip(36));
  CORTEN_TRY(const std::uint64_t free_root, in.u64_le());
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(const std::uint16_t tree_flags, in.u16_le());
  CORTEN_CHECK(in.skip(34));
  CORTEN_TRY(shape.root, in.u64_le());
  CORTEN_TRY(shape.last_page, in.u64_le());
  CORTEN_TRY(shape.transaction, in.u64_le());
  // Finished files have no free pages, and keys are plain bytes with one value each.
  if (free_root != kNoPage || tree_flags != 0) return damaged("tree flags");
  return shape;
}

}  // namespace

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::InvalidInput, fmt::format("damaged advisory database: {}", what),
              kRebuildHint);
}

Result<TreeShape> read_shape(Bytes head, std::uint64_t tree_size) {
  CORTEN_TRY(TreeShape shape, read_meta(head, 0));
  constexpr std::uint64_t kMinPage = 512;
  constexpr std::uint64_t kMaxPage = 65'536;
  if (shape.page_size < kMinPage || shape.page_size > kMaxPage ||
      (shape.page_size & (shape.page_size - 1)) != 0) {
    return damaged("page size");
  }
  CORTEN_TRY(const TreeShape second, read_meta(head, shape.page_size));
  if (second.page_size != shape.page_size) return damaged("page size");
  if (second.transaction > shape.transaction) shape = second;
  if (shape.last_page >= tree_size / shape.page_size) return damaged("cut off");
  if (shape.root > shape.last_page) return damaged("root");
  return shape;
}

Result<Page> Page::of(Bytes bytes, std::uint64_t number) {
  ByteCursor in(bytes);
  CORTEN_TRY(const std::uint64_t own_number, in.u64_le());
  CORTEN_CHECK(in.skip(2));
  CORTEN_TRY(const std::uint16_t flags, in.u16_le());
  CORTEN_TRY(const std::uint16_t lower, in.u16_le());
  CORTEN_TRY(const std::uint16_t upper, in.u16_le());
  if (own_number != number || (flags != kBranch && flags != kLeaf)) return damaged("page header");
  if (lower < kPageHeader || lower > upper || upper > bytes.size()) return damaged("page bounds");
  const std::size_t nodes = (lower - kPageHeader) / 2;
  if (nodes < (flags == kBranch ? 2U : 1U)) return damaged("empty page");
  return Page(bytes, nodes, flags == kLeaf);
}

Result<Node> Page::node(std::size_t i) const {
  ByteCursor in(bytes_);
  CORTEN_CHECK(in.seek(kPageHeader + 2 * i));
  CORTEN_TRY(const std::uint16_t offset, in.u16_le());
  if (offset % 2 != 0 || offset < kPageHeader) return damaged("node offset");
  CORTEN_CHECK(in.seek(offset));
  CORTEN_TRY(const std::uint16_t low, in.u16_le());
  CORTEN_TRY(const std::uint16_t high, in.u16_le());
  CORTEN_TRY(const std::uint16_t flags, in.u16_le());
  CORTEN_TRY(const std::uint16_t key_size, in.u16_le());
  CORTEN_TRY(const Bytes key, in.take(key_size));
  const std::uint64_t number = low | (std::uint64_t{high} << 16);
  Node node;
  node.key = as_text(key);
  if (!leaf_) {
    node.page = number | (std::uint64_t{flags} << 32);
    return node;
  }
  node.size = number;
  if (flags == 0) {
    CORTEN_TRY(node.value, in.take(number));
    return node;
  }
  if (flags != kBigData) return damaged("node flags");
  CORTEN_TRY(node.page, in.u64_le());
  return node;
}

std::uint64_t big_value_pages(std::uint64_t size, std::uint64_t page_size) {
  return (kPageHeader + size + page_size - 1) / page_size;
}

Result<Bytes> big_value(Bytes pages, std::uint64_t size, std::uint64_t page_size) {
  ByteCursor in(pages);
  CORTEN_CHECK(in.skip(10));
  CORTEN_TRY(const std::uint16_t flags, in.u16_le());
  CORTEN_TRY(const std::uint32_t own_pages, in.u32_le());
  if (flags != kOverflow || own_pages < big_value_pages(size, page_size))
    return damaged("overflow page");
  return in.take(size);
}

}  // namespace corten::advisory
