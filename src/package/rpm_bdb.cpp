// Berkeley DB hash: pages of one size. Hash pages hold pairs of key and value; a value that does
// not fit is a chain of overflow pages. The key of a package is its number; number 0 holds the next
// free one.
//
// All hash pages are read in file order instead of walking the buckets: it needs none of the bucket
// arithmetic, and finds the same pages, since rpm never shrinks the hash and Berkeley DB marks the
// pages that it frees. Format: Berkeley DB's sources, dbinc/db_page.h.
#include <fmt/format.h>

#include <bit>
#include <string>

#include "base/byte_cursor.h"
#include "package/rpm_store.h"

namespace corten::package {

namespace {

constexpr std::uint32_t kHashMagic = 0x061561;
constexpr std::uint64_t kMagicOffset = 12;
constexpr std::uint64_t kLastPageOffset = 32;
constexpr std::uint64_t kMetaBytes = 72;  // what is read of the first page
constexpr std::uint32_t kMinVersion = 7;
constexpr std::uint32_t kMaxVersion = 10;
constexpr std::uint32_t kMinPageBytes = 512;
constexpr std::uint32_t kMaxPageBytes = 64 * 1024;
constexpr std::uint8_t kChecksummed = 0x01;  // meta flag; such pages have a longer header

constexpr std::uint8_t kHashUnsortedPage = 2;
constexpr std::uint8_t kOverflowPage = 7;
constexpr std::uint8_t kHashPage = 13;
constexpr std::size_t kPageHeaderBytes = 26;

constexpr std::uint8_t kInlineItem = 1;
constexpr std::uint8_t kOffPageItem = 3;
constexpr std::size_t kKeyBytes = 4;

// Numbers in the byte order of the machine that wrote the database.
struct Order {
  bool big_endian = false;
  Result<std::uint32_t> u32(ByteCursor& in) const { return big_endian ? in.u32_be() : in.u32_le(); }
  Result<std::uint16_t> u16(ByteCursor& in) const { return big_endian ? in.u16_be() : in.u16_le(); }
};

struct PageHeader {
  std::uint32_t next = 0;
  std::uint16_t entries = 0;      // overflow pages: a reference count
  std::uint16_t free_offset = 0;  // overflow pages: how many bytes of the value are here
  std::uint8_t type = 0;
};

class BdbReader {
 public:
  static Result<BdbReader> create(Bytes content);
  Status read(const RpmSink& sink);

 private:
  BdbReader(Bytes content, Order order, std::uint32_t page_bytes, std::uint32_t last_page)
      : content_(content), order_(order), page_bytes_(page_bytes), last_page_(last_page) {}

  std::uint64_t pages() const { return content_.size() / page_bytes_; }
  Bytes page(std::uint64_t number) const {
    return content_.subspan(number * page_bytes_, page_bytes_);
  }
  Result<PageHeader> header_of(Bytes page) const;
  Result<Bytes> item(Bytes page, std::size_t index) const;
  Status read_page(std::uint64_t number, const PageHeader& header, const RpmSink& sink);
  Status read_value(Bytes item, const RpmSink& sink);
  Status spend(std::size_t bytes);
  Status gather(std::uint32_t first, std::uint32_t length);

  Bytes content_;
  Order order_;
  std::uint32_t page_bytes_;
  std::uint32_t last_page_;                 // as the first page says
  std::uint64_t budget_ = content_.size();  // bytes that values may still take; no two share a page
  std::string value_;                       // the value that was gathered last
};

Result<BdbReader> BdbReader::create(Bytes content) {
  if (content.size() < kMetaBytes) {
    return fail(ErrorCode::InvalidInput, fmt::format("rpm Packages of {} bytes", content.size()));
  }
  Order order;
  ByteCursor in(content);
  CORTEN_CHECK(in.seek(kMagicOffset));
  CORTEN_TRY(std::uint32_t magic, in.u32_le());
  if (magic == std::byteswap(kHashMagic)) {
    order.big_endian = true;
    magic = kHashMagic;
  }
  if (magic != kHashMagic) {
    return fail(ErrorCode::InvalidInput, "not a hash database of Berkeley DB");
  }
  CORTEN_TRY(const std::uint32_t version, order.u32(in));
  CORTEN_TRY(const std::uint32_t page_bytes, order.u32(in));
  CORTEN_TRY(const std::uint8_t encryption, in.u8());
  CORTEN_CHECK(in.skip(1));  // page type
  CORTEN_TRY(const std::uint8_t flags, in.u8());
  CORTEN_CHECK(in.seek(kLastPageOffset));
  CORTEN_TRY(const std::uint32_t last_page, order.u32(in));
  if (version < kMinVersion || version > kMaxVersion) {
    return fail(ErrorCode::Unsupported, fmt::format("Berkeley DB hash of version {}", version));
  }
  if (encryption != 0 || (flags & kChecksummed) != 0) {
    return fail(ErrorCode::Unsupported, "Berkeley DB hash with encryption or checksums");
  }
  if (page_bytes < kMinPageBytes || page_bytes > kMaxPageBytes ||
      !std::has_single_bit(page_bytes)) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("Berkeley DB hash with pages of {} bytes", page_bytes));
  }
  return BdbReader(content, order, page_bytes, last_page);
}

