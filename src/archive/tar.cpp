#include "archive/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "archive/internal/stream_buffer.h"
#include "archive/internal/tar_extended.h"
#include "archive/internal/tar_header.h"
#include "archive/internal/tar_sparse.h"
#include "base/text.h"

namespace corten::archive {

namespace internal {

std::unexpected<Error> StreamBuffer::truncated(std::uint64_t missing) {
  return fail(ErrorCode::InvalidInput,
              fmt::format("truncated: the stream ends {} bytes too early", missing));
}

}  // namespace internal

namespace {

using internal::kTarBlock;
using internal::malformed;
using internal::padding_of;
using internal::PaxSparse;
using internal::SparseContent;
using internal::StreamBuffer;
using internal::TarExtended;
using internal::TarFormat;
using internal::TarHeader;

constexpr std::size_t kWindowBytes = 1 << 20;
constexpr std::size_t kKeptContentBytes = 16
                                          << 20;  // of memory, from one large content() to the next
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 62;
constexpr std::array<std::byte, 16 << 10> kZeros{};

// Appends the components of `text` to `out` with single slashes between, without empty and "."
// ones.
void append_normalised(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    text.remove_prefix(slash == std::string_view::npos ? text.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (!out.empty()) out.push_back('/');
    out.append(part);
  }
}

EntryType type_of(const TarHeader& header) {
  switch (header.type()) {
    case '\0':
      return header.name().ends_with('/') ? EntryType::Folder : EntryType::File;  // v7
    case '0':
    case '7':  // contiguous
    case 'S':
      return EntryType::File;
    case '1':
      return EntryType::HardLink;
    case '2':
      return EntryType::Symlink;
    case '3':
      return EntryType::CharacterDevice;
    case '4':
      return EntryType::BlockDevice;
    case '5':
      return EntryType::Folder;
    case '6':
      return EntryType::Fifo;
    default:
      return EntryType::Other;
  }
}

bool has_content(EntryType type) { return type == EntryType::File || type == EntryType::Other; }

}  // namespace

class TarReader::Impl {
 public:
  Impl(ByteSource& source, const TarLimits& limits)
      : limits_(limits),
        in_(source,
            std::max(kWindowBytes, (limits.extended_header_bytes / kTarBlock + 2) * kTarBlock)) {}

  Result<const TarEntry*> next() {
    CORTEN_CHECK(skip_content());
    extended_.clear();
    for (;;) {
      CORTEN_TRY(const bool found, find_header());
      if (!found && !extended_.empty)
        return malformed(in_.position(), "no entry after a PAX header");
      if (!found) return nullptr;
      const TarHeader header(in_.buffered().first(kTarBlock));
      switch (header.type()) {
        case 'x':
        case 'X':  // Solaris
        case 'L':
        case 'K':
          CORTEN_CHECK(read_extended(header));
          break;
        case 'g':
          CORTEN_CHECK(skip_global(header));
          break;
        default:
          CORTEN_CHECK(read_entry(header));
          return &entry_;
      }
    }
  }

  Result<Bytes> chunk() {
    if (entry_.sparse) return sparse_chunk();
    if (stored_left_ == 0) return Bytes{};
    return stored_chunk(stored_left_);
  }

