#include "dockerfile/edits.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace corten::dockerfile {

namespace {

void sort_by_place(std::vector<TextEdit>& edits) {
  std::ranges::stable_sort(edits, {}, [](const TextEdit& edit) { return edit.range.begin; });
}

}  // namespace

std::string apply_edits(std::string_view text, std::vector<TextEdit> edits) {
  sort_by_place(edits);
  std::string out;
  std::size_t done = 0;
  for (const TextEdit& edit : edits) {
    out += text.substr(done, edit.range.begin - done);
    out += edit.replacement;
    done = edit.range.end;
  }
  out += text.substr(done);
  return out;
}

std::vector<Edit> as_line_edits(const Source& source, std::string_view path,
                                std::vector<TextEdit> edits) {
  sort_by_place(edits);
  std::vector<Edit> out;
  for (std::size_t i = 0; i < edits.size();) {
    const std::uint32_t first = source.line_of(edits[i].range.begin);
    std::uint32_t last = source.line_of(edits[i].range.end);
    std::vector<TextEdit> shared = {edits[i]};
    for (++i; i < edits.size() && source.line_of(edits[i].range.begin) <= last; ++i) {
      last = std::max(last, source.line_of(edits[i].range.end));
      shared.push_back(edits[i]);
    }
    const Range lines{source.line_range(first).begin, source.line_range(last).end};
    for (TextEdit& edit : shared) {
      edit.range.begin -= lines.begin;
      // The newline of the last line is no part of what is replaced.
      edit.range.end = std::min(edit.range.end, lines.end) - lines.begin;
    }
    std::string text = apply_edits(source.text(lines), std::move(shared));
    // An edit without text takes its lines away; one empty line is one with a newline.
    if (text.empty() || text.ends_with('\n')) text += '\n';
    out.push_back({std::string(path), first, last, std::move(text)});
  }
  return out;
}

}  // namespace corten::dockerfile
