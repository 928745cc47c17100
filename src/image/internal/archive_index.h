// Where the members of an uncompressed tar archive are, so that they can be read in place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "archive/tar.h"
#include "base/result.h"

namespace corten::image::internal {

struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

class ArchiveIndex {
 public:
  // Walks the archive of `size` bytes at the start of `fd`. Errors: InvalidInput (no tar archive,
  // truncated), LimitExceeded.
  [[nodiscard]] static Result<ArchiveIndex> read(int fd, std::uint64_t size);

  [[nodiscard]] bool contains(std::string_view path) const;
  // Whether there are members that only image archives have (is_image_part).
  [[nodiscard]] bool has_image_parts() const { return has_image_parts_; }

  // The content of a file member, through symbolic and hard links to other members, as old Docker
  // wrote for layers that two images share. nullopt: no such member, also at the end of links. Of
  // two members of one name the last counts. Errors: InvalidInput (links that go round or out, no
  // regular file), LimitExceeded (too many members for an image archive).
  [[nodiscard]] Result<std::optional<Extent>> find(std::string_view path) const;

 private:
  struct Member {
    archive::EntryType type = archive::EntryType::Other;
    bool sparse = false;
    Extent extent;
    std::string link_target;
  };

  // Keeps `entry`, unless there are too many and it is none of those by which an image archive is
  // known.
  void keep(const archive::TarEntry& entry);

  std::unordered_map<std::string, Member> members_;
  bool overflowed_ = false;
  bool has_image_parts_ = false;
};

}  // namespace corten::image::internal
