#include "finding/line_edits.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace corten {

namespace {

void sort_by_place(std::vector<ByteEdit>& edits) {
  std::ranges::stable_sort(edits, {}, &ByteEdit::begin);
}

// Lines [first, last] and what they become: text without the newline of its last line, or nothing.
struct LineChange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::optional<std::string> text;  // nullopt: the lines go
};

// Lines at both ends that stay as they are need not be part of the change.
void leave_out_equal_lines(LineChange& change, std::string_view text, const TextLines& lines) {
  const auto line = [&](std::uint32_t number) {
    const auto [begin, end] = lines.bytes_of(number);
    return text.substr(begin, end - begin);
  };
  while (change.text && change.last > change.first) {
    const std::string_view last = line(change.last);
    const std::string_view now = *change.text;
    if (now == last) {
      change.text.reset();
    } else if (now.ends_with(last) && now.substr(0, now.size() - last.size()).ends_with('\n')) {
      std::size_t kept = now.size() - last.size() - 1;
      if (kept > 0 && now[kept - 1] == '\r') --kept;
      change.text->resize(kept);
    } else {
      break;
    }
    --change.last;
  }
  while (change.text && change.last > change.first) {
    const std::string_view first = line(change.first);
    const std::string_view now = *change.text;
    if (now == first) {
      // Without the last line, which has no newline, the text would end in one.
      if (lines.bytes_of(change.last).second == text.size()) break;
      change.text.reset();
    } else {
      const std::size_t newline = now.find('\n');
      if (newline == std::string_view::npos) break;
      const bool has_return = newline > 0 && now[newline - 1] == '\r';
      if (now.substr(0, newline - (has_return ? 1 : 0)) != first) break;
      change.text->erase(0, newline + 1);
    }
    ++change.first;
  }
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
    LineChange change{lines.line_of(edits[i].begin), lines.line_of(edits[i].end), {}};
    std::vector<ByteEdit> shared = {edits[i]};
    for (++i; i < edits.size() && lines.line_of(edits[i].begin) <= change.last; ++i) {
      change.last = std::max(change.last, lines.line_of(edits[i].end));
      shared.push_back(edits[i]);
    }
    // A text that ends with a newline has no line behind it.
    while (change.last > 1 && lines.bytes_of(change.last).first >= text.size()) --change.last;
    change.first = std::min(change.first, change.last);
    const std::uint32_t begin = lines.bytes_of(change.first).first;
    const std::uint32_t end = lines.bytes_of(change.last).second;
    std::string behind;  // what is added after the last newline of the text
    bool takes_newline = false;
    for (ByteEdit& edit : shared) {
      if (edit.begin > end) behind += std::exchange(edit.replacement, {});
      takes_newline = takes_newline || (edit.end > end && edit.begin <= end);
      edit.begin = std::min(edit.begin, end) - begin;
      edit.end = std::min(edit.end, end) - begin;
    }
    change.text = apply_byte_edits(text.substr(begin, end - begin), std::move(shared));
    if (takes_newline && change.text->empty()) change.text.reset();
    if (takes_newline && change.text && change.text->ends_with('\n')) change.text->pop_back();
    if (!behind.empty()) {
      if (behind.ends_with('\n')) behind.pop_back();
      change.text = change.text ? *change.text + "\n" + behind : behind;
    }
    leave_out_equal_lines(change, text, lines);
    // An edit without text takes its lines away; one empty line is one with a newline.
    std::string lines_now = change.text.value_or("");
    if (change.text && (lines_now.empty() || lines_now.ends_with('\n'))) lines_now += '\n';
    out.push_back({std::string(path), change.first, change.last, std::move(lines_now)});
  }
  return out;
}

}  // namespace corten
