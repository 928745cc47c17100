// ndb: a header, pages of slots, then blobs in blocks of 16 bytes. A slot says where the blob of a
// package is. Format: rpm's sources, lib/backend/ndb/rpmpkg.c; numbers are little endian.
#include <fmt/format.h>

#include "base/byte_cursor.h"
#include "package/rpm_store.h"

namespace corten::package {

namespace {

constexpr std::uint32_t kFileMagic = 0x506d7052;  // "RpmP"
constexpr std::uint32_t kSlotMagic = 0x746f6c53;  // "Slot"
constexpr std::uint32_t kHeadMagic = 0x53626c42;  // "BlbS"
constexpr std::uint32_t kTailMagic = 0x45626c42;  // "BlbE"
constexpr std::uint32_t kVersion = 0;
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kBlockBytes = 16;
constexpr std::uint64_t kHeaderBytes = 32;  // takes the place of the first two slots
constexpr std::uint64_t kSlotBytes = 16;
constexpr std::uint64_t kHeadBytes = 16;
constexpr std::uint64_t kTailBytes = 12;

struct Slot {
  std::uint32_t package = 0;
  std::uint64_t first_block = 0;  // 0: the slot is free
  std::uint64_t blocks = 0;
};

Result<Slot> read_slot(ByteCursor& in) {
  CORTEN_TRY(const std::uint32_t magic, in.u32_le());
  if (magic != kSlotMagic) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("rpm ndb: no slot at offset {}", in.offset() - 4));
  }
  Slot slot;
  CORTEN_TRY(slot.package, in.u32_le());
  CORTEN_TRY(slot.first_block, in.u32_le());
  CORTEN_TRY(slot.blocks, in.u32_le());
  return slot;
}

// The header blob between the head and the tail of the slot's blocks. The Adler-32 sum in the tail
// is not compared: rpm does not do so either when it reads, and it protects nothing from a hostile
// writer.
Result<Bytes> read_blob(Bytes content, const Slot& slot) {
  ByteCursor in(content);
  CORTEN_CHECK(in.seek(slot.first_block * kBlockBytes));
  CORTEN_TRY(const Bytes blocks, in.take(slot.blocks * kBlockBytes));
  if (blocks.size() < kHeadBytes + kTailBytes) {
    return fail(ErrorCode::InvalidInput, "blob without blocks");
  }
  ByteCursor head(blocks);
  CORTEN_TRY(const std::uint32_t head_magic, head.u32_le());
  CORTEN_TRY(const std::uint32_t package, head.u32_le());
  CORTEN_CHECK(head.skip(4));  // generation
  CORTEN_TRY(const std::uint32_t length, head.u32_le());
  ByteCursor tail(blocks.last(kTailBytes));
  CORTEN_CHECK(tail.skip(4));  // checksum
  CORTEN_TRY(const std::uint32_t tail_length, tail.u32_le());
  CORTEN_TRY(const std::uint32_t tail_magic, tail.u32_le());
  if (head_magic != kHeadMagic || tail_magic != kTailMagic || package != slot.package ||
      length != tail_length) {
    return fail(ErrorCode::InvalidInput, "blob whose head or tail is not that of its slot");
  }
  if (length > blocks.size() - kHeadBytes - kTailBytes) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("blob of {} bytes in {} blocks", length, slot.blocks));
  }
  return head.take(length);
}

}  // namespace

Status read_rpm_ndb(Bytes content, const RpmSink& sink) {
  ByteCursor in(content);
  CORTEN_TRY(const std::uint32_t magic, in.u32_le());
  CORTEN_TRY(const std::uint32_t version, in.u32_le());
  CORTEN_CHECK(in.skip(4));  // generation
  CORTEN_TRY(const std::uint32_t slot_pages, in.u32_le());
  CORTEN_CHECK(in.seek(kHeaderBytes));
  if (magic != kFileMagic) return fail(ErrorCode::InvalidInput, "not an rpm ndb database");
  if (version != kVersion) {
    return fail(ErrorCode::Unsupported, fmt::format("rpm ndb database of version {}", version));
  }
  const std::uint64_t slots_end = slot_pages * kPageBytes;
  if (slots_end < kPageBytes || slots_end > content.size()) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("rpm ndb: {} slot pages in {} bytes", slot_pages, content.size()));
  }
  std::uint64_t left = content.size();
  while (in.offset() + kSlotBytes <= slots_end) {
    CORTEN_TRY(const Slot slot, read_slot(in));
    if (slot.first_block == 0) continue;
    const auto blob = read_blob(content, slot);
    if (!blob) {
      sink.problem(fmt::format("package {}: {}", slot.package, describe(blob.error())));
      continue;
    }
    if (blob->size() > left) {
      return fail(ErrorCode::LimitExceeded, "rpm ndb: packages share their bytes");
    }
    left -= blob->size();
    sink.header(*blob);
  }
  return {};
}

}  // namespace corten::package
