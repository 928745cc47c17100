#include "dockerfile/ast.h"

#include <algorithm>
#include <array>

#include "dockerfile/internal/words.h"

namespace corten::dockerfile {
namespace {

// In the order of Keyword.
constexpr std::array<std::string_view, 19> kNames = {
    "",       "ADD",        "ARG",         "CMD",    "COPY",       "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",       "HEALTHCHECK", "LABEL",  "MAINTAINER", "ONBUILD",    "RUN",
    "SHELL",  "STOPSIGNAL", "USER",        "VOLUME", "WORKDIR"};

bool equal_ignoring_case(std::string_view name, std::string_view upper) {
  return std::ranges::equal(name, upper, [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

bool is_blank(std::string_view gap) {
  const internal::Span rest = internal::trimmed(gap);
  return rest.begin == rest.end;
}

}  // namespace

std::string_view name_of(Keyword keyword) { return kNames[static_cast<std::size_t>(keyword)]; }

Keyword keyword_from_name(std::string_view name) {
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    if (equal_ignoring_case(name, kNames[i])) return static_cast<Keyword>(i);
  }
  return Keyword::Unknown;
}

std::uint32_t LogicalText::source_at(std::size_t offset) const {
  if (segments.empty()) return 0;
  offset = std::min(offset, text.size());
  // The place after the last byte lies behind that byte, not at the start of the next segment.
  const bool at_end = offset == text.size() && offset > 0;
  const std::size_t logical = base + offset - (at_end ? 1 : 0);
  const auto after = std::upper_bound(
      segments.begin() + 1, segments.end(), logical,
      [](std::size_t wanted, const Segment& segment) { return wanted < segment.logical; });
  const Segment& segment = *(after - 1);
  const std::size_t inside = logical - std::min<std::size_t>(segment.logical, logical);
  return static_cast<std::uint32_t>(segment.source + inside + (at_end ? 1 : 0));
}

Range LogicalText::source_range(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  const std::uint32_t first = source_at(begin);
  if (begin == end) return {first, first};
  return {first, part(begin, end).source_at(end - begin)};
}

LogicalText LogicalText::part(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  return {text.substr(begin, end - begin), segments, static_cast<std::uint32_t>(base + begin)};
}

const Flag* Instruction::flag(std::string_view wanted) const {
  const auto found = std::ranges::find(flags, wanted, &Flag::name);
  return found == flags.end() ? nullptr : &*found;
}

std::string_view Instruction::flag_value(std::string_view wanted) const {
  const Flag* found = flag(wanted);
  return found == nullptr ? std::string_view() : found->value.value_or(std::string_view());
}

std::string print(const Dockerfile& file) {
  if (file.truncated) return {};
  std::vector<Range> parts;
  for (const Directive& directive : file.directives) parts.push_back(directive.range);
  for (const Comment& comment : file.comments) parts.push_back(comment.range);
  for (const Instruction& instruction : file.instructions) parts.push_back(instruction.range);
  std::ranges::sort(parts, {}, &Range::begin);

  std::string out(file.source.text({0, file.source.bom_size()}));
  std::uint32_t at = file.source.bom_size();
  const auto copy_gap = [&](std::uint32_t end) {
    const std::string_view gap = file.source.text({at, end});
    if (is_blank(gap)) out += gap;
  };
  for (const Range part : parts) {
    if (part.begin < at) continue;  // a comment inside an instruction
    copy_gap(part.begin);
    out += file.source.text(part);
    at = part.end;
  }
  copy_gap(file.source.size());
  return out;
}

}  // namespace corten::dockerfile
