// Fixes of any bytes: edits lie in the file and do not overlap, mean the same by bytes and by
// lines, and never make a file worse for the builder. What the fixer keeps, a second run leaves
// alone.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "dockerfile/edits.h"
#include "dockerfile/lint.h"
#include "dockerfile/parse.h"
#include "lint/fix.h"

namespace {

using namespace corten;

constexpr std::size_t kMaxFixes = 40;  // of one input that are looked at

void check(bool holds) {
  if (!holds) __builtin_trap();
}

// Edits by lines give all lines the ending of their file.
std::string without_returns(std::string text) {
  std::erase(text, '\r');
  return text;
}

void check_edits(const std::string& content, std::vector<dockerfile::TextEdit> edits) {
  check(!edits.empty());
  std::ranges::sort(edits, {}, [](const dockerfile::TextEdit& edit) { return edit.range.begin; });
  std::uint32_t at = 0;
  for (const dockerfile::TextEdit& edit : edits) {
    check(edit.range.begin >= at && edit.range.begin <= edit.range.end);
    check(edit.range.end <= content.size());
    at = edit.range.end;
  }
}

void check_fix(const std::string& content, const dockerfile::Dockerfile& file,
               const dockerfile::Fix& fix) {
  check_edits(content, fix.edits);
  check(fix.note.empty() == (fix.safety == dockerfile::Safety::Safe));
  const std::string after = dockerfile::apply_edits(content, fix.edits);
  check(after != content);
  Finding finding;
  finding.fix = dockerfile::as_line_edits(file.source, "f", fix.edits);
  const lint::Mended by_lines = lint::apply_edits("f", content, {finding}, lint::FixSafety::Unsafe);
  check(without_returns(by_lines.content) == without_returns(after));
  check(dockerfile::parse(after).errors.size() <= file.errors.size());
}

void check_fixer(const std::string& content) {
  lint::LintRequest request;
  request.paths = {"-"};
  request.stdin_name = "Dockerfile";
  request.contents["-"] = content;
  request.shellcheck = lint::RunShellcheck::No;
  NoProgress progress;
  const auto first = lint::fix_files(request, lint::FixSafety::Unsafe, progress);
  check(first.has_value());
  if (first->files.empty()) return;
  request.contents["-"] = first->files.front().after;
  const auto second = lint::fix_files(request, lint::FixSafety::Unsafe, progress);
  // Where there was more to mend than the rounds allow, the second run goes on.
  const bool is_endless = std::ranges::any_of(
      first->notes, [](const std::string& note) { return note.contains("more to mend"); });
  check(second.has_value() && (is_endless || second->files.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMaxBytes = 4096;
  if (size > kMaxBytes) return 0;
  const std::string content(reinterpret_cast<const char*>(data), size);
  const dockerfile::RuleOptions options;
  const dockerfile::Analysis analysis(content, options);
  std::size_t looked_at = 0;
  for (const dockerfile::Problem& problem : analysis.run_rules()) {
    if (!problem.fix || ++looked_at > kMaxFixes) continue;
    check_fix(content, analysis.file(), *problem.fix);
  }
  if (looked_at > 0) check_fixer(content);
  return 0;
}
