#include "yaml/document.h"

#include <fmt/format.h>

#include <algorithm>

namespace corten::yaml {

Stream::Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

std::string_view Entry::name() const {
  return key->kind == Kind::Scalar ? std::string_view(key->text) : std::string_view();
}

Position Entry::at() const { return key->at; }

std::string_view Stream::text(Range range) const {
  const std::string_view all = source();
  const std::size_t begin = std::min<std::size_t>(range.begin, all.size());
  const std::size_t end = std::clamp<std::size_t>(range.end, begin, all.size());
  return all.substr(begin, end - begin);
}

Position Stream::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(source_->size()));
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  const auto line = static_cast<std::uint32_t>(after - line_starts_.begin());
  const std::uint32_t start = line_starts_[line - 1];
  const std::uint32_t mark = line == 1 ? std::min(bom_size_, offset) : 0;
  return {line, offset - start - mark + 1};
}

Range Stream::line_range(std::uint32_t line) const {
  const auto size = static_cast<std::uint32_t>(source_->size());
  if (line == 0 || line > line_starts_.size()) return {size, size};
  return {line_starts_[line - 1], line < line_starts_.size() ? line_starts_[line] : size};
}

Error to_error(const SyntaxError& error, std::string_view file) {
  return {error.code,
          fmt::format("{}:{}:{}: {}", file, error.at.line, error.at.column, error.message),
          {},
          {}};
}

}  // namespace corten::yaml
