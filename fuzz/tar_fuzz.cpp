// Any bytes end in entries or an error; what content() and chunk() give agrees with what the entry
// says, however the stream is split.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "archive/tar.h"

namespace {

using corten::Bytes;
using corten::archive::ByteSource;
using corten::archive::EntryType;
using corten::archive::TarEntry;
using corten::archive::TarLimits;
using corten::archive::TarReader;

constexpr std::uint64_t kContentLimit = 1 << 20;

void require(bool holds) {
  if (!holds) std::abort();
}

// Gives the data in small pieces, so that every window boundary is met.
class PiecesSource final : public ByteSource {
 public:
  explicit PiecesSource(Bytes bytes) : bytes_(bytes) {}
  corten::Result<std::size_t> read(std::span<std::byte> into) override {
    const Bytes piece = bytes_.first(std::min({into.size(), bytes_.size(), std::size_t{700}}));
    std::ranges::copy(piece, into.begin());
    bytes_ = bytes_.subspan(piece.size());
    return piece.size();
  }

 private:
  Bytes bytes_;
};

void check_name(const TarEntry& entry) {
  require(!entry.path.starts_with('/') && !entry.path.ends_with('/'));
  require(entry.path.find("//") == std::string::npos);
  require(entry.path.find('\0') == std::string::npos);
}

void read_content(TarReader& reader, const TarEntry& entry, std::uint64_t turn) {
  if (entry.size > kContentLimit || turn % 3 == 2) return;
  if (turn % 3 == 0) {
    const auto content = reader.content(kContentLimit);
    if (content) require(content->size() == entry.size);
    return;
  }
  std::uint64_t total = 0;
  for (;;) {
    const auto piece = reader.chunk();
    if (!piece) return;
    if (piece->empty()) break;
    total += piece->size();
  }
  require(total == entry.size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PiecesSource source(std::as_bytes(std::span(data, size)));
  TarLimits limits;
  limits.entries = 1000;
  limits.sparse_runs = 1000;
  limits.path_bytes = 4096;
  TarReader reader(source, limits);
  for (std::uint64_t turn = 0;; ++turn) {
    const auto entry = reader.next();
    if (!entry || *entry == nullptr) return 0;
    check_name(**entry);
    require((*entry)->path.size() <= limits.path_bytes);
    read_content(reader, **entry, turn);
  }
}
