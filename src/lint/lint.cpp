#include "lint/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "lint/changed.h"
#include "lint/engines.h"
#include "lint/native_shell.h"
#include "lint/relate.h"
#include "manifest/compose_rules.h"
#include "manifest/kubernetes_rules.h"

namespace corten::lint {

namespace {

// What becomes of one file, in a slot of its own so that results keep the order of the files.
struct Slot {
  LintFile file;
  FileKind kind = FileKind::Other;
  std::string path;     // as findings name it
  std::string content;  // kept until ShellCheck's fixes are made, if there are snippets
  std::optional<Error> error;
  std::vector<Finding> findings;
  std::vector<ShellSnippet> snippets;
  std::vector<BuiltService> built;
  std::vector<std::string> notes;
  Pragmas pragmas;
  SourceLines lines;
  std::size_t dropped = 0;  // findings above the limit

  // An assignment of nothing would keep the memory.
  void free_content() { std::string().swap(content); }
};

PragmaRules pragma_rules(const LintRequest& request) {
  return request.rules.compatibility == Compatibility::Hadolint ? PragmaRules::Hadolint
                                                                : PragmaRules::Corten;
}

bool pragmas_count(const LintRequest& request) {
  return !request.rules.hadolint.disable_ignore_pragma.value_or(false);
}

Result<std::string> content_of(const LintRequest& request, const LintFile& file) {
  if (const auto given = request.contents.find(file.path); given != request.contents.end()) {
    return given->second;
  }
  return read_file(file.path, kMaxLintFileBytes);
}

// What cannot be linted, and what to do instead.
Status check_kind(FileKind kind) {
  if (kind == FileKind::HelmTemplate) {
    return fail(ErrorCode::Unsupported, "a Helm template, which is no YAML before it is rendered",
                "helm template CHART | corten lint -");
  }
  if (kind == FileKind::Other) {
    return fail(ErrorCode::Unsupported,
                "neither a Dockerfile nor a compose file nor a Kubernetes manifest",
                "a compose file has `services:`, a manifest `apiVersion:` and `kind:`");
  }
  return {};
}

Status examine(const LintRequest& request, BuildContexts& contexts, Slot& slot) {
  CORTEN_TRY(slot.content, content_of(request, slot.file));
  slot.kind = slot.file.kind;
  if (const auto known = request.kinds.find(slot.file.path); known != request.kinds.end()) {
    slot.kind = known->second;
  } else if (slot.file.origin == FileOrigin::Named) {
    slot.kind = kind_of(slot.path, slot.content);
  }
  const bool is_merged = std::ranges::find(request.merged, slot.file.path) != request.merged.end();
  // Alone, what is laid over others need not look like anything.
  if (is_merged) slot.kind = FileKind::Compose;
  CORTEN_CHECK(check_kind(slot.kind));
  const bool is_on_disk = slot.file.path != "-";
  const FileToLint file{slot.path,
                        slot.kind,
                        slot.content,
                        is_on_disk ? &contexts : nullptr,
                        request.shellcheck,
                        &request.contents,
                        is_merged ? &request.merged : nullptr};
  CORTEN_TRY(FileFacts facts, request.findings_of(file, request.rules));
  slot.findings = std::move(facts.findings);
  if (request.shellcheck == RunShellcheck::Yes) slot.snippets = std::move(facts.snippets);
  slot.built = std::move(facts.built);
  slot.notes = std::move(facts.notes);
  facts.commented.path = slot.path;
  slot.pragmas = read_pragmas(facts.commented, pragma_rules(request));
  return {};
}

// Keeps the lines that findings point at, before the content goes.
void keep_lines(Slot& slot) {
  std::vector<std::uint32_t> wanted;
  for (const Finding& finding : slot.findings) {
    if (!finding.suppressed && finding.location && finding.location->path == slot.path) {
      wanted.push_back(finding.location->line);
    }
  }
  std::ranges::sort(wanted);
  const auto repeated = std::ranges::unique(wanted);
  wanted.erase(repeated.begin(), repeated.end());
  std::string_view rest = slot.content;
  std::uint32_t number = 0;
  for (const std::uint32_t line : wanted) {
    std::optional<std::string_view> text;
    while (number < line && (text = next_line(rest))) ++number;
    if (!text || number != line) continue;
    slot.lines[{slot.path, line}] = std::string(text->substr(0, kMaxSourceLineBytes));
  }
}

// Levels, pragmas and what a file may have at most: after everything has been found.
void finish(const LintRequest& request, Slot& slot) {
  apply_hadolint_config(request.rules.hadolint, slot.findings);
  if (pragmas_count(request)) {
    apply_pragmas(slot.pragmas, slot.path, {request.now, request.unused_pragmas}, slot.findings);
  }
  if (slot.findings.size() > request.max_findings) {
    slot.dropped = slot.findings.size() - request.max_findings;
    const auto end = slot.findings.begin() + static_cast<std::ptrdiff_t>(request.max_findings);
    std::ranges::nth_element(slot.findings, end, ranks_before);
    slot.findings.erase(end, slot.findings.end());
  }
  keep_lines(slot);
  slot.free_content();
  slot.pragmas = {};
  slot.findings.shrink_to_fit();  // there may be many files, and findings are large
}

void examine_all(const LintRequest& request, std::vector<Slot>& slots) {
  BuildContexts contexts;
  parallel_for(slots.size(), request.jobs, [&](std::size_t i) {
    Slot& slot = slots[i];
    slot.path = slot.file.path == "-" ? request.stdin_name : slot.file.path;
    if (Status done = examine(request, contexts, slot); !done) {
      slot.error = std::move(done).error();
      slot.free_content();
    } else if (slot.snippets.empty()) {
      finish(request, slot);
    }
  });
}

// All snippets of all files in one run, and what was found back to the files.
void check_shell(const LintRequest& request, std::vector<Slot>& slots, LintReport& report) {
  std::vector<ShellSnippet> snippets;
  std::vector<std::size_t> owner;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    owner.insert(owner.end(), slots[i].snippets.size(), i);
    std::ranges::move(slots[i].snippets, std::back_inserter(snippets));
  }
  if (snippets.empty()) return;
  ShellcheckRun run = run_shellcheck(snippets, request.jobs);
  parallel_for(run.unread.size(), request.jobs, [&](std::size_t i) {
    run.issues[run.unread[i]] = native_issues(snippets[run.unread[i]]);
  });
  std::ranges::move(run.notes, std::back_inserter(report.notes));
  // Snippets of one file stand together, so its lines are indexed once.
  std::optional<dockerfile::Source> file;
  for (std::size_t i = 0; i < snippets.size(); ++i) {
    Slot& slot = slots[owner[i]];
    if (i > 0 && owner[i] != owner[i - 1]) file.reset();
    for (ShellIssue& issue : run.issues[i]) {
      Finding finding = finding_of(issue, slot.path);
      if (!issue.fix.empty()) {
        if (!file) file.emplace(slot.content);
        finding.fix = line_edits(std::move(issue.fix), slot.path, *file);
      }
      slot.findings.push_back(std::move(finding));
    }
  }
  parallel_for(slots.size(), request.jobs, [&](std::size_t i) {
    if (!slots[i].snippets.empty()) finish(request, slots[i]);
  });
}

void add_to(LintReport& report, Slot& slot) {
  if (slot.error) {
    report.errors.push_back({slot.path, *std::move(slot.error)});
    return;
  }
  if (slot.dropped > 0) {
    report.notes.push_back(fmt::format("{}: {} more findings than the {} that are kept of a file",
                                       slot.path, slot.dropped, slot.findings.size()));
  }
  for (std::string& note : slot.notes) {
    if (std::ranges::find(report.notes, note) == report.notes.end()) {
      report.notes.push_back(std::move(note));
    }
  }
  report.files.push_back({slot.path, slot.kind});
  std::ranges::move(slot.findings, std::back_inserter(report.findings));
  std::vector<Finding>().swap(slot.findings);
  report.source_lines.merge(slot.lines);
}

// What is only seen with all files at hand.
void relate(const LintRequest& request, const std::vector<Slot>& slots, LintReport& report) {
  merge_repeated(report.findings);
  if (request.rules.compatibility == Compatibility::Corten) {
    std::vector<BuiltService> built;
    for (const Slot& slot : slots) built.insert(built.end(), slot.built.begin(), slot.built.end());
    relate_users(built, report.findings);
  }
  const auto kustomizations =
      std::ranges::count(report.files, FileKind::Kustomization, &LintedFile::kind);
  if (kustomizations > 0) {
    report.notes.push_back(fmt::format(
        "what {} kustomization file{} not judged as a whole: `kustomize build FOLDER | corten "
        "lint -` does that",
        kustomizations, kustomizations == 1 ? " renders is" : "s render is"));
  }
}

}  // namespace

