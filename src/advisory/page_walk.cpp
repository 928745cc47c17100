// LMDB's page format (data version 1), as far as a read-only tree without named databases needs it.
#include <fmt/format.h>

#include <limits>
#include <vector>

#include "advisory/internal/file_check.h"
#include "base/byte_cursor.h"

namespace corten::advisory {

namespace {

constexpr std::uint32_t kMetaMagic = 0xbeefc0de;
constexpr std::uint32_t kDataVersion = 1;
constexpr std::size_t kPageHeader = 16;
constexpr std::uint64_t kNoPage = std::numeric_limits<std::uint64_t>::max();
constexpr unsigned kMaxDepth = 24;
constexpr std::uint16_t kBranch = 0x01;
constexpr std::uint16_t kLeaf = 0x02;
constexpr std::uint16_t kOverflow = 0x04;
constexpr std::uint16_t kMetaPage = 0x08;
constexpr std::uint16_t kBigData = 0x01;

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::InvalidInput, fmt::format("damaged advisory database: {}", what),
              kRebuildHint);
}

struct MetaPage {
  std::uint64_t page_size = 0;
  std::uint64_t root = kNoPage;
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
};

// MDB_meta behind the page header: magic, version, address, map size, two MDB_db of 48 bytes, last
// page, transaction.
Result<MetaPage> read_meta(Bytes image, std::uint64_t offset) {
  ByteCursor in(image);
  CORTEN_CHECK(in.seek(offset));
  CORTEN_CHECK(in.skip(10));
  CORTEN_TRY(const std::uint16_t page_flags, in.u16_le());
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(const std::uint32_t magic, in.u32_le());
  CORTEN_TRY(const std::uint32_t version, in.u32_le());
  if ((page_flags & kMetaPage) == 0 || magic != kMetaMagic || version != kDataVersion)
    return corrupt("meta page");
  CORTEN_CHECK(in.skip(16));
  MetaPage meta;
  CORTEN_TRY(meta.page_size, in.u32_le());
  CORTEN_CHECK(in.skip(36));
  CORTEN_TRY(const std::uint64_t free_root, in.u64_le());
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(const std::uint16_t tree_flags, in.u16_le());
  CORTEN_CHECK(in.skip(34));
  CORTEN_TRY(meta.root, in.u64_le());
  CORTEN_TRY(meta.last_page, in.u64_le());
  CORTEN_TRY(meta.transaction, in.u64_le());
  // Finished files have no free pages, and keys are plain bytes with one value each.
  if (free_root != kNoPage || tree_flags != 0) return corrupt("tree flags");
  return meta;
}

// The newer of the two meta pages, checked against the size of the file.
Result<MetaPage> live_meta(Bytes head, std::uint64_t tree_size) {
  CORTEN_TRY(MetaPage meta, read_meta(head, 0));
  constexpr std::uint64_t kMinPage = 512;
  constexpr std::uint64_t kMaxPage = 65'536;
  if (meta.page_size < kMinPage || meta.page_size > kMaxPage ||
      (meta.page_size & (meta.page_size - 1)) != 0) {
    return corrupt("page size");
  }
  CORTEN_TRY(const MetaPage second, read_meta(head, meta.page_size));
  if (second.page_size != meta.page_size) return corrupt("page size");
  if (second.transaction > meta.transaction) meta = second;
  if (meta.last_page >= tree_size / meta.page_size) return corrupt("cut off");
  if (meta.root > meta.last_page) return corrupt("root");
  return meta;
}

using Visit = std::function<bool(std::string_view, Bytes)>;

class Walk {
 public:
  Walk(Bytes image, const MetaPage& meta, const Visit& visit)
      : image_(image),
        meta_(meta),
        visit_(visit),
        seen_(static_cast<std::size_t>(meta.last_page) + 1) {}

  Status tree() {
    struct Step {
      std::uint64_t page;
      unsigned depth;
    };
    std::vector<Step> steps = {{meta_.root, 0}};
    while (!steps.empty()) {
      const Step step = steps.back();
      steps.pop_back();
      if (step.depth > kMaxDepth) return corrupt("tree too deep");
      CORTEN_TRY(const std::vector<std::uint64_t> children, page(step.page));
      for (const std::uint64_t child : children) steps.push_back({child, step.depth + 1});
    }
    return {};
  }

