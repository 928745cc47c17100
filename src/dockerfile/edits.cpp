#include "dockerfile/edits.h"

#include <cstdint>
#include <utility>

#include "finding/line_edits.h"

namespace corten::dockerfile {

namespace {

std::vector<ByteEdit> byte_edits(std::vector<TextEdit> edits) {
  std::vector<ByteEdit> out;
  out.reserve(edits.size());
  for (TextEdit& edit : edits) {
    out.push_back({edit.range.begin, edit.range.end, std::move(edit.replacement)});
  }
  return out;
}

}  // namespace

std::string apply_edits(std::string_view text, std::vector<TextEdit> edits) {
  return apply_byte_edits(text, byte_edits(std::move(edits)));
}

std::vector<Edit> as_line_edits(const Source& source, std::string_view path,
                                std::vector<TextEdit> edits) {
  const TextLines lines{[&](std::uint32_t offset) { return source.line_of(offset); },
                        [&](std::uint32_t line) {
                          const Range range = source.line_range(line);
                          return std::pair(range.begin, range.end);
                        }};
  return corten::as_line_edits(source.text(), lines, path, byte_edits(std::move(edits)));
}

}  // namespace corten::dockerfile
