// Where the blobs of an image are found: a layout folder, or an archive.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/image.h"
#include "image/internal/archive_index.h"
#include "image/manifest.h"

namespace corten::image::internal {

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Where the blob is; nullopt when it is not there. `digest` is well-formed.
  [[nodiscard]] virtual Result<std::optional<LayerBytes>> find(std::string_view digest) const = 0;
  // A document by its fixed name ("index.json"); nullopt when it is not there. At most
  // kMaxDocumentBytes.
  [[nodiscard]] virtual Result<std::optional<std::string>> read_named(
      std::string_view name) const = 0;
  // The bytes of a blob that find() gave, at most kMaxDocumentBytes.
  [[nodiscard]] virtual Result<std::string> read(std::string_view digest,
                                                 const LayerBytes& bytes) const = 0;
};

// `path` is what the target is called in LayerBytes.
[[nodiscard]] std::unique_ptr<BlobStore> folder_blobs(int folder_fd, std::filesystem::path path);
// Borrows `index`.
[[nodiscard]] std::unique_ptr<BlobStore> archive_blobs(int fd, const ArchiveIndex& index,
                                                       std::filesystem::path path);

// Reads [offset, offset + size) of `fd`, which must be a document's size at most. Errors:
// LimitExceeded, InvalidInput.
[[nodiscard]] Result<std::string> read_document_at(int fd, std::uint64_t offset, std::uint64_t size,
                                                   std::string_view what);

// The document that `descriptor` names, of the size and digest that it says. Errors: NotFound,
// InvalidInput, LimitExceeded.
[[nodiscard]] Result<std::string> read_document(const BlobStore& store,
                                                const Descriptor& descriptor);

}  // namespace corten::image::internal
