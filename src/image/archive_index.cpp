#include "image/internal/archive_index.h"

#include <fmt/format.h>

#include "image/internal/archive_kind.h"

namespace corten::image::internal {

namespace {

// An image has a few hundred. A root file system may have millions, and needs no index.
constexpr std::size_t kMaxMembers = 200'000;
constexpr int kMaxLinks = 16;

// The path that `target` means when it is met in the folder of `link`; nullopt when it leads out of
// the archive.
std::optional<std::string> resolve(std::string_view link, std::string_view target) {
  if (target.starts_with('/')) return std::nullopt;
  const std::size_t slash = link.rfind('/');
  std::string out(slash == std::string_view::npos ? std::string_view() : link.substr(0, slash));
  while (!target.empty()) {
    const std::size_t end = target.find('/');
    const std::string_view part = target.substr(0, end);
    target.remove_prefix(end == std::string_view::npos ? target.size() : end + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.empty()) return std::nullopt;
      const std::size_t parent = out.rfind('/');
      out.resize(parent == std::string::npos ? 0 : parent);
      continue;
    }
    if (!out.empty()) out.push_back('/');
    out.append(part);
  }
  return out;
}

std::unexpected<Error> bad_member(std::string_view path, std::string_view what) {
  return fail(ErrorCode::InvalidInput, fmt::format("archive member {} {}", path, what));
}

}  // namespace

Result<ArchiveIndex> ArchiveIndex::read(int fd, std::uint64_t size) {
  const auto source = archive::file_range(fd, 0, size);
  archive::TarReader reader(*source);
  ArchiveIndex index;
  for (;;) {
    CORTEN_TRY(const archive::TarEntry* entry, reader.next());
    if (entry == nullptr) return index;
    index.keep(*entry);
  }
}

void ArchiveIndex::keep(const archive::TarEntry& entry) {
  if (entry.type == archive::EntryType::Folder) return;
  has_image_parts_ = has_image_parts_ || is_image_part(entry.path);
  if (members_.size() >= kMaxMembers) {
    overflowed_ = true;
    if (!is_image_marker(entry.path)) return;
  }
  members_[entry.path] = {.type = entry.type,
                          .sparse = entry.sparse,
                          .extent = {entry.data_offset, entry.size},
                          .link_target = entry.link_target};
}

bool ArchiveIndex::contains(std::string_view path) const {
  return members_.contains(std::string(path));
}

Result<std::optional<Extent>> ArchiveIndex::find(std::string_view path) const {
  if (overflowed_) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("an image archive of more than {} members", kMaxMembers));
  }
  std::string at(path);
  for (int links = 0; links <= kMaxLinks; ++links) {
    const auto found = members_.find(at);
    if (found == members_.end()) return std::nullopt;
    const Member& member = found->second;
    if (member.type == archive::EntryType::HardLink) {
      at = member.link_target;
    } else if (member.type == archive::EntryType::Symlink) {
      auto target = resolve(at, member.link_target);
      if (!target) return bad_member(path, "is a link that leads out of the archive");
      at = *std::move(target);
    } else if (member.type != archive::EntryType::File || member.sparse) {
      return bad_member(path, member.sparse ? "is stored sparse" : "is not a regular file");
    } else {
      return member.extent;
    }
  }
  return bad_member(path, "is a link that goes round");
}

}  // namespace corten::image::internal
