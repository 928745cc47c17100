#include "package/ownership.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace corten::package {
namespace {

constexpr std::array<std::string_view, 6> kMergedFolders = {"bin/",   "sbin/",  "lib/",
                                                            "lib32/", "lib64/", "libx32/"};

bool is_alias_of_usr(std::string_view path) {
  // Nearly every path starts with another letter: this keeps the common case to one comparison.
  if (path.empty() || (path[0] != 'b' && path[0] != 's' && path[0] != 'l')) return false;
  return std::ranges::any_of(kMergedFolders,
                             [&](std::string_view folder) { return path.starts_with(folder); });
}

}  // namespace

std::uint64_t path_hash(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  if (!is_alias_of_usr(path)) return XXH3_64bits(path.data(), path.size());
  std::string resolved = "usr/";
  resolved += path;
  return XXH3_64bits(resolved.data(), resolved.size());
}

void encode(wire::Encoder& out, const OwnedFiles& files) {
  out.text(files.package);
  out.fixed64s(files.path_hashes);
}

Result<OwnedFiles> decode_owned_files(wire::Decoder& in) {
  OwnedFiles files;
  CORTEN_TRY(files.package, in.text());
  CORTEN_TRY(files.path_hashes, in.fixed64s());
  return files;
}

OwnerIndex::OwnerIndex(const std::vector<OwnedFiles>& packages) {
  std::size_t total = 0;
  for (const OwnedFiles& files : packages) total += files.path_hashes.size();

  struct Entry {
    std::uint64_t hash;
    std::uint32_t owner;
  };
  std::vector<Entry> entries;
  entries.reserve(total);
  for (const OwnedFiles& files : packages) {
    const auto owner = static_cast<std::uint32_t>(names_.size());
    names_.push_back(files.package);
    for (const std::uint64_t hash : files.path_hashes) entries.push_back({hash, owner});
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.owner < b.owner;
  });
  hashes_.reserve(total);
  owners_.reserve(total);
  for (const Entry& entry : entries) {
    if (!hashes_.empty() && hashes_.back() == entry.hash) continue;
    hashes_.push_back(entry.hash);
    owners_.push_back(entry.owner);
  }
}

std::optional<std::string_view> OwnerIndex::owner_of(std::string_view path) const {
  const std::uint64_t hash = path_hash(path);
  const auto found = std::ranges::lower_bound(hashes_, hash);
  if (found == hashes_.end() || *found != hash) return std::nullopt;
  return names_[owners_[static_cast<std::size_t>(found - hashes_.begin())]];
}

}  // namespace corten::package
