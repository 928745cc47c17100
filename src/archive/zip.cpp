#include "archive/zip.h"

#include <fmt/format.h>
#include <isa-l/crc.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "base/byte_cursor.h"
#include "base/file.h"
#include "base/text.h"

namespace corten::archive {

namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kDirectorySignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kDirectoryEntryBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kEncrypted = 1;  // bit 0 of the flags
// Read beyond a member's header and data: the extra field of the local header, whose size only that
// header tells.
constexpr std::size_t kExtraSlack = 128;
constexpr std::uint64_t kReadAhead = std::uint64_t{128} << 10;
constexpr std::uint64_t kReadAheadGap = 4096;  // members that are this near follow each other

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::InvalidInput, "zip: " + std::move(message));
}

// The archive's bytes: a file or memory.
class Input {
 public:
  static Result<Input> of_file(int fd) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) return fail_errno(errno, "zip archive");
    if (!S_ISREG(info.st_mode)) return invalid("not a regular file");
    return Input(fd, {}, static_cast<std::uint64_t>(info.st_size));
  }
  static Input of_memory(Bytes bytes) { return Input(-1, bytes, bytes.size()); }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  // `count` bytes at `offset`: a view of memory, or `scratch` filled from the file.
  Result<Bytes> view(std::uint64_t offset, std::uint64_t count,
                     std::vector<std::byte>& scratch) const {
    if (offset > size_ || count > size_ - offset) {
      return invalid(fmt::format("{} bytes at {} pass the end at {}", count, offset, size_));
    }
    if (fd_ < 0) return memory_.subspan(offset, count);
    if (scratch.size() < count) scratch.resize(count);
    CORTEN_TRY(const std::size_t got, read_at(fd_, std::span(scratch).first(count), offset));
    if (got < count) return invalid("truncated");
    return Bytes(scratch).first(count);
  }

  // The same through a window, which reads ahead when the last piece ended about here.
  Result<Bytes> view(std::uint64_t offset, std::uint64_t count, ZipWindow& window) const {
    const std::uint64_t into = offset - window.start;  // of no meaning before the start
    const bool follows = offset >= window.start && into <= window.size + kReadAheadGap;
    if (follows && into <= window.size && count <= window.size - into)
      return Bytes(window.bytes).subspan(into, count);
    if (fd_ < 0 || offset > size_ || count > size_ - offset)
      return view(offset, count, window.bytes);
    const bool ahead = follows && window.size > 0;
    const std::uint64_t wanted =
        std::min(ahead ? std::max(count, kReadAhead) : count, size_ - offset);
    window.size = 0;
    if (window.bytes.size() < wanted) window.bytes.resize(wanted);
    CORTEN_TRY(const std::size_t got, read_at(fd_, std::span(window.bytes).first(wanted), offset));
    if (got < count) return invalid("truncated");
    window.start = offset;
    window.size = got;
    return Bytes(window.bytes).first(count);
  }

 private:
  Input(int fd, Bytes memory, std::uint64_t size) : fd_(fd), memory_(memory), size_(size) {}

  int fd_;
  Bytes memory_;
  std::uint64_t size_;
};

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t size = 0;
  std::uint64_t offset =
      0;  // as stored: from the start of the archive, which may have something before it
  std::uint64_t end = 0;  // position of what follows the directory
};

