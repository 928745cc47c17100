// The bytes of a file with an index of its lines.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corten::dockerfile {

// Bytes [begin, end) of the source.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

// Both count from 1. Columns count bytes of the line; a byte order mark counts for nothing.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Position&) const = default;
};

// Owns the content; views of it stay valid while the Source lives, also after it was moved.
class Source {
 public:
  Source() : Source(std::string()) {}
  // `content` must be shorter than 4 GiB.
  explicit Source(std::string content);

  [[nodiscard]] std::string_view text() const { return *content_; }
  [[nodiscard]] std::string_view text(Range range) const;  // clipped to the content
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(content_->size()); }
  [[nodiscard]] std::uint32_t bom_size() const { return bom_size_; }  // 3 or 0

  // A file that ends in a newline has no further, empty line. An empty file has no lines.
  [[nodiscard]] std::uint32_t line_count() const {
    return static_cast<std::uint32_t>(starts_.size());
  }
  // The line without its LF or CRLF (and without the byte order mark); empty beyond the end.
  [[nodiscard]] Range line_range(std::uint32_t line) const;
  // The same with its newline: what a fix replaces when it replaces whole lines.
  [[nodiscard]] Range full_line_range(std::uint32_t line) const;

  // Offsets beyond the end give the position after the last byte.
  [[nodiscard]] Position position(std::uint32_t offset) const;
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const { return position(offset).line; }
  // Lines and columns beyond the end are clipped to it.
  [[nodiscard]] std::uint32_t offset(Position position) const;

 private:
  std::unique_ptr<const std::string> content_;  // on the heap: a moved string would move its bytes
  std::vector<std::uint32_t> starts_;           // offset of each line
  std::uint32_t bom_size_ = 0;
};

}  // namespace corten::dockerfile
