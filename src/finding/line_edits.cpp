#include "finding/line_edits.h"

#include <algorithm>

namespace corten {

namespace {

void sort_by_place(std::vector<ByteEdit>& edits) {
  std::ranges::stable_sort(edits, {}, &ByteEdit::begin);
}

// The last line that an edit changes: one that ends with a line's newline leaves the next alone.
std::uint32_t last_line_of(const ByteEdit& edit, const TextLines& lines, std::string_view text) {
  const std::uint32_t last = lines.line_of(edit.end);
  const std::uint32_t first = lines.line_of(edit.begin);
  const bool ends_before = last > first && lines.bytes_of(last).first == edit.end;
  const bool is_whole = edit.replacement.empty() ? lines.bytes_of(first).first == edit.begin
                                                 : edit.replacement.ends_with('\n');
  // A text that ends with a newline has no line behind it.
  const bool is_at_end = edit.end == text.size() && text.ends_with('\n') && last > 1;
  return (ends_before && is_whole) || is_at_end ? last - 1 : last;
}

}  // namespace

std::string apply_byte_edits(std::string_view text, std::vector<ByteEdit> edits) {
  sort_by_place(edits);
  std::string out;
  std::size_t done = 0;
  for (const ByteEdit& edit : edits) {
    out += text.substr(done, edit.begin - done);
    out += edit.replacement;
    done = edit.end;
  }
  out += text.substr(done);
  return out;
}

std::vector<Edit> as_line_edits(std::string_view text, const TextLines& lines,
                                std::string_view path, std::vector<ByteEdit> edits) {
  sort_by_place(edits);
  std::vector<Edit> out;
  for (std::size_t i = 0; i < edits.size();) {
    std::uint32_t last = last_line_of(edits[i], lines, text);
    const std::uint32_t first = std::min(lines.line_of(edits[i].begin), last);
    std::vector<ByteEdit> shared = {edits[i]};
    for (++i; i < edits.size() && lines.line_of(edits[i].begin) <= last; ++i) {
      last = std::max(last, last_line_of(edits[i], lines, text));
      shared.push_back(edits[i]);
    }
    const std::uint32_t begin = lines.bytes_of(first).first;
    const std::uint32_t end_of_text = lines.bytes_of(last).second;
    std::uint32_t end = end_of_text;
    for (ByteEdit& edit : shared) {
      end = std::max(end, edit.end);
      edit.begin -= begin;
      edit.end -= begin;
    }
    std::string replacement = apply_byte_edits(text.substr(begin, end - begin), std::move(shared));
    // An edit without text takes its lines away; one empty line is one with a newline.
    const bool keeps_newline = end == end_of_text;
    if (keeps_newline && (replacement.empty() || replacement.ends_with('\n'))) replacement += '\n';
    out.push_back({std::string(path), first, last, std::move(replacement)});
  }
  return out;
}

}  // namespace corten
