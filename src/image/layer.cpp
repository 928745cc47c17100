#include "image/layer.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/digest.h"
#include "base/file.h"
#include "image/internal/blob_file.h"

namespace corten::image {

namespace {

constexpr std::size_t kDrainBytes = 256 << 10;

// Hashes what passes through. skip() is the default one, which reads.
class HashingSource final : public archive::ByteSource {
 public:
  HashingSource(std::unique_ptr<archive::ByteSource> inner, DigestAlgorithm algorithm)
      : inner_(std::move(inner)), hasher_(algorithm) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    CORTEN_TRY(const std::size_t got, inner_->read(into));
    hasher_.update(into.first(got));
    return got;
  }

  std::string digest() { return hasher_.digest(); }

 private:
  std::unique_ptr<archive::ByteSource> inner_;
  Hasher hasher_;
};

Status drain(archive::ByteSource& source) {
  const auto scratch = std::make_unique_for_overwrite<std::byte[]>(kDrainBytes);
  for (;;) {
    CORTEN_TRY(const std::size_t got, source.read({scratch.get(), kDrainBytes}));
    if (got == 0) return {};
  }
}

// Whether a file is compressed from `offset` on.
Result<bool> is_compressed(int fd, const LayerBytes& bytes) {
  std::array<std::byte, 16> head{};
  const std::span wanted = std::span(head).first(std::min<std::uint64_t>(head.size(), bytes.size));
  CORTEN_TRY(const std::size_t got, read_at(fd, wanted, bytes.offset));
  return archive::detect_compression(Bytes(head).first(got)) != archive::Compression::None;
}

class VerifiedStream final : public LayerStream {
 public:
  explicit VerifiedStream(Fd blob) : blob_(std::move(blob)) {}

  // What takes time, hashing and decompressing, are stages of their own.
  Status open(const Layer& layer, int fd, const LayerOptions& options) {
    want_help_ = options.want_help;
    expected_ = layer.digest.empty() ? layer.diff_id : layer.digest;
    CORTEN_TRY(const bool compressed, is_compressed(fd, layer.bytes));
    auto stored = archive::file_range(fd, layer.bytes.offset, layer.bytes.size);
    if (!layer.digest.empty()) {
      CORTEN_TRY(stored, hash(std::move(stored)));
      hashed_blob_ = stored.get();
    }
    CORTEN_TRY(stream_, archive::decompress(std::move(stored), options.limits));
    if (compressed) {
      auto stage = std::make_unique<archive::ReadAhead>(std::move(stream_), want_help_);
      decompressing_ = stage.get();
      stream_ = std::move(stage);
    }
    if (layer.digest.empty() && !layer.diff_id.empty()) {
      CORTEN_TRY(stream_, hash(std::move(stream_)));
    }
    return {};
  }

  Result<std::size_t> read(std::span<std::byte> into) override { return stream_->read(into); }
  Status skip(std::uint64_t count) override { return stream_->skip(count); }

  Status finish() override {
    // The rest of a blob that is hashed as it is stored need not be decompressed.
    if (hashed_blob_ != nullptr && decompressing_ != nullptr) decompressing_->stop();
    CORTEN_CHECK(drain(hashed_blob_ != nullptr ? *hashed_blob_ : *stream_));
    if (hashing_ == nullptr) return {};
    // Its helper, if it had one, has come to the end: the stream above is drained.
    const std::string got = hashing_->digest();
    if (got == expected_) return {};
    return fail(ErrorCode::InvalidInput,
                fmt::format("layer {} does not match its digest (got {})", expected_, got),
                "the image is damaged or was tampered with: fetch it again");
  }

 private:
  Result<std::unique_ptr<archive::ByteSource>> hash(std::unique_ptr<archive::ByteSource> inner) {
    CORTEN_TRY(const DigestAlgorithm algorithm, parse_digest(expected_));
    auto hashing = std::make_unique<HashingSource>(std::move(inner), algorithm);
    hashing_ = hashing.get();
    return std::make_unique<archive::ReadAhead>(std::move(hashing), want_help_);
  }

  Fd blob_;  // of a layout; invalid for archives
  archive::ReadAhead::WantHelp want_help_;
  std::string expected_;
  std::unique_ptr<archive::ByteSource> stream_;
  // Owned by stream_, as parts of it; nullptr where there is no such part.
  HashingSource* hashing_ = nullptr;
  archive::ByteSource* hashed_blob_ = nullptr;  // what the stored blob is read from
  archive::ReadAhead* decompressing_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<LayerStream>> open_layer(const Layer& layer, int target_fd,
                                                const LayerOptions& options) {
  if (layer.foreign || layer.bytes.is_folder) {
    return fail(ErrorCode::Unsupported, layer.foreign ? "a foreign layer: its bytes are elsewhere"
                                                      : "an unpacked folder is not a stream");
  }
  struct stat info{};
  if (::fstat(target_fd, &info) != 0) return fail_errno(errno, layer.bytes.path);
  Fd blob;
  if (S_ISDIR(info.st_mode)) {
    CORTEN_TRY(internal::BlobFile file, internal::open_blob(target_fd, layer.digest));
    blob = std::move(file.fd);
  }
  const int fd = blob.valid() ? blob.get() : target_fd;
  auto stream = std::make_unique<VerifiedStream>(std::move(blob));
  CORTEN_CHECK(stream->open(layer, fd, options));
  return stream;
}

}  // namespace corten::image
