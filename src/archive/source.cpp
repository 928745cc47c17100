#include "archive/source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace corten::archive {

namespace {

constexpr std::size_t kSkipBytes = 256 << 10;

std::unexpected<Error> truncated(std::uint64_t missing) {
  return fail(ErrorCode::InvalidInput,
              fmt::format("truncated: the stream ends {} bytes too early", missing));
}

class FileRange final : public ByteSource {
 public:
  FileRange(int fd, std::uint64_t offset, std::uint64_t size)
      : fd_(fd), offset_(offset), left_(size) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::span wanted = into.first(std::min<std::uint64_t>(into.size(), left_));
    if (wanted.empty()) return 0;
    CORTEN_TRY(const std::size_t got, read_at(fd_, wanted, offset_));
    if (got == 0) return truncated(left_);
    advance(got);
    return got;
  }

  Status skip(std::uint64_t count) override {
    if (count > left_) return truncated(count - left_);
    if (count == 0) return {};
    // Reading the last skipped byte finds a file that is shorter than it was said to be.
    std::byte last{};
    CORTEN_TRY(const std::size_t got, read_at(fd_, {&last, 1}, offset_ + (count - 1)));
    if (got == 0) return truncated(left_);
    advance(count);
    return {};
  }

 private:
  void advance(std::uint64_t count) {
    offset_ += count;
    left_ -= count;
  }

  int fd_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

class DescriptorStream final : public ByteSource {
 public:
  explicit DescriptorStream(int fd) : fd_(fd) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    for (;;) {
      const ssize_t got = ::read(fd_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return fail_errno(errno, "read");
    }
  }

 private:
  int fd_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(bytes) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    const Bytes piece = bytes_.first(std::min(into.size(), bytes_.size()));
    std::ranges::copy(piece, into.begin());
    bytes_ = bytes_.subspan(piece.size());
    return piece.size();
  }

  Status skip(std::uint64_t count) override {
    if (count > bytes_.size()) return truncated(count - bytes_.size());
    bytes_ = bytes_.subspan(count);
    return {};
  }

 private:
  Bytes bytes_;
};

}  // namespace

Status ByteSource::skip(std::uint64_t count) {
  if (count == 0) return {};
  const std::size_t size = std::min<std::uint64_t>(count, kSkipBytes);
  const auto scratch = std::make_unique_for_overwrite<std::byte[]>(size);
  while (count > 0) {
    const std::span into(scratch.get(), std::min<std::uint64_t>(count, size));
    CORTEN_TRY(const std::size_t got, read(into));
    if (got == 0) return truncated(count);
    count -= got;
  }
  return {};
}

std::unique_ptr<ByteSource> file_range(int fd, std::uint64_t offset, std::uint64_t size) {
  return std::make_unique<FileRange>(fd, offset, size);
}

std::unique_ptr<ByteSource> descriptor_stream(int fd) {
  return std::make_unique<DescriptorStream>(fd);
}

std::unique_ptr<ByteSource> memory_source(Bytes bytes) {
  return std::make_unique<MemorySource>(bytes);
}

}  // namespace corten::archive