struct Member {
  std::uint64_t header_at = 0;
  std::uint64_t stored_size = 0;
  std::uint64_t size = 0;
  std::uint64_t name_at = 0;  // in the directory
  std::uint32_t crc = 0;
  std::uint16_t name_size = 0;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

// The end record: the last one whose comment reaches exactly to the end of the file.
std::optional<std::size_t> find_end_record(Bytes tail) {
  for (std::size_t at = tail.size() < kEndBytes ? 0 : tail.size() - kEndBytes + 1; at-- > 0;) {
    ByteCursor in(tail.subspan(at));
    if (in.u32_le().value_or(0) != kEndSignature || !in.skip(16)) continue;
    if (in.u16_le().value_or(0) == in.remaining()) return at;
  }
  return std::nullopt;
}

Result<Directory> read_end64(const Input& input, std::uint64_t end_at, ByteCursor locator,
                             std::vector<std::byte>& scratch) {
  CORTEN_CHECK(locator.skip(8));
  CORTEN_TRY(std::uint64_t at, locator.u64_le());
  const std::uint64_t locator_at = end_at - kLocator64Bytes;
  // With something before the archive the stored offset is too small; the record then is just
  // before its locator.
  CORTEN_TRY(Bytes record, input.view(at, kEnd64Bytes, scratch));
  if (ByteCursor(record).u32_le().value_or(0) != kEnd64Signature && locator_at >= kEnd64Bytes) {
    at = locator_at - kEnd64Bytes;
    CORTEN_TRY(record, input.view(at, kEnd64Bytes, scratch));
  }
  ByteCursor in(record);
  CORTEN_TRY(const std::uint32_t signature, in.u32_le());
  if (signature != kEnd64Signature) return invalid("no Zip64 end record where its locator says");
  Directory directory{.end = at};
  CORTEN_CHECK(in.skip(20));  // its size, versions and disk numbers
  CORTEN_CHECK(in.skip(8));   // entries on this disk
  CORTEN_TRY(directory.entries, in.u64_le());
  CORTEN_TRY(directory.size, in.u64_le());
  CORTEN_TRY(directory.offset, in.u64_le());
  return directory;
}

Result<Directory> find_directory(const Input& input) {
  std::vector<std::byte> scratch;
  const std::uint64_t tail_size = std::min<std::uint64_t>(input.size(), kEndBytes + kMaxComment);
  const std::uint64_t tail_at = input.size() - tail_size;
  CORTEN_TRY(const Bytes tail, input.view(tail_at, tail_size, scratch));
  const auto found = find_end_record(tail);
  if (!found) return invalid("no end record: not a zip archive, or truncated");
  const std::uint64_t end_at = tail_at + *found;
  ByteCursor in(tail.subspan(*found));
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(const std::uint16_t disk, in.u16_le());
  CORTEN_TRY(const std::uint16_t directory_disk, in.u16_le());
  CORTEN_CHECK(in.skip(2));
  Directory directory{.end = end_at};
  CORTEN_TRY(directory.entries, in.u16_le());
  CORTEN_TRY(directory.size, in.u32_le());
  CORTEN_TRY(directory.offset, in.u32_le());
  if (end_at >= kLocator64Bytes) {
    std::vector<std::byte> locator_scratch;
    CORTEN_TRY(const Bytes locator,
               input.view(end_at - kLocator64Bytes, kLocator64Bytes, locator_scratch));
    if (ByteCursor(locator).u32_le().value_or(0) == kLocator64Signature) {
      std::vector<std::byte> record_scratch;
      return read_end64(input, end_at, ByteCursor(locator), record_scratch);
    }
  }
  if ((disk != 0 && disk != 0xffff) || (directory_disk != 0 && directory_disk != 0xffff)) {
    return fail(ErrorCode::Unsupported, "zip: an archive that is split over several files");
  }
  return directory;
}

// The Zip64 extra field has only those of the three numbers that do not fit their 32-bit fields.
Status apply_zip64(ByteCursor extra, Member& member) {
  constexpr std::uint64_t kElsewhere = 0xffffffff;
  constexpr std::uint16_t kZip64 = 1;
  if (member.size != kElsewhere && member.stored_size != kElsewhere &&
      member.header_at != kElsewhere) {
    return {};
  }
  while (extra.remaining() >= 4) {
    CORTEN_TRY(const std::uint16_t id, extra.u16_le());
    CORTEN_TRY(const std::uint16_t size, extra.u16_le());
    const auto body = extra.take(size);
    if (!body) return {};  // some writers leave rubbish in extra fields
    if (id != kZip64) continue;
    ByteCursor in(*body);
    for (std::uint64_t* field : {&member.size, &member.stored_size, &member.header_at}) {
      if (*field != kElsewhere) continue;
      CORTEN_TRY(*field, in.u64_le());
    }
    return {};
  }
  return {};
}

Result<Member> read_directory_entry(ByteCursor& in) {
  CORTEN_TRY(const std::uint32_t signature, in.u32_le());
  if (signature != kDirectorySignature) return invalid("a directory entry has a wrong signature");
  Member member;
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(member.flags, in.u16_le());
  CORTEN_TRY(member.method, in.u16_le());
  CORTEN_CHECK(in.skip(4));
  CORTEN_TRY(member.crc, in.u32_le());
  CORTEN_TRY(member.stored_size, in.u32_le());
  CORTEN_TRY(member.size, in.u32_le());
  CORTEN_TRY(member.name_size, in.u16_le());
  CORTEN_TRY(const std::uint16_t extra_size, in.u16_le());
  CORTEN_TRY(const std::uint16_t comment_size, in.u16_le());
  CORTEN_CHECK(in.skip(8));
  CORTEN_TRY(member.header_at, in.u32_le());
  member.name_at = in.offset();
  CORTEN_CHECK(in.skip(member.name_size));
  CORTEN_TRY(const Bytes extra, in.take(extra_size));
  CORTEN_CHECK(in.skip(comment_size));
  CORTEN_CHECK(apply_zip64(ByteCursor(extra), member));
  return member;
}

}  // namespace

