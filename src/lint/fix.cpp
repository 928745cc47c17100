#include "lint/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace corten::lint {

namespace {

// Lines of Dockerfiles are without it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_usable(const Edit& edit, std::string_view path, std::size_t lines) {
  return edit.path == path && edit.line > 0 && edit.line <= edit.end_line && edit.end_line <= lines;
}

// The replacement with line endings as the file has them; the last line ends as the one that it
// replaces, `lines[last]`.
std::string with_endings(const std::string& replacement, const std::vector<std::string_view>& lines,
                         std::size_t last) {
  const bool is_ended = lines[last].ends_with('\n');
  const std::string_view model = is_ended || last == 0 ? lines[last] : lines[last - 1];
  const std::string_view ending = model.ends_with("\r\n") ? "\r\n" : "\n";
  std::string out;
  std::string_view rest = replacement;
  while (const auto line = next_line(rest)) out.append(*line).append(ending);
  if (!out.empty() && !is_ended) out.resize(out.size() - ending.size());
  return out;
}

bool may_be_fixed(const Finding& finding, FixSafety safety) {
  return !finding.suppressed && !finding.fix.empty() &&
         (safety == FixSafety::Unsafe || finding.fix_risk.empty());
}

// How often each id is found in a file, and what about it spoils the whole.
struct Census {
  std::map<std::string, std::size_t> counts;
  std::string error;  // empty: the file was judged
};

Census census_of(const LintReport& report, std::string_view path) {
  Census out;
  const auto failed = std::ranges::find(report.errors, path, &FileError::path);
  if (failed != report.errors.end()) out.error = describe(failed->error);
  for (const Finding& finding : report.findings) {
    if (finding.location && finding.location->path == path) ++out.counts[finding.id];
  }
  return out;
}

// What fixes made of a file that must not be: `mended` holds how many findings of each id should be
// gone. Empty: nothing.
std::string harm_of(const std::map<std::string, std::size_t>& mended, const Census& before,
                    const Census& after) {
  if (!after.error.empty()) return after.error;
  for (const auto& [id, count] : after.counts) {
    const auto then = before.counts.find(id);
    const std::size_t known = then == before.counts.end() ? 0 : then->second;
    if (count > known) return fmt::format("it brings {}", id);
    const auto gone = mended.find(id);
    if (gone != mended.end() && count + gone->second > known)
      return fmt::format("{} is still there", id);
  }
  return {};
}

// What a fix is, wherever the lines of its finding have moved to.
std::string key_of(const Finding& finding) {
  std::string key = finding.id;
  for (const Edit& edit : finding.fix) key.append(1, '\0').append(edit.replacement);
  return key;
}

using Group = std::vector<std::size_t>;  // indices into FileState::candidates

// One file on its way to be mended. In a round a set of its candidates is looked for that does no
// harm: all of them, else by halves, which finds each culprit in few trials.
class FileState {
 public:
  FileState(std::string path, std::string content)
      : path_(std::move(path)), before_(content), content_(std::move(content)) {}

  // What is found in the present content; begins a round. False: there is nothing to try.
  bool begin_round(const LintReport& report, FixSafety safety) {
    candidates_.clear();
    accepted_.clear();
    todo_.clear();
    census_ = census_of(report, path_);
    for (const Finding& finding : report.findings) {
      if (!may_be_fixed(finding, safety) || finding.fix.front().path != path_) continue;
      if (!refused_.contains(key_of(finding))) candidates_.push_back(finding);
    }
    if (candidates_.empty() || ++rounds_ > kMaxFixRounds || is_exhausted()) return false;
    const Mended all = apply_edits(path_, content_, candidates_, FixSafety::Unsafe);
    if (all.used.empty() || all.content == content_) return false;
    todo_.push_back(all.used);
    return true;
  }

  [[nodiscard]] bool has_trial() const { return !todo_.empty(); }

  // The content with what is accepted so far and the group that is tried now.
  [[nodiscard]] std::string trial() const { return with(todo_.back()); }