  Result<Bytes> content(std::uint64_t limit) {
    const std::uint64_t left = entry_.sparse ? sparse_.left() : stored_left_;
    if (left > limit) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{}: {} of content, the limit is {}", entry_.path, format_size(left),
                              format_size(limit)));
    }
    if (!entry_.sparse && left <= in_.capacity()) return content_in_window();
    content_.clear();
    for (;;) {
      CORTEN_TRY(const Bytes piece, chunk());
      if (piece.empty()) return Bytes(content_);
      content_.insert(content_.end(), piece.begin(), piece.end());
    }
  }

 private:
  // Buffers the next header block; false at the end of the archive.
  Result<bool> find_header() {
    CORTEN_CHECK(in_.ensure(kTarBlock));
    if (in_.buffered().empty()) return false;
    CORTEN_CHECK(require_block());
    const TarHeader header(in_.buffered().first(kTarBlock));
    if (header.is_zero()) return end_of_archive();
    if (++headers_ > limits_.entries) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("more than {} tar entries", limits_.entries));
    }
    if (!header.checksum_matches()) return malformed(in_.position(), "wrong checksum");
    return true;
  }

  Result<bool> end_of_archive() {
    in_.consume(kTarBlock);
    CORTEN_CHECK(in_.ensure(kTarBlock));
    if (in_.buffered().empty()) return false;
    CORTEN_CHECK(require_block());
    if (!TarHeader(in_.buffered().first(kTarBlock)).is_zero()) {
      return malformed(in_.position(), "follows a zero block");
    }
    // The second block stays where it is, so that another next() finds the end again.
    return false;
  }

  Status require_block() const {
    if (in_.buffered().size() >= kTarBlock) return {};
    return StreamBuffer::truncated(kTarBlock - in_.buffered().size());
  }

  Result<std::uint64_t> size_of(const TarHeader& header) const {
    const auto size = header.size();
    if (!size) return malformed(in_.position(), "the size is not a number");
    if (*size < 0) return malformed(in_.position(), fmt::format("a size of {} bytes", *size));
    return static_cast<std::uint64_t>(*size);
  }

  // PAX records, or a GNU long name: kept until the entry that they belong to.
  Status read_extended(const TarHeader& header) {
    const char type = header.type();
    CORTEN_TRY(const std::uint64_t size, size_of(header));
    if (size > limits_.extended_header_bytes) {
      return fail(
          ErrorCode::LimitExceeded,
          fmt::format("tar header at {}: {} of extended header, the limit is {}", in_.position(),
                      format_size(size), format_size(limits_.extended_header_bytes)));
    }
    in_.consume(kTarBlock);
    CORTEN_CHECK(in_.ensure(size));
    if (in_.buffered().size() < size) return StreamBuffer::truncated(size - in_.buffered().size());
    CORTEN_CHECK(keep_extended(type, in_.buffered().first(size)));
    return in_.skip(size + padding_of(size));
  }

  Status keep_extended(char type, Bytes body) {
    const std::string_view text = as_text(body);
    if (type == 'L' || type == 'K') {
      extended_.empty = false;
      std::string& name = type == 'L' ? extended_.long_name : extended_.long_link;
      name.assign(text, 0, text.find('\0'));
      return {};
    }
    // A second PAX header replaces the first; a GNU long name is not part of it.
    pax_scratch_.clear();
    std::swap(pax_scratch_.long_name, extended_.long_name);
    std::swap(pax_scratch_.long_link, extended_.long_link);
    std::swap(pax_scratch_, extended_);
    return internal::read_pax_records(body, extended_);
  }

  Status skip_global(const TarHeader& header) {
    CORTEN_TRY(const std::uint64_t size, size_of(header));
    in_.consume(kTarBlock);
    return in_.skip(size + padding_of(size));
  }

  Status read_entry(const TarHeader& header) {
    const auto mode = header.mode();
    const auto uid = header.uid();
    const auto gid = header.gid();
    if (!mode || !uid || !gid) return malformed(in_.position(), "a field is not a number");
    CORTEN_TRY(std::uint64_t size, size_of(header));
    size = extended_.size.value_or(size);
    if (size > kMaxSize) return malformed(in_.position(), fmt::format("a size of {} bytes", size));
    entry_.type = type_of(header);
    entry_.mode = static_cast<std::uint32_t>(*mode & 07777);
    entry_.uid = static_cast<std::uint64_t>(extended_.uid.value_or(*uid));
    entry_.gid = static_cast<std::uint64_t>(extended_.gid.value_or(*gid));
    entry_.has_capability = extended_.has_capability;
    entry_.sparse = false;
    stored_left_ = has_content(entry_.type) ? size : 0;
    padding_left_ = padding_of(stored_left_);
    entry_.size = stored_left_;
    CORTEN_CHECK(set_names(header));
    if (header.type() == 'S') return read_old_sparse(header);
    in_.consume(kTarBlock);
    if (entry_.type == EntryType::File && extended_.sparse != PaxSparse::None) {
      return read_pax_sparse();
    }
    entry_.data_offset = in_.position();
    return {};
  }

  Status set_names(const TarHeader& header) {
    entry_.path.clear();
    if (!extended_.long_name.empty()) {
      append_normalised(entry_.path, extended_.long_name);
    } else if (!extended_.sparse_name.empty()) {
      append_normalised(entry_.path, extended_.sparse_name);
    } else if (!extended_.path.empty()) {
      append_normalised(entry_.path, extended_.path);
    } else {
      append_normalised(entry_.path, header.prefix());
      append_normalised(entry_.path, header.name());
    }
    const std::string_view target = !extended_.long_link.empty()     ? extended_.long_link
                                    : !extended_.link_target.empty() ? extended_.link_target
                                                                     : header.link_name();
    entry_.link_target.clear();
    if (entry_.type == EntryType::HardLink) append_normalised(entry_.link_target, target);
    if (entry_.type == EntryType::Symlink) entry_.link_target.assign(target);
    const std::size_t longest = std::max(entry_.path.size(), entry_.link_target.size());
    if (longest > limits_.path_bytes) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("a path of {} bytes, the limit is {}", longest, limits_.path_bytes));
    }
    return {};
  }

  Status read_old_sparse(const TarHeader& header) {
    if (header.format() != TarFormat::Gnu) {
      return malformed(in_.position(), "a sparse file that is not in GNU format");
    }
    const auto real_size = header.number(483, 12);
    if (!real_size || *real_size < 0) return malformed(in_.position(), "no real size");
    extended_.empty = false;
    CORTEN_CHECK(
        named(internal::read_old_sparse_map(in_, limits_.sparse_runs, extended_.sparse_numbers)));
    return set_sparse(static_cast<std::uint64_t>(*real_size));
  }

  Status read_pax_sparse() {
    if (extended_.sparse == PaxSparse::InData) {
      CORTEN_CHECK(named(internal::read_sparse_map_in_data(in_, limits_.sparse_runs, stored_left_,
                                                           extended_.sparse_numbers)));
    }
    return set_sparse(extended_.sparse_size.value_or(entry_.size));
  }

  Status set_sparse(std::uint64_t real_size) {
    if (real_size > kMaxSize) {
      return malformed(in_.position(), fmt::format("a size of {} bytes", real_size));
    }
    CORTEN_CHECK(named(
        sparse_.start(extended_.sparse_numbers, limits_.sparse_runs, real_size, stored_left_)));
    entry_.sparse = true;
    entry_.size = real_size;
    entry_.data_offset = in_.position();
    holes_given_ = 0;
    return {};
  }

  // Says which file has the sparse map that is over a limit.
  Status named(Status read) const {
    if (!read && read.error().code == ErrorCode::LimitExceeded)
      read.error().message = fmt::format("{}: {}", entry_.path, read.error().message);
    return read;
  }

  Result<Bytes> sparse_chunk() {
    if (sparse_.left() == 0) return Bytes{};
    if (sparse_.hole() > 0) return hole_chunk(sparse_.hole());
    CORTEN_TRY(const Bytes piece, stored_chunk(sparse_.stored()));
    sparse_.pass(piece.size());
    return piece;
  }

  Result<Bytes> hole_chunk(std::uint64_t size) {
    const Bytes piece = Bytes(kZeros).first(std::min<std::uint64_t>(size, kZeros.size()));
    holes_given_ += piece.size();
    if (holes_given_ > limits_.hole_bytes) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{}: sparse holes of more than {}", entry_.path,
                              format_size(limits_.hole_bytes)));
    }
    sparse_.pass(piece.size());
    return piece;
  }

  // Some of the next `most` stored bytes; most is not 0.
  Result<Bytes> stored_chunk(std::uint64_t most) {
    CORTEN_CHECK(in_.ensure(1));
    const Bytes here = in_.buffered();
    if (here.empty()) return StreamBuffer::truncated(stored_left_);
    const Bytes piece = here.first(std::min<std::uint64_t>(most, here.size()));
    in_.consume(piece.size());
    stored_left_ -= piece.size();
    return piece;
  }

  Result<Bytes> content_in_window() {
    const std::size_t size = stored_left_;
    CORTEN_CHECK(in_.ensure(size));
    if (in_.buffered().size() < size) return StreamBuffer::truncated(size - in_.buffered().size());
    const Bytes whole = in_.buffered().first(size);
    in_.consume(size);
    stored_left_ = 0;
    return whole;
  }

  Status skip_content() {
    if (content_.capacity() > kKeptContentBytes) std::vector<std::byte>().swap(content_);
    CORTEN_CHECK(in_.skip(stored_left_));
    stored_left_ = 0;
    // Without its padding the last content is still whole.
    CORTEN_CHECK(in_.ensure(padding_left_));
    in_.consume(std::min<std::uint64_t>(padding_left_, in_.buffered().size()));
    padding_left_ = 0;
    return {};
  }

  TarLimits limits_;
  StreamBuffer in_;
  TarEntry entry_;
  TarExtended extended_;
  TarExtended pax_scratch_;
  std::uint64_t headers_ = 0;
  std::uint64_t stored_left_ = 0;
  std::uint64_t padding_left_ = 0;

  SparseContent sparse_;  // of the current file, if it is one
  std::uint64_t holes_given_ = 0;
  std::vector<std::byte> content_;
};

TarReader::TarReader(ByteSource& source, const TarLimits& limits)
    : impl_(std::make_unique<Impl>(source, limits)) {}
TarReader::~TarReader() = default;

Result<const TarEntry*> TarReader::next() { return impl_->next(); }
Result<Bytes> TarReader::chunk() { return impl_->chunk(); }
Result<Bytes> TarReader::content(std::uint64_t limit) { return impl_->content(limit); }

}  // namespace corten::archive
