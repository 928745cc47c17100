#include "image/internal/blob_store.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "image/internal/blob_file.h"

namespace corten::image::internal {

namespace {

class FolderBlobs final : public BlobStore {
 public:
  FolderBlobs(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}

  Result<std::optional<LayerBytes>> find(std::string_view digest) const override {
    auto file = open_blob(fd_, digest);
    if (!file && file.error().code == ErrorCode::NotFound) return std::nullopt;
    if (!file) return std::unexpected(std::move(file).error());
    return LayerBytes{.path = (path_ / file->path).native(), .size = file->size};
  }

  Result<std::optional<std::string>> read_named(std::string_view name) const override {
    auto file = open_beneath(fd_, std::string(name));
    if (!file && file.error().code == ErrorCode::NotFound) return std::nullopt;
    if (!file) return std::unexpected(std::move(file).error());
    return read_document_at(file->fd.get(), 0, file->size, name);
  }

  Result<std::string> read(std::string_view digest, const LayerBytes& bytes) const override {
    CORTEN_TRY(const BlobFile file, open_blob(fd_, digest));
    return read_document_at(file.fd.get(), 0, bytes.size, digest);
  }

 private:
  int fd_;
  std::filesystem::path path_;
};

class ArchiveBlobs final : public BlobStore {
 public:
  ArchiveBlobs(int fd, const ArchiveIndex& index, std::filesystem::path path)
      : fd_(fd), index_(index), path_(std::move(path)) {}

  Result<std::optional<LayerBytes>> find(std::string_view digest) const override {
    CORTEN_TRY(const std::string member, blob_path(digest));
    CORTEN_TRY(const auto extent, index_.find(member));
    if (!extent) return std::nullopt;
    return LayerBytes{.path = path_.native(), .offset = extent->offset, .size = extent->size};
  }

  Result<std::optional<std::string>> read_named(std::string_view name) const override {
    CORTEN_TRY(const auto extent, index_.find(name));
    if (!extent) return std::nullopt;
    return read_document_at(fd_, extent->offset, extent->size, name);
  }

  Result<std::string> read(std::string_view digest, const LayerBytes& bytes) const override {
    return read_document_at(fd_, bytes.offset, bytes.size, digest);
  }

 private:
  int fd_;
  const ArchiveIndex& index_;
  std::filesystem::path path_;
};

}  // namespace

std::unique_ptr<BlobStore> folder_blobs(int folder_fd, std::filesystem::path path) {
  return std::make_unique<FolderBlobs>(folder_fd, std::move(path));
}

std::unique_ptr<BlobStore> archive_blobs(int fd, const ArchiveIndex& index,
                                         std::filesystem::path path) {
  return std::make_unique<ArchiveBlobs>(fd, index, std::move(path));
}

Result<std::string> read_document_at(int fd, std::uint64_t offset, std::uint64_t size,
                                     std::string_view what) {
  if (size > kMaxDocumentBytes) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{} has {}, the limit is {}", what, format_size(size),
                            format_size(kMaxDocumentBytes)));
  }
  std::string text(size, '\0');
  CORTEN_TRY(const std::size_t got, read_at(fd, std::as_writable_bytes(std::span(text)), offset));
  if (got < size) return fail(ErrorCode::InvalidInput, fmt::format("{} is truncated", what));
  return text;
}

Result<std::string> read_document(const BlobStore& store, const Descriptor& descriptor) {
  CORTEN_TRY(const auto bytes, store.find(descriptor.digest));
  if (!bytes)
    return fail(ErrorCode::NotFound, fmt::format("blob {} is missing", descriptor.digest));
  if (bytes->size != descriptor.size) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("blob {} has {} bytes, its descriptor says {}", descriptor.digest,
                            bytes->size, descriptor.size));
  }
  CORTEN_TRY(std::string text, store.read(descriptor.digest, *bytes));
  CORTEN_TRY(const DigestAlgorithm algorithm, parse_digest(descriptor.digest));
  Hasher hasher(algorithm);
  hasher.update(as_bytes(text));
  const std::string got = hasher.digest();
  if (got != descriptor.digest) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("blob {} does not match its digest (got {})", descriptor.digest, got),
                "the image is damaged or was tampered with: fetch it again");
  }
  return text;
}

}  // namespace corten::image::internal