// Where the rule engines join: one case a kind of file.
Result<FileFacts> findings_of(const FileToLint& file, const RuleOptions& options) {
  switch (file.kind) {
    case FileKind::Dockerfile:
      return lint_dockerfile(file, options);
    case FileKind::Compose:
      return lint_compose(file, options);
    case FileKind::Kubernetes:
      return lint_kubernetes(file, options);
    case FileKind::Kustomization:
      return lint_kustomization(file, options);
    case FileKind::HelmTemplate:
    case FileKind::Other:
      break;
  }
  return FileFacts();
}

std::vector<Check> lint_catalogue() {
  std::vector<Check> all = dockerfile_catalogue();
  for (const auto& part :
       {manifest::compose_catalogue(), manifest::kubernetes_catalogue(), lint_checks()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Result<LintReport> lint_files(const LintRequest& request, Progress& progress) {
  LintReport report;
  Discovery found = discover(request.paths, request.jobs);
  if (request.changed_since) CORTEN_CHECK(keep_changed(*request.changed_since, found.files));
  for (Unreadable& folder : found.errors) {
    report.errors.push_back({std::move(folder.path), std::move(folder.error)});
  }
  report.notes = std::move(found.notes);
  std::vector<Slot> slots(found.files.size());
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i].file = std::move(found.files[i]);
  if (slots.empty() && report.errors.empty()) {
    report.notes.push_back(
        request.changed_since
            ? fmt::format("no file to lint has changed since {}", *request.changed_since)
            : fmt::format("no Dockerfile, compose file or Kubernetes manifest in {}",
                          join(request.paths, ", ")));
  }
  progress.stage(fmt::format("linting {} files", slots.size()), 0);
  examine_all(request, slots);
  progress.stage("ShellCheck", 0);
  check_shell(request, slots, report);
  std::size_t count = 0;
  for (const Slot& slot : slots) count += slot.findings.size();
  report.findings.reserve(count);
  for (Slot& slot : slots) add_to(report, slot);
  relate(request, slots, report);
  report.findings = mark_findings(request.policy, std::move(report.findings), request.now);
  report.is_failed = fails(request.policy, report.findings);
  drop_below(request.policy.show, report.findings);
  return report;
}

}  // namespace corten::lint
