// Dockerfiles: from the problems of the rules to findings, and the shell of RUN for ShellCheck.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/edits.h"
#include "dockerfile/lint.h"
#include "dockerfile/rules/same_as.h"
#include "lint/engines.h"

namespace corten::lint {

namespace {

using dockerfile::Analysis;
using dockerfile::Instruction;
using dockerfile::Problem;
using dockerfile::RunScript;

dockerfile::RuleOptions rule_options(const RuleOptions& options) {
  dockerfile::RuleOptions out;
  if (options.compatibility == Compatibility::Hadolint) out.compat = dockerfile::Compat::Hadolint;
  out.trusted_registries = options.hadolint.trusted_registries;
  for (const LabelRule& label : options.hadolint.labels) out.label_schema[label.name] = label.type;
  out.strict_labels = options.hadolint.strict_labels.value_or(false);
  out.target = options.target;
  out.for_kubernetes = options.platform == Platform::Kubernetes;
  out.now = options.now;
  return out;
}

// Rules that are off by default count where a level was given to them; hadolint knows its own only.
bool counts(const Problem& problem, const RuleOptions& options) {
  const std::string_view id = problem.rule->check.id;
  if (problem.rule->by_default == dockerfile::Default::Off && !options.hadolint.level_for(id))
    return false;
  return options.compatibility == Compatibility::Corten || id.starts_with("DL");
}

// hadolint gives the first line of the instruction and column 1.
dockerfile::Position position_of(const Problem& problem, const dockerfile::Dockerfile& file,
                                 const RuleOptions& options) {
  const dockerfile::Position place = file.source.position(problem.range.begin);
  if (options.compatibility == Compatibility::Corten) return place;
  const auto after =
      std::ranges::upper_bound(file.instructions, place.line, {}, &Instruction::first_line);
  if (after == file.instructions.begin()) return {place.line, 1};
  const Instruction& around = *std::prev(after);
  return {place.line <= around.last_line ? around.first_line : place.line, 1};
}

Finding finding_of(const Problem& problem, const dockerfile::Dockerfile& file,
                   std::string_view path, const RuleOptions& options) {
  const Check& check = problem.rule->check;
  Finding finding;
  finding.id = check.id;
  finding.kind = check.kind;
  finding.severity = problem.severity;
  finding.title = check.title;
  finding.subject = path;
  const dockerfile::Position place = position_of(problem, file, options);
  finding.location = Location{std::string(path), place.line, place.column, ""};
  // hadolint knows no ends.
  if (options.compatibility == Compatibility::Corten && !problem.range.empty()) {
    const dockerfile::Position end = file.source.position(problem.range.end);
    finding.location->end_line = end.line;
    finding.location->end_column = end.column;
  }
  for (const std::string_view alias : split(check.aliases, ' ')) {
    if (!alias.empty()) finding.aliases.emplace_back(alias);
  }
  // The rules that yield to this one, so that whoever ignores them by name still does.
  for (const dockerfile::SameAs& other : dockerfile::same_as()) {
    if (other.yields_to != check.id) continue;
    finding.aliases.emplace_back(other.id);
    constexpr std::string_view kBuildKit = "BK-";  // its own names have no such beginning
    if (other.id.starts_with(kBuildKit))
      finding.aliases.emplace_back(other.id.substr(kBuildKit.size()));
  }
  finding.evidence = problem.evidence;
  finding.remediation = problem.remediation.empty() ? check.remediation : problem.remediation;
  if (!check.reference.empty()) finding.references.emplace_back(check.reference);
  if (problem.fix) {
    finding.fix = dockerfile::as_line_edits(file.source, path, problem.fix->edits);
    if (problem.fix->safety == dockerfile::Safety::Unsafe) finding.fix_risk = problem.fix->note;
  }
  return finding;
}

CommentedFile commented(const Analysis& analysis, std::string_view content) {
  const dockerfile::Dockerfile& file = analysis.file();
  // Views of the caller's content, which outlives the analysis.
  const auto borrowed = [&](dockerfile::Range range) {
    return content.substr(range.begin + 1, range.size() - 1);
  };
  CommentedFile out;
  for (const dockerfile::Directive& directive : file.directives)
    out.comments.push_back({directive.line, borrowed(directive.range)});
  for (const dockerfile::Comment& comment : file.comments)
    out.comments.push_back({comment.line, borrowed(comment.range)});
  std::ranges::stable_sort(out.comments, {}, &Comment::line);
  for (const Instruction& instruction : file.instructions)
    out.statements.push_back({instruction.first_line, instruction.last_line});
  const std::span<const dockerfile::Stage> stages = analysis.stages().all();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::uint32_t last =
        i + 1 < stages.size() ? stages[i + 1].from->first_line - 1 : file.source.line_count();
    out.stages.push_back({stages[i].from->first_line, last});
  }
  return out;
}

// A snippet's places as places of its file, after the analysis is gone.
class SnippetMap {
 public:
  SnippetMap(std::shared_ptr<const dockerfile::Source> file, const dockerfile::LogicalText& text)
      : file_(std::move(file)),
        snippet_(std::make_shared<const dockerfile::Source>(std::string(text.text))),
        segments_(std::make_shared<const std::vector<dockerfile::Segment>>(text.segments.begin(),
                                                                           text.segments.end())),
        base_(text.base) {}

