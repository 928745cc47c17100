#include "finding/line_edits.h"

#include <algorithm>

namespace corten {

namespace {

void sort_by_place(std::vector<ByteEdit>& edits) {
  std::ranges::stable_sort(edits, {}, &ByteEdit::begin);
}

// True if the edit ends where a line begins, and so takes the newline before with it.
bool ends_with_line(const ByteEdit& edit, const TextLines& lines, std::string_view text) {
  if (edit.end == 0 || edit.end == edit.begin) return false;
  const std::uint32_t last = lines.line_of(edit.end);
  const bool is_at_end = edit.end == text.size() && text.ends_with('\n');
  return is_at_end || (last > lines.line_of(edit.begin) && lines.bytes_of(last).first == edit.end);
}

// The last line that an edit changes: one that takes whole lines, or ends with a line of its own,
// leaves the next line alone.
std::uint32_t last_line_of(const ByteEdit& edit, const TextLines& lines, std::string_view text) {
  const std::uint32_t last = lines.line_of(edit.end);
  const std::uint32_t first = lines.line_of(edit.begin);
  // A text that ends with a newline has no line behind it.
  const bool is_behind_all = edit.end == text.size() && text.ends_with('\n') && last > 1;
  const bool is_whole = edit.replacement.empty() ? lines.bytes_of(first).first == edit.begin
                                                 : edit.replacement.ends_with('\n');
  const bool leaves_next =
      ends_with_line(edit, lines, text) && is_whole && lines.bytes_of(last).first == edit.end;
  return is_behind_all || leaves_next ? last - 1 : last;
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
    std::uint32_t end = lines.bytes_of(last).second;
    // With the newline of the last line goes the line; else it is no part of what is replaced.
    const bool takes_newline = std::ranges::any_of(shared, [&](const ByteEdit& edit) {
      return edit.end > end && ends_with_line(edit, lines, text);
    });
    if (takes_newline) end = std::ranges::max(shared, {}, &ByteEdit::end).end;
    for (ByteEdit& edit : shared) {
      edit.begin = std::min(edit.begin, end) - begin;
      edit.end = std::min(edit.end, end) - begin;
    }
    std::string lines_now = apply_byte_edits(text.substr(begin, end - begin), std::move(shared));
    // An edit without text takes its lines away; one empty line is one with a newline.
    if (!takes_newline && (lines_now.empty() || lines_now.ends_with('\n'))) lines_now += '\n';
    out.push_back({std::string(path), first, last, std::move(lines_now)});
  }
  return out;
}

}  // namespace corten
