#include "lint/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "base/file.h"
#include "base/text.h"

namespace corten::lint {

namespace {

// Lines with their endings.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

bool overlap(const Edit& a, const Edit& b) { return a.line <= b.end_line && b.line <= a.end_line; }

bool is_usable(const Edit& edit, std::string_view path, std::size_t lines) {
  return edit.path == path && edit.line > 0 && edit.line <= edit.end_line && edit.end_line <= lines;
}

// The replacement with line endings as the file has them; the last line ends as the one that it
// replaces.
std::string with_endings(const std::string& replacement, std::string_view last_line) {
  const bool crlf = last_line.ends_with("\r\n");
  std::string out;
  std::string_view rest = replacement;
  while (const auto line = next_line(rest)) {
    out.append(*line).append(crlf ? "\r\n" : "\n");
  }
  if (!out.empty() && !last_line.ends_with('\n')) out.resize(out.size() - (crlf ? 2 : 1));
  return out;
}

bool may_be_fixed(const Finding& finding, FixSafety safety) {
  return !finding.suppressed && !finding.fix.empty() &&
         (safety == FixSafety::Unsafe || finding.fix_risk.empty());
}

// How often each id is found, by file.
using Census = std::map<std::string, std::map<std::string, std::size_t>>;
Census census_of(const LintReport& report) {
  Census out;
  for (const Finding& finding : report.findings) {
    if (finding.location) ++out[finding.location->path][finding.id];
  }
  return out;
}

// What a round of fixes made of a file that must not be: `mended` holds how many findings of each
// id should be gone.
std::string harm_of(const std::string& path, const std::map<std::string, std::size_t>& mended,
                    Census& before, Census& after, const LintReport& report) {
  const auto failed = std::ranges::find(report.errors, path, &FileError::path);
  if (failed != report.errors.end()) return describe(failed->error);
  std::map<std::string, std::size_t>& then = before[path];
  for (const auto& [id, count] : after[path]) {
    const auto gone = mended.find(id);
    if (count > then[id]) return fmt::format("it brings {}", id);
    if (gone != mended.end() && count + gone->second > then[id]) {
      return fmt::format("{} is still there", id);
    }
  }
  return {};
}

// The rounds of fixing one set of files, with what is known between them.
class Fixer {
 public:
  Fixer(LintRequest request, FixSafety safety, Progress& progress)
      : request_(std::move(request)), safety_(safety), progress_(progress) {}

  Result<FixReport> run() {
    CORTEN_TRY(LintReport report, lint_files(request_, progress_));
    for (std::size_t round = 0; round < kMaxFixRounds; ++round) {
      CORTEN_TRY(const bool changed, fix_round(report));
      if (!changed) break;
    }
    FixReport out;
    for (const LintedFile& file : report.files) {
      const auto changed = changes_.find(file.path);
      if (changed != changes_.end() && changed->second.before != changed->second.after) {
        out.files.push_back(std::move(changed->second));
      }
    }
    out.notes = std::move(notes_);
    out.rest = std::move(report);
    return out;
  }

 private:
  // Applies what can be applied to all files, lints them again, and takes back what does harm.
  // `report` becomes that of the new contents. True if anything changed.
  Result<bool> fix_round(LintReport& report) {
    std::vector<std::string> changed;
    std::map<std::string, std::string> previous;
    Census mended_now;
    const std::map<std::string, std::vector<Finding>> fixable = fixable_by_file(report);
    for (const LintedFile& file : report.files) {
      const auto findings = fixable.find(file.path);
      if (findings == fixable.end() || given_up_.contains(file.path)) continue;
      CORTEN_TRY(const std::string content, content_of(file.path));
      Mended mended = apply_edits(file.path, content, findings->second, safety_);
      if (mended.used.empty() || mended.content == content) continue;
      FixedFile& fixed = changes_[file.path];
      if (fixed.path.empty()) fixed = {file.path, content, content, 0};
      fixed.after = mended.content;
      fixed.mended += mended.used.size();
      for (const std::size_t used : mended.used) {
        ++mended_now[file.path][findings->second[used].id];
      }
      previous[file.path] = content;
      request_.contents[key_of(file.path)] = std::move(mended.content);
      changed.push_back(file.path);
    }
    if (changed.empty()) return false;
    CORTEN_TRY(LintReport after, lint_files(request_, progress_));
    bool took_back = false;
    Census census_before = census_of(report);
    Census census_after = census_of(after);
    for (const std::string& path : changed) {
      const std::string harm = harm_of(path, mended_now[path], census_before, census_after, after);
      if (harm.empty()) continue;
      took_back = true;
      given_up_.insert(path);
      notes_.push_back(fmt::format("{}: a fix was not kept: {}", path, harm));
      changes_[path].after = previous[path];
      for (const auto& [id, count] : mended_now[path]) changes_[path].mended -= count;
      request_.contents[key_of(path)] = previous[path];
    }
    if (took_back) {
      CORTEN_TRY(after, lint_files(request_, progress_));
    }
    report = std::move(after);
    return true;
  }

