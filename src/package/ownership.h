// Which package owns which file, kept as hashes of paths: it tells whether a program or a library
// in an image came with an OS package (the distribution's verdict then comes first) or was put
// there by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/wire.h"

namespace corten::package {

// XXH3 (64 bits, seed 0) of the path without leading "/" or "./", and with the aliases of the
// merged /usr resolved: "bin/x", "sbin/x", "lib/x", "lib32/x", "lib64/x" and "libx32/x" hash as
// "usr/bin/x" and so on, since file lists and layers use either.
[[nodiscard]] std::uint64_t path_hash(std::string_view path);

// The files of one package: eight bytes a file, so that 300,000 files cost about 2.4 MB.
struct OwnedFiles {
  std::string package;
  std::vector<std::uint64_t>
      path_hashes;  // as path_hash() gives them; in the order of the list, may repeat

  bool operator==(const OwnedFiles&) const = default;
};

void encode(wire::Encoder& out, const OwnedFiles& files);
[[nodiscard]] Result<OwnedFiles> decode_owned_files(wire::Decoder& in);

// Answers which package owns a path. Built once from the lists of all packages (12 bytes a file),
// then only read.
class OwnerIndex {
 public:
  explicit OwnerIndex(const std::vector<OwnedFiles>& packages);

  // The package that owns `path`, or nullopt. Where several do (a diverted file), the first of the
  // list. The view borrows from the index.
  [[nodiscard]] std::optional<std::string_view> owner_of(std::string_view path) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::uint64_t> hashes_;  // sorted
  std::vector<std::uint32_t> owners_;  // indices into names_, parallel to hashes_
};

}  // namespace corten::package