void ZipWindow::FreeInflater::operator()(libdeflate_decompressor* made) const {
  libdeflate_free_decompressor(made);
}

class ZipReader::Impl {
 public:
  Impl(Input input, const ZipLimits& limits) : input_(input), limits_(limits) {}

  Status load() {
    CORTEN_TRY(const Directory directory, find_directory(input_));
    if (directory.entries > limits_.entries || directory.size > limits_.directory_bytes) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("zip: a directory of {} entries in {}", directory.entries,
                              format_size(directory.size)));
    }
    if (directory.size > directory.end || directory.offset > directory.end - directory.size) {
      return invalid("the directory passes the end of the file");
    }
    // Self-extracting archives have a program before the first byte that offsets count from.
    base_ = directory.end - directory.size - directory.offset;
    CORTEN_TRY(directory_, input_.view(directory.end - directory.size, directory.size, scratch_));
    return load_members(directory);
  }

  [[nodiscard]] std::size_t size() const { return members_.size(); }

  [[nodiscard]] ZipMember member(std::size_t index) const {
    const Member& member = members_[index];
    return {as_text(directory_.subspan(member.name_at, member.name_size)), member.size};
  }

  Status read(std::size_t index, std::string& into, ZipWindow& window) const {
    const Member& member = members_[index];
    if (Status done = read_member(member, into, window); !done) {
      return in_context(std::move(done).error(), std::string(this->member(index).name));
    }
    return {};
  }

 private:
  Status load_members(const Directory& directory) {
    if (directory.entries > directory_.size() / kDirectoryEntryBytes) {
      return invalid(fmt::format("{} entries in a directory of {} bytes", directory.entries,
                                 directory_.size()));
    }
    members_.reserve(directory.entries);
    ByteCursor in(directory_);
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
      CORTEN_TRY(const Member member, read_directory_entry(in));
      members_.push_back(member);
    }
    if (!in.at_end()) return invalid("the directory has more entries than its end record says");
    return {};
  }

  Status check_readable(const Member& member) const {
    if ((member.flags & kEncrypted) != 0) {
      return fail(ErrorCode::Unsupported, "zip: an encrypted member");
    }
    if (member.method != kStored && member.method != kDeflated) {
      return fail(ErrorCode::Unsupported, fmt::format("zip: compression method {}", member.method));
    }
    if (member.size > limits_.member_bytes) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("zip: a member of {}, the limit is {}", format_size(member.size),
                              format_size(limits_.member_bytes)));
    }
    const std::uint64_t slack =
        64;  // a few bytes of deflate can hold a whole block of one byte repeated
    if (member.size > slack &&
        (member.size - slack) / std::max<std::uint64_t>(limits_.ratio, 1) > member.stored_size) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("zip: {} bytes expand to {}", member.stored_size, member.size));
    }
    return {};
  }

  Status read_member(const Member& member, std::string& into, ZipWindow& window) const {
    CORTEN_CHECK(check_readable(member));
    CORTEN_TRY(const Bytes stored, stored_bytes(member, window));
    if (member.method == kStored) {
      if (stored.size() != member.size) return invalid("a stored member of two sizes");
      into.assign(as_text(stored));
    } else {
      CORTEN_CHECK(inflate(stored, member.size, window, into));
    }
    const auto* content = reinterpret_cast<const unsigned char*>(into.data());
    if (crc32_gzip_refl(0, content, into.size()) != member.crc) return invalid("wrong checksum");
    return {};
  }

  // The member's data, in one read where the local header is no larger than usual.
  Result<Bytes> stored_bytes(const Member& member, ZipWindow& window) const {
    if (member.header_at > input_.size() || base_ > input_.size() - member.header_at) {
      return invalid("a member starts past the end of the file");
    }
    const std::uint64_t start = base_ + member.header_at;
    const std::uint64_t rest = input_.size() - start;
    if (member.stored_size > rest) return invalid("a member passes the end of the file");
    const std::uint64_t guess = std::min<std::uint64_t>(
        rest, kLocalBytes + member.name_size + kExtraSlack + member.stored_size);
    CORTEN_TRY(const Bytes bytes, input_.view(start, guess, window));
    ByteCursor in(bytes);
    CORTEN_TRY(const std::uint32_t signature, in.u32_le());
    if (signature != kLocalSignature) return invalid("a local header has a wrong signature");
    CORTEN_CHECK(in.skip(22));
    CORTEN_TRY(const std::uint16_t name_size, in.u16_le());
    CORTEN_TRY(const std::uint16_t extra_size, in.u16_le());
    const std::uint64_t data_at = kLocalBytes + std::uint64_t{name_size} + extra_size;
    if (data_at <= bytes.size() && member.stored_size <= bytes.size() - data_at) {
      return bytes.subspan(data_at, member.stored_size);
    }
    return input_.view(start + data_at, member.stored_size, window);
  }

  static Status inflate(Bytes stored, std::uint64_t size, ZipWindow& window, std::string& into) {
    if (!window.inflater) window.inflater.reset(libdeflate_alloc_decompressor());
    if (!window.inflater) return fail(ErrorCode::LimitExceeded, "zip: no memory to inflate with");
    libdeflate_result result = LIBDEFLATE_SUCCESS;
    into.resize_and_overwrite(size, [&](char* out, std::size_t /*count*/) {
      // Not the count that is passed, where libstdc++ 12 gives the new capacity.
      result = libdeflate_deflate_decompress(window.inflater.get(), stored.data(), stored.size(),
                                             out, size, nullptr);
      return result == LIBDEFLATE_SUCCESS ? size : 0;
    });
    if (result == LIBDEFLATE_SUCCESS) return {};
    return invalid(result == LIBDEFLATE_BAD_DATA ? "truncated or corrupt deflate data"
                                                 : "a deflated member of another size");
  }

  Input input_;
  ZipLimits limits_;
  std::uint64_t base_ = 0;
  std::vector<std::byte> scratch_;  // holds the directory of a file
  Bytes directory_;
  std::vector<Member> members_;
};

ZipReader::ZipReader(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

Result<ZipReader> ZipReader::open(int fd, const ZipLimits& limits) {
  CORTEN_TRY(const Input input, Input::of_file(fd));
  auto impl = std::make_unique<Impl>(input, limits);
  CORTEN_CHECK(impl->load());
  return ZipReader(std::move(impl));
}

Result<ZipReader> ZipReader::open(Bytes bytes, const ZipLimits& limits) {
  auto impl = std::make_unique<Impl>(Input::of_memory(bytes), limits);
  CORTEN_CHECK(impl->load());
  return ZipReader(std::move(impl));
}

std::size_t ZipReader::size() const { return impl_->size(); }
ZipMember ZipReader::member(std::size_t index) const { return impl_->member(index); }
Status ZipReader::read(std::size_t index, std::string& into) const {
  ZipWindow window;
  return impl_->read(index, into, window);
}
Status ZipReader::read(std::size_t index, std::string& into, ZipWindow& window) const {
  return impl_->read(index, into, window);
}

}  // namespace corten::archive