  Position operator()(Position place) const {
    const dockerfile::LogicalText text{snippet_->text(), *segments_, base_};
    return file_->position(text.source_at(snippet_->offset(place)));
  }

 private:
  std::shared_ptr<const dockerfile::Source> file_;
  std::shared_ptr<const dockerfile::Source> snippet_;
  std::shared_ptr<const std::vector<dockerfile::Segment>> segments_;
  std::uint32_t base_;
};

std::optional<ShellDialect> dialect_of(const shell::Script& script, const Analysis& analysis,
                                       const RunScript& run) {
  switch (script.dialect) {
    case shell::Dialect::Bash:
      return ShellDialect::Bash;
    case shell::Dialect::Dash:
      return ShellDialect::Dash;
    case shell::Dialect::Ksh:
      return ShellDialect::Ksh;
    case shell::Dialect::Ash:
      return ShellDialect::BusyboxAsh;
    case shell::Dialect::Sh: {
      if (run.stage == dockerfile::kNone) return ShellDialect::Sh;
      const auto& stage = analysis.stages().all()[run.stage];
      const image::ImageFamily family = dockerfile::base_of(analysis.lint(), stage).family();
      const bool busybox =
          family == image::ImageFamily::Alpine || family == image::ImageFamily::Busybox;
      return busybox ? ShellDialect::BusyboxAsh : ShellDialect::Sh;
    }
    case shell::Dialect::Zsh:
    case shell::Dialect::Cmd:
    case shell::Dialect::PowerShell:
      return std::nullopt;
  }
  return std::nullopt;
}

// Exec forms are no shell, and hadolint leaves CMD and ENTRYPOINT out.
std::vector<ShellSnippet> snippets_of(const Analysis& analysis, std::string_view content) {
  std::vector<ShellSnippet> out;
  std::shared_ptr<const dockerfile::Source> file;
  for (const RunScript& run : analysis.lint().scripts) {
    const Instruction& instruction = *run.instruction;
    if (!run.is_run() || instruction.form == dockerfile::Form::Exec || run.script.text.empty())
      continue;
    const auto dialect = dialect_of(run.script, analysis, run);
    if (!dialect) continue;
    if (file == nullptr) file = std::make_shared<const dockerfile::Source>(std::string(content));
    ShellSnippet snippet;
    snippet.text = std::string(instruction.script.text);
    snippet.dialect = *dialect;
    for (const dockerfile::Definition* definition : analysis.stages().visible_at(*run.outer))
      snippet.variables.emplace_back(definition->name);
    snippet.to_file = SnippetMap(file, instruction.script);
    out.push_back(std::move(snippet));
  }
  return out;
}

}  // namespace

Result<FileFacts> lint_dockerfile(const FileToLint& file, const RuleOptions& options) {
  const dockerfile::RuleOptions rules = rule_options(options);
  dockerfile::BaseLookup base_facts;
  if (!options.bases.empty())
    base_facts = [&](std::string_view image) { return facts_of(options.bases, image); };
  Analysis analysis(std::string(file.content), rules, base_facts);
  // hadolint knows no contexts, so their folders need not be read for its verdicts.
  std::shared_ptr<const dockerfile::BuildContext> context;
  if (file.contexts != nullptr && options.compatibility == Compatibility::Corten)
    context = file.contexts->of(file.path, analysis.file());
  analysis.set_context(context.get());
  FileFacts facts;
  std::vector<Problem> problems = analysis.run_rules();
  std::erase_if(problems, [&](const Problem& problem) { return !counts(problem, options); });
  dockerfile::drop_doubles(analysis.lint(), problems);
  for (const Problem& problem : problems)
    facts.findings.push_back(finding_of(problem, analysis.file(), file.path, options));
  facts.commented = commented(analysis, file.content);
  if (file.shellcheck == RunShellcheck::Yes) facts.snippets = snippets_of(analysis, file.content);
  return facts;
}

std::vector<Check> dockerfile_catalogue() {
  std::vector<Check> all;
  for (const std::span<const dockerfile::Rule> table : dockerfile::rule_tables()) {
    for (const dockerfile::Rule& rule : table) all.push_back(rule.check);
  }
  return all;
}

}  // namespace corten::lint