  [[nodiscard]] std::map<std::string, std::vector<Finding>> fixable_by_file(
      const LintReport& report) const {
    std::map<std::string, std::vector<Finding>> out;
    for (const Finding& finding : report.findings) {
      if (may_be_fixed(finding, safety_)) out[finding.fix.front().path].push_back(finding);
    }
    return out;
  }

  // Findings name standard input otherwise than the request does.
  [[nodiscard]] std::string key_of(const std::string& path) const {
    return path == request_.stdin_name && request_.contents.contains("-") ? "-" : path;
  }

  Result<std::string> content_of(const std::string& path) const {
    const auto given = request_.contents.find(key_of(path));
    if (given != request_.contents.end()) return given->second;
    return read_file(path, kMaxLintFileBytes);
  }

  LintRequest request_;
  FixSafety safety_;
  Progress& progress_;
  std::map<std::string, FixedFile> changes_;
  std::set<std::string> given_up_;
  std::vector<std::string> notes_;
};

// A run of lines that differ: [old_begin, old_end) became [new_begin, new_end).
struct Change {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;
};

// The differences of two texts by their longest common subsequence, for parts of a size that a
// person reads; beyond it the whole differing part is one change.
std::vector<Change> changes_between(const std::vector<std::string_view>& a,
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
  std::vector<Change> out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i] == b[head + j]) {
      ++i;
      ++j;
      continue;
    }
    Change change{head + i, head + i, head + j, head + j};
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
                const std::vector<std::string_view>& b, std::span<const Change> changes) {
  const Change& first = changes.front();
  const Change& last = changes.back();
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
  for (const Change& change : changes) {
    for (; at < change.old_begin; ++at) out.line(' ', a[at]);
    for (; at < change.old_end; ++at) out.line('-', a[at]);
    for (std::size_t j = change.new_begin; j < change.new_end; ++j) out.line('+', b[j]);
  }
  for (const std::size_t end = last.old_end + trail; at < end; ++at) out.line(' ', a[at]);
}

}  // namespace

Mended apply_edits(std::string_view path, std::string_view content,
                   const std::vector<Finding>& findings, FixSafety safety) {
  const std::vector<std::string_view> lines = lines_of(content);
  Mended out;
  std::vector<const Edit*> edits;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    if (!may_be_fixed(finding, safety)) continue;
    const bool fits = std::ranges::all_of(finding.fix, [&](const Edit& edit) {
      return is_usable(edit, path, lines.size()) &&
             std::ranges::none_of(edits, [&](const Edit* other) { return overlap(edit, *other); });
    });
    if (!fits) continue;
    for (const Edit& edit : finding.fix) edits.push_back(&edit);
    out.used.push_back(i);
  }
  std::ranges::sort(edits, {}, &Edit::line);
  std::size_t at = 0;
  for (const Edit* edit : edits) {
    // Edits of one finding may overlap too; the first counts.
    if (edit->line - 1 < at) continue;
    for (; at < edit->line - 1; ++at) out.content += lines[at];
    out.content += with_endings(edit->replacement, lines[edit->end_line - 1]);
    at = edit->end_line;
  }
  for (; at < lines.size(); ++at) out.content += lines[at];
  return out;
}

Result<FixReport> fix_files(LintRequest request, FixSafety safety, Progress& progress) {
  return Fixer(std::move(request), safety, progress).run();
}

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after,
                         DiffColor color) {
  const std::vector<std::string_view> a = lines_of(before);
  const std::vector<std::string_view> b = lines_of(after);
  const std::vector<Change> changes = changes_between(a, b);
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
