#include "advisory/internal/file_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <functional>
#include <vector>

#include "advisory/database.h"
#include "advisory/internal/store.h"
#include "advisory/internal/tree.h"
#include "base/byte_cursor.h"
#include "base/file.h"

namespace corten::advisory {

namespace {

// Trailer: magic, schema, number of blocks, file size with the trailer, XXH3-128 of all before it;
// little-endian, 48 bytes. Before it the sums of the blocks.
constexpr std::string_view kMagic = "corten-advisory\n";
constexpr std::size_t kTrailerBytes = 48;
constexpr std::size_t kChecksumBytes = 16;
constexpr std::size_t kChunk = std::size_t{1} << 20;

void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

std::string trailer_of(std::uint32_t schema, std::uint64_t blocks, std::uint64_t file_size,
                       std::string_view checksum) {
  std::string out(kMagic);
  append_number(out, schema, 4);
  append_number(out, blocks, 4);
  append_number(out, file_size, 8);
  out += checksum;
  return out;
}

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

class Checksum {
 public:
  Checksum() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }
  void add(Bytes bytes) { XXH3_128bits_update(state_.get(), bytes.data(), bytes.size()); }
  [[nodiscard]] std::string value() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    return {reinterpret_cast<const char*>(canonical.digest), kChecksumBytes};
  }

 private:
  std::unique_ptr<XXH3_state_t, FreeState> state_;
};

// Reads `size` bytes in pieces of whole blocks.
Status read_pieces(int fd, std::uint64_t size, const std::function<void(Bytes)>& visit) {
  std::vector<std::byte> buffer(kChunk);
  for (std::uint64_t at = 0; at < size;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size - at));
    CORTEN_TRY(const std::size_t got, read_at(fd, std::span(buffer).first(want), at));
    if (got != want) return fail(ErrorCode::InvalidInput, "the advisory database is cut off");
    visit(std::span(buffer).first(got));
    at += got;
  }
  return {};
}

Result<std::uint64_t> size_of(int fd, const std::filesystem::path& file) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return fail_errno(errno, file.string());
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::InvalidInput, file.string() + " is not a file");
  return static_cast<std::uint64_t>(status.st_size);
}

struct Trailer {
  std::uint32_t schema = 0;
  std::uint32_t blocks = 0;
  std::uint64_t file_size = 0;
  std::string checksum;
};

Result<Trailer> read_trailer(int fd, std::uint64_t size) {
  const auto corrupt = [] {
    return fail(ErrorCode::InvalidInput, "not an advisory database, or cut off", kRebuildHint);
  };
  if (size < kTrailerBytes) return corrupt();
  std::array<std::byte, kTrailerBytes> bytes{};
  CORTEN_TRY(const std::size_t got, read_at(fd, bytes, size - kTrailerBytes));
  if (got != kTrailerBytes) return corrupt();
  ByteCursor in(bytes);
  CORTEN_TRY(const Bytes magic, in.take(kMagic.size()));
  if (as_text(magic) != kMagic) return corrupt();
  Trailer trailer;
  CORTEN_TRY(trailer.schema, in.u32_le());
  CORTEN_TRY(trailer.blocks, in.u32_le());
  CORTEN_TRY(trailer.file_size, in.u64_le());
  CORTEN_TRY(const Bytes checksum, in.take(kChecksumBytes));
  trailer.checksum = as_text(checksum);
  if (trailer.file_size != size) return corrupt();
  return trailer;
}

Status check_schema(std::uint32_t schema) {
  if (schema == kSchema) return {};
  const bool newer = schema > kSchema;
  return fail(
      ErrorCode::Unsupported,
      fmt::format("the advisory database has schema {}, this Corten reads {}", schema, kSchema),
      newer ? "install a newer Corten, or run `corten db update`" : kRebuildHint);
}

}  // namespace