  // `report` is of trial(). A refused fix is added to `refused`.
  void judge(const LintReport& report, std::vector<RefusedFix>& refused) {
    const Group group = std::move(todo_.back());
    todo_.pop_back();
    tried_bytes_ += content_.size();
    std::map<std::string, std::size_t> mended;
    for (const Group* part : std::initializer_list<const Group*>{&accepted_, &group}) {
      for (const std::size_t i : *part) ++mended[candidates_[i].id];
    }
    const std::string harm = harm_of(mended, census_, census_of(report, path_));
    if (harm.empty()) {
      accepted_.insert(accepted_.end(), group.begin(), group.end());
    } else if (group.size() == 1) {
      const Finding& finding = candidates_[group.front()];
      refused_.insert(key_of(finding));
      refused.push_back({path_, finding.id, harm});
    } else {
      const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
      todo_.emplace_back(middle, group.end());
      todo_.emplace_back(group.begin(), middle);
    }
    if (is_exhausted()) todo_.clear();
  }

  // True if the round changed the content.
  bool end_round() {
    if (accepted_.empty()) return false;
    content_ = with({});
    mended_ += accepted_.size();
    return true;
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& content() const { return content_; }
  [[nodiscard]] bool is_changed() const { return content_ != before_; }
  [[nodiscard]] bool is_endless() const { return rounds_ > kMaxFixRounds || is_exhausted(); }
  [[nodiscard]] FixedFile take() && {
    return {std::move(path_), std::move(before_), std::move(content_), mended_};
  }

 private:
  [[nodiscard]] bool is_exhausted() const { return tried_bytes_ > kMaxTriedBytes; }

  [[nodiscard]] std::string with(const Group& group) const {
    Group wanted = accepted_;
    wanted.insert(wanted.end(), group.begin(), group.end());
    std::ranges::sort(wanted);
    std::vector<Finding> findings;
    findings.reserve(wanted.size());
    for (const std::size_t i : wanted) findings.push_back(candidates_[i]);
    return apply_edits(path_, content_, findings, FixSafety::Unsafe).content;
  }

  std::string path_;
  std::string before_;
  std::string content_;
  std::size_t mended_ = 0;
  std::size_t rounds_ = 0;
  std::size_t tried_bytes_ = 0;
  std::set<std::string> refused_;    // key_of()
  std::vector<Finding> candidates_;  // of this round
  Census census_;                    // before this round
  Group accepted_;
  std::vector<Group> todo_;  // the next one last
};

class Fixer {
 public:
  Fixer(LintRequest request, FixSafety safety, Progress& progress)
      : request_(std::move(request)), safety_(safety), progress_(progress) {}

  Result<FixReport> run() {
    FixReport out;
    // What a report leaves out could not be compared.
    const std::size_t kept = std::exchange(request_.max_findings, kMaxFindingsToMend);
    CORTEN_TRY(out.rest, lint_files(request_, progress_));
    CORTEN_CHECK(collect(out));
    const bool is_long =
        std::ranges::any_of(counts_, [&](const auto& count) { return count.second > kept; });
    std::vector<FileState*> active;
    for (FileState& file : files_) {
      if (file.begin_round(out.rest, safety_)) active.push_back(&file);
    }
    while (!active.empty()) CORTEN_CHECK(fix_round(active, out.refused));
    for (FileState& file : files_) {
      if (file.is_endless()) {
        out.notes.push_back(
            fmt::format("{}: there may be more to mend: run it again", file.path()));
      }
      if (file.is_changed()) out.files.push_back(std::move(file).take());
    }
    add_notes(out);
    request_.max_findings = kept;
    if (is_long || !out.files.empty()) {
      CORTEN_TRY(out.rest, lint_files(request_, progress_));
    }
    return out;
  }

 private:
  // The files that have something to mend.
  Status collect(FixReport& out) {
    std::set<std::string_view> fixable;
    for (const Finding& finding : out.rest.findings) {
      if (finding.location) ++counts_[finding.location->path];
      if (may_be_fixed(finding, safety_)) fixable.insert(finding.fix.front().path);
    }
    for (const LintedFile& file : out.rest.files) {
      if (file.kind == FileKind::Compose) compose_files_.insert(file.path);
      if (!fixable.contains(file.path)) continue;
      if (counts_[file.path] >= kMaxFindingsToMend) {
        out.notes.push_back(fmt::format("{}: not mended, as it has more than {} findings",
                                        file.path, kMaxFindingsToMend));
        continue;
      }
      CORTEN_TRY(std::string content, content_of(file.path));
      files_.emplace_back(file.path, std::move(content));
    }
    return {};
  }

