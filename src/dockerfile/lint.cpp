#include "dockerfile/lint.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dockerfile/parse.h"

namespace corten::dockerfile {

namespace {

// The program that a "#!" line starts: "python3" of "#!/usr/bin/env python3 -u".
std::string_view shebang_program(std::string_view line) {
  line.remove_prefix(2);
  const std::vector<std::string_view> words = split(trim(line), ' ');
  if (words.empty()) return {};
  const std::string_view first = words.front();
  return first.ends_with("/env") && words.size() > 1 ? words[1] : first;
}

// `# hadolint shell=NAME` above the first FROM counts for all stages, later ones up to the next
// FROM.
class ShellPragmas {
 public:
  explicit ShellPragmas(const Dockerfile& file) {
    constexpr std::string_view kTool = "hadolint";
    constexpr std::string_view kKey = "shell=";
    for (const Comment& comment : file.comments) {
      std::string_view text = comment.text;
      if (!text.starts_with(kTool)) continue;
      text = trim(text.substr(kTool.size()));
      if (!text.starts_with(kKey)) continue;
      found_.push_back({comment.next, trim(text.substr(kKey.size()))});
    }
  }

  // The shell that is in effect in front of the instruction, whose stage begins at `from`.
  [[nodiscard]] std::string_view at(std::uint32_t instruction, std::uint32_t first_from,
                                    std::uint32_t from) const {
    const Found* last = last_until(instruction);
    if (last != nullptr && last->next <= from) last = last_until(std::min(first_from, instruction));
    return last == nullptr ? std::string_view() : last->shell;
  }
  [[nodiscard]] bool empty() const { return found_.empty(); }

 private:
  struct Found {
    std::uint32_t next;  // instruction below it
    std::string_view shell;
  };

  [[nodiscard]] const Found* last_until(std::uint32_t instruction) const {
    const auto after = std::ranges::upper_bound(found_, instruction, {}, &Found::next);
    return after == found_.begin() ? nullptr : &*(after - 1);
  }

  std::vector<Found> found_;
};

// Exec form as a shell would need it written to run the same words.
std::string joined(std::span<const Word> words) {
  std::string out;
  for (const Word& word : words) {
    if (!out.empty()) out += ' ';
    if (word.text.find_first_of(" \t\n;&|<>()'\"`*?[]#") == std::string_view::npos) {
      out += word.text;
      continue;
    }
    out += '\'';
    for (const char c : word.text) {
      if (c == '\'') {
        out += "'\\''";
      } else {
        out += c;
      }
    }
    out += '\'';
  }
  return out;
}

bool runs_something(Keyword keyword) {
  return keyword == Keyword::Run || keyword == Keyword::Cmd || keyword == Keyword::Entrypoint;
}

class ScriptReader {
 public:
  ScriptReader(const Dockerfile& file, const Stages& stages)
      : file_(file), stages_(stages), pragmas_(file) {}

  std::vector<RunScript> read() {
    std::vector<RunScript> scripts;
    for (const Instruction& outer : file_.instructions) {
      const Instruction* inner = outer.nested != nullptr ? outer.nested : &outer;
      // ONBUILD HEALTHCHECK CMD …
      if (inner->nested != nullptr) inner = inner->nested;
      if (!runs_something(inner->keyword)) continue;
      RunScript run;
      run.instruction = inner;
      run.outer = &outer;
      const Stage* stage = stages_.stage_of(outer);
      if (stage != nullptr) run.stage = stage->index;
      run.script = parse(*inner, outer, stage);
      scripts.push_back(std::move(run));
    }
    return scripts;
  }

 private:
  shell::Script parse(const Instruction& inner, const Instruction& outer, const Stage* stage) {
    if (inner.form == Form::Exec) return shell::parse(joined(inner.words), shell::Dialect::Sh);
    const std::string_view text =
        inner.keyword == Keyword::Run ? inner.script.text : inner.text.text;
    std::vector<std::string> shell_words;
    if (const Instruction* shell = stages_.shell_at(outer)) {
      for (const Word& word : shell->words) shell_words.emplace_back(word.text);
    }
    std::string_view program = shell_words.empty() ? std::string_view() : shell_words.front();
    if (const std::string_view pragma = pragma_at(outer, stage); !pragma.empty()) program = pragma;
    const bool is_whole_heredoc =
        inner.heredocs.size() == 1 && inner.keyword == Keyword::Run && text.starts_with("#!");
    if (is_whole_heredoc) program = shebang_program(text.substr(0, text.find('\n')));
    const bool windows = stage != nullptr && stage->is_windows;
    if (program.empty()) program = windows ? "cmd" : "sh";
    const auto dialect = shell::dialect_of(program);
    if (!dialect) return {};
    return shell::parse(text, *dialect, shell::options_of(shell_words));
  }

  [[nodiscard]] std::string_view pragma_at(const Instruction& outer, const Stage* stage) const {
    if (pragmas_.empty()) return {};
    const std::span<const Stage> all = stages_.all();
    const std::uint32_t first = all.empty() ? kNone : all.front().from->index;
    return pragmas_.at(outer.index, first, stage == nullptr ? 0 : stage->from->index);
  }

  const Dockerfile& file_;
  const Stages& stages_;
  ShellPragmas pragmas_;
};

StageOptions stage_options(const RuleOptions& options) {
  StageOptions out;
  out.target = options.target;
  return out;
}

}  // namespace

Range RunScript::source_range(shell::Range range) const {
  if (instruction->form == Form::Exec) return instruction->text.range();
  const LogicalText& text =
      instruction->keyword == Keyword::Run ? instruction->script : instruction->text;
  return text.source_range(range.begin, range.end);
}

const RunScript* Lint::script_of(const Instruction& outer) const {
  const auto found = std::ranges::lower_bound(
      scripts, outer.index, {}, [](const RunScript& run) { return run.outer->index; });
  return found != scripts.end() && found->outer == &outer ? &*found : nullptr;
}

bool Lint::is_in_final(const RunScript& run) const {
  return run.stage != kNone && stages.all()[run.stage].in_final;
}

bool Lint::is_windows(const RunScript& run) const {
  return run.stage != kNone && stages.all()[run.stage].is_windows;
}

Analysis::Analysis(std::string content, const RuleOptions& options, BaseLookup base_facts,
                   const BuildContext* context)
    : file_(parse(std::move(content))),
      stages_(Stages::build(file_, stage_options(options))),
      scripts_(ScriptReader(file_, stages_).read()),
      lint_{file_, stages_, scripts_, options, std::move(base_facts), context} {
  if (!lint_.base_facts) lint_.base_facts = [](std::string_view) { return nullptr; };
}

std::vector<Problem> Analysis::run_rules() const {
  std::vector<Problem> problems;
  for (const std::span<const Rule> table : rule_tables()) {
    for (const Rule& rule : table) {
      Problems into(rule, problems);
      rule.run(lint_, into);
    }
  }
  std::ranges::stable_sort(problems, [](const Problem& a, const Problem& b) {
    if (a.range.begin != b.range.begin) return a.range.begin < b.range.begin;
    return a.rule->check.id < b.rule->check.id;
  });
  return problems;
}

}  // namespace corten::dockerfile
