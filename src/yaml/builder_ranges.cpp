// Where values stand in the source, from the marks of the library and what those leave out.
#include <libfyaml.h>

#include <algorithm>

#include "yaml/internal/builder.h"
#include "yaml/internal/characters.h"

namespace corten::yaml {

Range Builder::range_of(fy_event* event) const {
  const fy_mark* begin = fy_event_start_mark(event);
  const fy_mark* end = fy_event_end_mark(event);
  if (begin == nullptr || end == nullptr) return {};
  const std::size_t from = std::min(begin->input_pos, source_.size());
  const std::size_t to = std::clamp(end->input_pos, from, source_.size());
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
}

// From the first to the last byte of anchor and tag; empty at 0 without any.
Range Builder::properties_of(fy_event* event) const {
  Range all;
  for (fy_token* token : {fy_event_get_anchor_token(event), fy_event_get_tag_token(event)}) {
    if (token == nullptr) continue;
    const fy_mark* begin = fy_token_start_mark(token);
    const fy_mark* end = fy_token_end_mark(token);
    if (begin == nullptr || end == nullptr) continue;
    const auto from = static_cast<std::uint32_t>(std::min(begin->input_pos, source_.size()));
    const auto to = static_cast<std::uint32_t>(std::min(end->input_pos, source_.size()));
    all.begin = all.end == 0 ? from : std::min(all.begin, from);
    all.end = std::max(all.end, to);
  }
  return all;
}

// Where a value that is not written would stand: after the colon or dash that asks for it.
Range Builder::missing_range(bool is_value) const {
  std::uint32_t at = last_end_;
  const char asks = is_value ? ':' : '-';
  while (at < source_.size() && is_space(source_[at])) ++at;
  if (at < source_.size() && source_[at] == asks) return {at + 1, at + 1};
  return {last_end_, last_end_};
}

// The library starts a block scalar at its first line; its header is above, after anchor and tag.
Range Builder::block_scalar_range(Range content, Range properties) const {
  std::uint32_t begin = std::max(last_end_, properties.end);
  while (begin < content.begin && source_[begin] != '|' && source_[begin] != '>') {
    if (source_[begin] == '#') {
      while (begin < content.begin && !is_break(source_[begin])) ++begin;
    } else {
      ++begin;
    }
  }
  std::uint32_t header_end = begin;
  while (header_end < source_.size() && !is_space(source_[header_end])) ++header_end;
  const bool keeps = source_.substr(begin, header_end - begin).find('+') != std::string_view::npos;
  std::uint32_t end = std::max(content.end, header_end);
  if (keeps) {
    if (end > header_end && source_[end - 1] == '\n') --end;
    return {begin, end};
  }
  while (end > header_end && is_space(source_[end - 1])) --end;
  return {begin, end};
}

Range Builder::scalar_range(fy_event* event, Style style) {
  Range range = range_of(event);
  if (style == Style::Literal || style == Style::Folded) {
    return block_scalar_range(range, properties_of(event));
  }
  if (style == Style::SingleQuoted || style == Style::DoubleQuoted) {
    // The library gives what is between the quotes.
    if (range.begin > 0) --range.begin;
    if (range.end < source_.size()) ++range.end;
  }
  return range;
}

}  // namespace corten::yaml