 private:
  // Marks pages [first, first + count) as used; each may be used once.
  Result<Bytes> claim(std::uint64_t first, std::uint64_t count) {
    if (first < 2 || first > meta_.last_page || count == 0 || count > meta_.last_page - first + 1) {
      return corrupt("page number");
    }
    for (std::uint64_t i = first; i < first + count; ++i) {
      if (seen_[static_cast<std::size_t>(i)]) return corrupt("page used twice");
      seen_[static_cast<std::size_t>(i)] = true;
    }
    return image_.subspan(static_cast<std::size_t>(first * meta_.page_size),
                          static_cast<std::size_t>(count * meta_.page_size));
  }

  Result<std::vector<std::uint64_t>> page(std::uint64_t number) {
    CORTEN_TRY(const Bytes bytes, claim(number, 1));
    ByteCursor in(bytes);
    CORTEN_TRY(const std::uint64_t own_number, in.u64_le());
    CORTEN_CHECK(in.skip(2));
    CORTEN_TRY(const std::uint16_t flags, in.u16_le());
    CORTEN_TRY(const std::uint16_t lower, in.u16_le());
    CORTEN_TRY(const std::uint16_t upper, in.u16_le());
    if (own_number != number || (flags != kBranch && flags != kLeaf)) return corrupt("page header");
    if (lower < kPageHeader || lower > upper || upper > bytes.size()) return corrupt("page bounds");
    const std::size_t nodes = (lower - kPageHeader) / 2;
    if (nodes < (flags == kBranch ? 2U : 1U)) return corrupt("empty page");
    std::vector<std::uint64_t> children;
    for (std::size_t i = 0; i < nodes; ++i) {
      CORTEN_TRY(const std::uint16_t offset, in.u16_le());
      CORTEN_CHECK(node(bytes, offset, flags == kLeaf, children));
    }
    return children;
  }

  Status node(Bytes bytes, std::uint16_t offset, bool leaf, std::vector<std::uint64_t>& children) {
    ByteCursor in(bytes);
    CORTEN_CHECK(in.seek(offset));
    if (offset % 2 != 0 || offset < kPageHeader) return corrupt("node offset");
    CORTEN_TRY(const std::uint16_t low, in.u16_le());
    CORTEN_TRY(const std::uint16_t high, in.u16_le());
    CORTEN_TRY(const std::uint16_t flags, in.u16_le());
    CORTEN_TRY(const std::uint16_t key_size, in.u16_le());
    CORTEN_TRY(const Bytes key, in.take(key_size));
    const std::uint64_t number = low | (std::uint64_t{high} << 16);
    if (!leaf) {
      children.push_back(number | (std::uint64_t{flags} << 32));
      return {};
    }
    if (flags == 0) {
      CORTEN_TRY(const Bytes value, in.take(number));
      return visit_(as_text(key), value) ? Status{} : corrupt("value");
    }
    if (flags != kBigData) return corrupt("node flags");
    CORTEN_TRY(const std::uint64_t first, in.u64_le());
    return big_value(as_text(key), first, number);
  }

  Status big_value(std::string_view key, std::uint64_t first, std::uint64_t size) {
    const std::uint64_t pages = (kPageHeader + size + meta_.page_size - 1) / meta_.page_size;
    CORTEN_TRY(const Bytes bytes, claim(first, pages));
    ByteCursor in(bytes);
    CORTEN_CHECK(in.skip(10));
    CORTEN_TRY(const std::uint16_t flags, in.u16_le());
    CORTEN_TRY(const std::uint32_t own_pages, in.u32_le());
    if (flags != kOverflow || own_pages < pages) return corrupt("overflow page");
    return visit_(key, bytes.subspan(kPageHeader, static_cast<std::size_t>(size)))
               ? Status{}
               : corrupt("value");
  }

  Bytes image_;
  MetaPage meta_;
  const Visit& visit_;
  std::vector<bool> seen_;
};

}  // namespace

Status check_meta_pages(Bytes head, std::uint64_t tree_size) {
  CORTEN_CHECK(live_meta(head, tree_size));
  return {};
}

Status check_pages(Bytes image, const Visit& visit) {
  CORTEN_TRY(const MetaPage meta, live_meta(image, image.size()));
  return Walk(image, meta, visit).tree();
}

}  // namespace corten::advisory
