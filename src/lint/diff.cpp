#include "lint/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/text.h"

namespace corten::lint {

namespace {

// The differences of two texts by their longest common subsequence, for parts of a size that a
// person reads; beyond it the whole differing part is one change.
std::vector<LineChange> changes_between(const std::vector<std::string_view>& a,
                                        const std::vector<std::string_view>& b) {
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const std::size_t rows = a.size() - head - tail;
  const std::size_t columns = b.size() - head - tail;
  if (rows == 0 && columns == 0) return {};
  constexpr std::size_t kMaxCells = 4'000'000;
  if (rows == 0 || columns == 0 || rows > kMaxCells / columns) {
    return {{head, head + rows, head, head + columns}};
  }
  std::vector<std::uint32_t> best((rows + 1) * (columns + 1), 0);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return best[i * (columns + 1) + j];
  };
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      cell(i, j) = a[head + i] == b[head + j] ? cell(i + 1, j + 1) + 1
                                              : std::max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  std::vector<LineChange> out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i] == b[head + j]) {
      ++i;
      ++j;
      continue;
    }
    LineChange change{head + i, head + i, head + j, head + j};
    while ((i < rows || j < columns) && !(i < rows && j < columns && a[head + i] == b[head + j])) {
      if (j >= columns || (i < rows && cell(i + 1, j) >= cell(i, j + 1)))
        ++i;
      else
        ++j;
    }
    change.old_end = head + i;
    change.new_end = head + j;
    out.push_back(change);
  }
  return out;
}

class DiffWriter {
 public:
  explicit DiffWriter(DiffColor color) : color_(color) {}

  void header(std::string_view text) { row(text, "\x1b[1m"); }
  void place(std::string_view text) { row(text, "\x1b[36m"); }
  void line(char sign, std::string_view text) {
    const bool ended = text.ends_with('\n');
    if (ended) text.remove_suffix(1);
    const char* ink = sign == '-' ? "\x1b[31m" : sign == '+' ? "\x1b[32m" : "";
    row(std::string(1, sign) + std::string(text), ink);
    if (!ended) out_ += "\\ No newline at end of file\n";
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void row(std::string_view text, const char* ink) {
    if (color_ == DiffColor::No) {
      out_.append(text).push_back('\n');
      return;
    }
    const std::string clean = printable(text);
    out_ += *ink == '\0' ? clean + "\n" : ink + clean + "\x1b[0m\n";
  }

  DiffColor color_;
  std::string out_;
};

constexpr std::size_t kContext = 3;

// Changes whose contexts touch are one hunk: [first, last) of `changes`.
void write_hunk(DiffWriter& out, const std::vector<std::string_view>& a,
                const std::vector<std::string_view>& b, std::span<const LineChange> changes) {
  const LineChange& first = changes.front();
  const LineChange& last = changes.back();
  const std::size_t lead = std::min(kContext, first.old_begin);
  const std::size_t trail = std::min(kContext, a.size() - last.old_end);
  const auto span_words = [](std::size_t begin, std::size_t count) {
    return count == 1 ? fmt::format("{}", begin + 1)
                      : fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
  };
  out.place(fmt::format(
      "@@ -{} +{} @@",
      span_words(first.old_begin - lead, last.old_end + trail - (first.old_begin - lead)),
      span_words(first.new_begin - lead, last.new_end + trail - (first.new_begin - lead))));
  std::size_t at = first.old_begin - lead;
  for (const LineChange& change : changes) {
    for (; at < change.old_begin; ++at) out.line(' ', a[at]);
    for (; at < change.old_end; ++at) out.line('-', a[at]);
    for (std::size_t j = change.new_begin; j < change.new_end; ++j) out.line('+', b[j]);
  }
  for (const std::size_t end = last.old_end + trail; at < end; ++at) out.line(' ', a[at]);
}

}  // namespace

std::vector<LineChange> changed_lines(std::string_view before, std::string_view after) {
  return changes_between(lines_with_endings(before), lines_with_endings(after));
}

std::vector<std::string_view> lines_with_endings(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after,
                         DiffColor color) {
  const std::vector<std::string_view> a = lines_with_endings(before);
  const std::vector<std::string_view> b = lines_with_endings(after);
  const std::vector<LineChange> changes = changes_between(a, b);
  if (changes.empty()) return {};
  while (path.starts_with('/')) path.remove_prefix(1);
  DiffWriter out(color);
  const std::string name = printable(path);
  out.header(fmt::format("--- a/{}", name));
  out.header(fmt::format("+++ b/{}", name));
  std::size_t first = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const bool is_last = i + 1 == changes.size();
    if (!is_last && changes[i + 1].old_begin - changes[i].old_end <= 2 * kContext) continue;
    write_hunk(out, a, b, std::span(changes).subspan(first, i + 1 - first));
    first = i + 1;
  }
  return out.take();
}

}  // namespace corten::lint