Result<DatabaseFile> open_database_file(const std::filesystem::path& file) {
  auto fd = open_for_reading(file);
  if (!fd) {
    Error error = std::move(fd).error();
    if (error.code == ErrorCode::NotFound) {
      error.message = "no advisory database at " + file.string();
      error.hint = "run `corten db update`";
    }
    return std::unexpected(std::move(error));
  }
  DatabaseFile opened;
  opened.fd = *std::move(fd);
  CORTEN_TRY(opened.size, size_of(opened.fd.get(), file));
  auto trailer = read_trailer(opened.fd.get(), opened.size);
  if (!trailer) return in_context(std::move(trailer).error(), file.string());
  if (auto status = check_schema(trailer->schema); !status)
    return in_context(std::move(status).error(), file.string());
  opened.checksum = std::move(trailer->checksum);
  opened.tree_size = trailer->blocks * std::uint64_t{kCheckedBlock};
  if (opened.tree_size + trailer->blocks * kBlockSumBytes + kTrailerBytes != opened.size) {
    return fail(ErrorCode::InvalidInput, file.string() + ": not an advisory database, or cut off",
                kRebuildHint);
  }
  std::vector<std::byte> head(
      static_cast<std::size_t>(std::min<std::uint64_t>(opened.tree_size, kHeadBytes)));
  CORTEN_TRY(const std::size_t got, read_at(opened.fd.get(), head, 0));
  auto shape = read_shape(std::span(head).first(got), opened.tree_size);
  if (!shape) return in_context(std::move(shape).error(), file.string());
  opened.shape = *shape;
  return opened;
}

std::uint32_t block_sum(Bytes block) {
  return static_cast<std::uint32_t>(XXH3_64bits(block.data(), block.size()));
}

Status append_trailer(const std::filesystem::path& file, std::uint32_t schema) {
  const Fd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid()) return fail_errno(errno, file.string());
  CORTEN_TRY(const std::uint64_t size, size_of(fd.get(), file));
  if (size % kCheckedBlock != 0)
    return fail(ErrorCode::InvalidInput, file.string() + ": pages of an odd size");
  Checksum checksum;
  std::string end;
  CORTEN_CHECK(read_pieces(fd.get(), size, [&](Bytes piece) {
    checksum.add(piece);
    for (; !piece.empty(); piece = piece.subspan(kCheckedBlock))
      append_number(end, block_sum(piece.first(kCheckedBlock)), kBlockSumBytes);
  }));
  checksum.add(as_bytes(end));
  end +=
      trailer_of(schema, size / kCheckedBlock, size + end.size() + kTrailerBytes, checksum.value());
  if (::lseek(fd.get(), 0, SEEK_END) < 0) return fail_errno(errno, file.string());
  CORTEN_CHECK(write_all(fd.get(), as_bytes(end)));
  if (::fsync(fd.get()) != 0 && errno != EINVAL) return fail_errno(errno, file.string());
  return {};
}

namespace {

bool is_sane_value(std::string_view key, Bytes stored) {
  const Value value(stored);
  switch (key.empty() ? '\0' : key.front()) {
    case 'c':
      return decode_cve(value.bytes()).has_value();
    case 'i':
      return stored.size() % 4 == 0;
    case 'm':
      return decode_meta(value.bytes()).has_value();
    case 'p':
      return PackageView::of(value.bytes()).has_value();
    case 'v':
      return VulnerabilityView::of(value.bytes()).has_value();
    default:
      return false;
  }
}

}  // namespace

Status check_content(const std::filesystem::path& file) {
  CORTEN_TRY(const DatabaseFile opened, open_database_file(file));
  Checksum checksum;
  CORTEN_CHECK(read_pieces(opened.fd.get(), opened.size - kTrailerBytes,
                           [&](Bytes piece) { checksum.add(piece); }));
  if (checksum.value() != opened.checksum) {
    return fail(ErrorCode::InvalidInput,
                file.string() + ": the checksum of the advisory database is wrong", kRebuildHint);
  }
  CORTEN_TRY(const Tree tree, Tree::open(opened));
  auto status = Tree::Reader(tree).check(is_sane_value);
  if (!status) return in_context(std::move(status).error(), file.string());
  return {};
}

}  // namespace corten::advisory
