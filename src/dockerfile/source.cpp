#include "dockerfile/source.h"

#include <algorithm>
#include <cstring>

namespace corten::dockerfile {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Source::Source(std::string content)
    : content_(std::make_unique<const std::string>(std::move(content))) {
  if (content_->starts_with(kByteOrderMark)) {
    bom_size_ = static_cast<std::uint32_t>(kByteOrderMark.size());
  }
  std::size_t at = bom_size_;
  while (at < content_->size()) {
    starts_.push_back(static_cast<std::uint32_t>(at));
    const std::size_t newline = content_->find('\n', at);
    if (newline == std::string::npos) break;
    at = newline + 1;
  }
}

std::string_view Source::text(Range range) const {
  const std::uint32_t begin = std::min(range.begin, size());
  const std::uint32_t end = std::clamp(range.end, begin, size());
  return text().substr(begin, end - begin);
}

Range Source::full_line_range(std::uint32_t line) const {
  if (line == 0 || line > line_count()) return {size(), size()};
  const std::uint32_t end = line < line_count() ? starts_[line] : size();
  return {starts_[line - 1], end};
}

Range Source::line_range(std::uint32_t line) const {
  Range range = full_line_range(line);
  const std::string_view content = text();
  if (!range.empty() && content[range.end - 1] == '\n') --range.end;
  if (!range.empty() && content[range.end - 1] == '\r') --range.end;
  return range;
}

Position Source::position(std::uint32_t offset) const {
  offset = std::clamp(offset, bom_size_, size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  if (after == starts_.begin()) return {1, 1};
  const auto line = static_cast<std::uint32_t>(after - starts_.begin());
  return {line, offset - starts_[line - 1] + 1};
}

std::uint32_t Source::offset(Position position) const {
  if (position.line == 0 || starts_.empty()) return bom_size_;
  if (position.line > line_count()) return size();
  const Range line = full_line_range(position.line);
  const std::uint32_t skip = position.column == 0 ? 0 : position.column - 1;
  return std::min(line.begin + std::min(skip, line.size()), line.end);
}

}  // namespace corten::dockerfile