  // Trials of all files side by side, each step with one run of the linter over them.
  Status fix_round(std::vector<FileState*>& active, std::vector<RefusedFix>& refused) {
    std::vector<FileState*> trying = active;
    while (!trying.empty()) {
      for (const FileState* file : trying) request_.contents[key_of(file->path())] = file->trial();
      CORTEN_TRY(const LintReport report, lint_again(trying));
      for (FileState* file : trying) file->judge(report, refused);
      std::erase_if(trying, [](const FileState* file) { return !file->has_trial(); });
    }
    // What the next round begins with.
    std::erase_if(active, [&](FileState* file) {
      const bool is_changed = file->end_round();
      request_.contents[key_of(file->path())] = file->content();
      return !is_changed;
    });
    if (active.empty()) return {};
    CORTEN_TRY(const LintReport report, lint_again(active));
    std::erase_if(active, [&](FileState* file) { return !file->begin_round(report, safety_); });
    return {};
  }

  Result<LintReport> lint_again(const std::vector<FileState*>& files) {
    std::vector<std::string> paths;
    bool has_compose = false;
    for (const FileState* file : files) {
      paths.push_back(key_of(file->path()));
      has_compose = has_compose || compose_files_.contains(file->path());
    }
    // Files of one project are judged together.
    if (has_compose) {
      for (const std::string& path : compose_files_) paths.push_back(key_of(path));
    }
    // The request itself, as a copy would be one of all contents.
    std::swap(request_.paths, paths);
    auto changed_since = std::exchange(request_.changed_since, std::nullopt);
    auto report = lint_files(request_, progress_);
    std::swap(request_.paths, paths);
    request_.changed_since = std::move(changed_since);
    return report;
  }

  static void add_notes(FixReport& out) {
    for (const RefusedFix& fix : out.refused) {
      std::string note =
          fmt::format("{}: a fix of {} was not kept: {}", fix.path, fix.id, fix.reason);
      if (std::ranges::find(out.notes, note) == out.notes.end())
        out.notes.push_back(std::move(note));
    }
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
  std::deque<FileState> files_;  // in the order of the report; a deque: they are pointed to
  std::set<std::string> compose_files_;
  std::map<std::string, std::size_t> counts_;  // of findings, by path
};

}  // namespace

Mended apply_edits(std::string_view path, std::string_view content,
                   const std::vector<Finding>& findings, FixSafety safety) {
  const std::vector<std::string_view> lines = lines_with_endings(content);
  Mended out;
  std::map<std::uint32_t, const Edit*> edits;  // by first line; they do not overlap
  const auto is_free = [&](const Edit& edit) {
    const auto after = edits.upper_bound(edit.end_line);
    return after == edits.begin() || std::prev(after)->second->end_line < edit.line;
  };
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    if (!may_be_fixed(finding, safety)) continue;
    const bool fits = std::ranges::all_of(finding.fix, [&](const Edit& edit) {
      return is_usable(edit, path, lines.size()) && is_free(edit);
    });
    if (!fits) continue;
    for (const Edit& edit : finding.fix) {
      // Edits of one finding may overlap too; the first counts.
      if (is_free(edit)) edits.emplace(edit.line, &edit);
    }
    out.used.push_back(i);
  }
  std::size_t at = 0;
  for (const auto& [line, edit] : edits) {
    for (; at < edit->line - 1; ++at) out.content += lines[at];
    const bool loses_mark = at == 0 && content.starts_with(kByteOrderMark) &&
                            !edit->replacement.starts_with(kByteOrderMark);
    if (loses_mark) out.content += kByteOrderMark;
    out.content += with_endings(edit->replacement, lines, edit->end_line - 1);
    at = edit->end_line;
  }
  for (; at < lines.size(); ++at) out.content += lines[at];
  return out;
}

Result<FixReport> fix_files(LintRequest request, FixSafety safety, Progress& progress) {
  return Fixer(std::move(request), safety, progress).run();
}

}  // namespace corten::lint