Result<PageHeader> BdbReader::header_of(Bytes page) const {
  ByteCursor in(page);
  PageHeader header;
  CORTEN_CHECK(in.skip(16));  // log sequence number, page number, previous page
  CORTEN_TRY(header.next, order_.u32(in));
  CORTEN_TRY(header.entries, order_.u16(in));
  CORTEN_TRY(header.free_offset, order_.u16(in));
  CORTEN_CHECK(in.skip(1));  // level
  CORTEN_TRY(header.type, in.u8());
  return header;
}

// Items grow down from the end of the page: one ends where the item before it begins.
Result<Bytes> BdbReader::item(Bytes page, std::size_t index) const {
  std::size_t end = page.size();
  ByteCursor in(page);
  if (index > 0) {
    CORTEN_CHECK(in.seek(kPageHeaderBytes + 2 * (index - 1)));
    CORTEN_TRY(end, order_.u16(in));
  } else {
    CORTEN_CHECK(in.seek(kPageHeaderBytes));
  }
  CORTEN_TRY(const std::size_t begin, order_.u16(in));
  if (begin >= end || end > page.size()) {
    return fail(ErrorCode::InvalidInput, fmt::format("item {} from {} to {}", index, begin, end));
  }
  return page.subspan(begin, end - begin);
}

Status BdbReader::spend(std::size_t bytes) {
  if (bytes > budget_) return fail(ErrorCode::LimitExceeded, "values share their bytes");
  budget_ -= bytes;
  return {};
}

// Reads a chain of overflow pages into value_. Every page of a chain gives at least a byte, so that
// one which loops ends.
Status BdbReader::gather(std::uint32_t first, std::uint32_t length) {
  CORTEN_CHECK(spend(length));
  value_.clear();
  value_.reserve(length);
  for (std::uint64_t number = first; value_.size() < length;) {
    if (number == 0 || number >= pages()) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("value continues on page {} of {}", number, pages()));
    }
    CORTEN_TRY(const PageHeader header, header_of(page(number)));
    const std::size_t here = header.free_offset;
    if (header.type != kOverflowPage || here == 0 || here > page_bytes_ - kPageHeaderBytes ||
        here > length - value_.size()) {
      return fail(ErrorCode::InvalidInput, fmt::format("page {} is no part of its value", number));
    }
    value_ += as_text(page(number).subspan(kPageHeaderBytes, here));
    number = header.next;
  }
  return {};
}

Status BdbReader::read_value(Bytes item, const RpmSink& sink) {
  ByteCursor in(item);
  CORTEN_TRY(const std::uint8_t kind, in.u8());
  if (kind == kInlineItem) {
    CORTEN_CHECK(spend(item.size()));  // items of one page can overlap
    sink.header(item.subspan(1));
    return {};
  }
  if (kind != kOffPageItem) {
    return fail(ErrorCode::InvalidInput, fmt::format("value of kind {}", kind));
  }
  CORTEN_CHECK(in.skip(3));  // padding
  CORTEN_TRY(const std::uint32_t first, order_.u32(in));
  CORTEN_TRY(const std::uint32_t length, order_.u32(in));
  CORTEN_CHECK(gather(first, length));
  sink.header(as_bytes(value_));
  return {};
}

Status BdbReader::read_page(std::uint64_t number, const PageHeader& header, const RpmSink& sink) {
  const Bytes whole = page(number);
  if (header.entries > (page_bytes_ - kPageHeaderBytes) / 2) {
    return fail(ErrorCode::InvalidInput, fmt::format("{} items", header.entries));
  }
  for (std::size_t i = 0; i + 1 < header.entries; i += 2) {
    CORTEN_TRY(const Bytes key, item(whole, i));
    CORTEN_TRY(const Bytes value, item(whole, i + 1));
    const bool is_number =
        std::to_integer<std::uint8_t>(key.front()) == kInlineItem && key.size() == 1 + kKeyBytes;
    if (!is_number) {
      sink.problem(fmt::format("page {}: a key that is no package number", number));
      continue;
    }
    if (as_text(key.subspan(1)) == std::string_view("\0\0\0\0", kKeyBytes)) continue;
    if (const Status done = read_value(value, sink); !done) {
      sink.problem(fmt::format("page {}: {}", number, describe(done.error())));
    }
  }
  return {};
}

Status BdbReader::read(const RpmSink& sink) {
  if (last_page_ >= pages()) {
    sink.problem(
        fmt::format("the file is cut off: {} pages of {}", pages(), std::uint64_t{last_page_} + 1));
  }
  for (std::uint64_t number = 1; number < pages(); ++number) {
    CORTEN_TRY(const PageHeader header, header_of(page(number)));
    if (header.type != kHashPage && header.type != kHashUnsortedPage) continue;
    if (const Status done = read_page(number, header, sink); !done) {
      sink.problem(fmt::format("page {}: {}", number, describe(done.error())));
    }
  }
  return {};
}

}  // namespace

Status read_rpm_bdb(Bytes content, const RpmSink& sink) {
  CORTEN_TRY(BdbReader reader, BdbReader::create(content));
  return reader.read(sink);
}

}  // namespace corten::package
