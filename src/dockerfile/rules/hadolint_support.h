// What the rules with hadolint's ids share: stages as hadolint counts them, the commands of RUN
// that a rule judges, and words that name packages.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dockerfile/rule.h"
#include "dockerfile/rules/support.h"
#include "shell/commands.h"

namespace corten::dockerfile {

[[nodiscard]] inline bool like_hadolint(const Lint& lint) {
  return lint.options.compat == Compat::Hadolint;
}

// ---- instructions -------------------------------------------------------------------------------

// A stage, or what stands above the first FROM: hadolint takes that for a stage without a name.
struct StageView {
  const Stage* stage = nullptr;  // nullptr above the first FROM
  std::span<const Instruction> instructions;
  bool is_last = false;

  [[nodiscard]] bool is_windows() const { return stage != nullptr && stage->is_windows; }
};

template <typename Visit>
void for_each_stage(const Lint& lint, Visit visit) {
  const std::span<const Stage> all = lint.stages.all();
  visit(StageView{nullptr, lint.stages.before_first(), all.empty()});
  for (const Stage& stage : all) {
    visit(StageView{&stage, lint.stages.instructions(stage), stage.index + 1 == all.size()});
  }
}

// The instructions with this keyword that were understood; triggers of ONBUILD are left out.
template <typename Visit>
void for_each_instruction(const Lint& lint, Keyword keyword, Visit visit) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword == keyword && !instruction.broken) visit(instruction);
  }
}

// The word as the builder reads it: without quotes and escapes, variables kept.
[[nodiscard]] std::string plain(const Lint& lint, const Instruction& instruction, const Word& word);
// The same for text that is cut out of the shell form.
[[nodiscard]] std::string plain(const Lint& lint, std::string_view text);

// The word with its variables replaced; nullopt where one of them has no value in the file.
[[nodiscard]] std::optional<std::string> value_of(const Lint& lint, const Instruction& instruction,
                                                  const Word& word);

// Arguments of an instruction, or its keyword where it has none.
[[nodiscard]] Range arguments_of(const Instruction& instruction);

// A local file whose name says that ADD unpacks it.
[[nodiscard]] bool is_archive_name(const Lint& lint, std::string_view path);
[[nodiscard]] std::string_view base_name(std::string_view path);

// "nginx:1.27@sha256:…", variables kept.
struct ImageParts {
  std::string_view name;
  std::string_view tag;
  std::string_view digest;
};
[[nodiscard]] ImageParts split_image(std::string_view image);

// ---- commands of RUN ----------------------------------------------------------------------------

enum class Triggers { Included, LeftOut };  // the RUN of ONBUILD

// RUN instructions in shells of the POSIX family; those of Windows have rules of their own.
[[nodiscard]] bool is_judged(const Lint& lint, const RunScript& run, Triggers triggers);

// hadolint: the command as it is written. Else: behind sudo, env, xargs and the like, and without
// the folder of its program.
struct Call : shell::Invocation {
  std::string_view tool;
};
// nullopt where hadolint does not see the command: in a string that is a script itself.
[[nodiscard]] std::optional<Call> call_of(const Lint& lint, const shell::Command& command);

// `tool` is `name`, and if `any_of` is not empty one of the arguments is one of them.
[[nodiscard]] bool is_call(const Call& call, std::string_view name,
                           std::initializer_list<std::string_view> any_of = {});

[[nodiscard]] const shell::Word& name_word(const Call& call);
// The place of a command's name, for "this program should not be here".
[[nodiscard]] shell::Range name_range(const Call& call);
// The flag's own word is missing: the place is the name and the verb, "apt-get install".
[[nodiscard]] shell::Range verb_range(const Call& call, std::string_view verb);

struct Verdict {
  shell::Range range;
  std::string evidence;
  std::optional<Severity> severity = std::nullopt;  // instead of the rule's
  std::optional<Fix> fix = std::nullopt;
};

// Asks `judge(run, call)` for a std::optional<Verdict> on each command. hadolint reports a rule
// once for each RUN.
template <typename Judge>
void judge_calls(const Lint& lint, Problems& problems, Triggers triggers, Judge judge) {
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, triggers)) continue;
    for (const shell::Command& command : run.script.commands) {
      const std::optional<Call> call = call_of(lint, command);
      if (!call) continue;
      std::optional<Verdict> verdict = judge(run, *call);
      if (!verdict) continue;
      Problem& problem =
          problems.add(run.source_range(verdict->range), std::move(verdict->evidence));
      if (verdict->severity) problem.severity = *verdict->severity;
      problem.fix = std::move(verdict->fix);
      if (like_hadolint(lint)) break;
    }
  }
}

// Whether a variable among the arguments stands for one of these words: `apt-get install $OPTIONS`
// with ENV OPTIONS="-y --no-install-recommends". hadolint does not look into variables.
[[nodiscard]] bool has_word_in_variable(const Lint& lint, const RunScript& run, const Call& call,
                                        std::initializer_list<std::string_view> any_of);

// Whether a mount of type cache or tmpfs of the RUN has `path` in its target.
[[nodiscard]] bool has_cache_at(const RunScript& run, std::string_view path);

// ---- packages -----------------------------------------------------------------------------------

struct Unpinned {
  shell::Range range;              // of the first one
  std::vector<std::string> names;  // as far as known, in order
};

// The words that `is_pinned` refuses. Variables are replaced by what the RUN or the file says of
// them; what comes from elsewhere is not judged (hadolint judges the name of the variable).
[[nodiscard]] std::optional<Unpinned> unpinned(const Lint& lint, const RunScript& run,
                                               std::span<const shell::Word* const> words,
                                               bool (*is_pinned)(std::string_view));

// "curl has no version", "curl, git and 3 more have no version".
[[nodiscard]] std::string without_version(const Unpinned& found);

}  // namespace corten::dockerfile
