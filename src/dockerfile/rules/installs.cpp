#include "dockerfile/rules/installs.h"

#include <algorithm>

namespace corten::dockerfile {

std::string_view first_of(const Call& call, std::span<const std::string_view> verbs) {
  for (const shell::Word& word : call.args()) {
    if (std::ranges::find(verbs, word.text) != verbs.end()) return word.text;
  }
  return {};
}

bool is_fed_by_yes(const RunScript& run, const Call& call) {
  const shell::Command& command = *call.command;
  if (command.pipeline == shell::kNone || command.position == 0) return false;
  const auto& elements = run.script.pipelines[command.pipeline].elements;
  const shell::Pipeline::Element before = elements[command.position - 1];
  return !before.compound && shell::seen_through(run.script.commands[before.index]).base() == "yes";
}

void erase_versions_of_the_file(const Lint& lint, const RunScript& run, Words& words) {
  std::erase_if(words, [&](const shell::Word* word) {
    return std::ranges::any_of(word->variables, [&](const shell::VariableReference& variable) {
      const Definition* found = lint.stages.definition(*run.outer, variable.name);
      return found != nullptr && (like_hadolint(lint) || !found->known || !found->has_value);
    });
  });
}

std::optional<Verdict> judge_words(const Lint& lint, const RunScript& run, const Words& words,
                                   bool (*is_pinned)(std::string_view)) {
  const auto found = unpinned(lint, run, words, is_pinned);
  if (!found) return {};
  Verdict verdict{found->range, without_version(*found)};
  if (!like_hadolint(lint)) verdict.severity = Severity::Low;
  return verdict;
}

bool is_kept(const Lint& lint, const RunScript& run) {
  const std::span<const Stage> all = lint.stages.all();
  if (run.stage == kNone) return all.empty();
  return std::size_t{run.stage} + 1 == all.size() || all[run.stage].is_named;
}

bool lands_in_folder_of_base(const Lint& lint, const Instruction& copy, std::string_view target) {
  const bool is_absolute = target.starts_with('/') || target.starts_with('\\') ||
                           target.starts_with('$') ||
                           (target.size() > 1 && is_letter(target[0]) && target[1] == ':');
  if (is_absolute) return false;
  const WorkDir folder = lint.stages.workdir_at(copy);
  if (folder.absolute || !folder.known || !folder.path.empty()) return false;
  const Stage* stage = lint.stages.stage_of(copy);
  if (stage == nullptr || like_hadolint(lint)) return true;
  const BaseFacts* facts = base_facts_of(lint, stage->index);
  return facts == nullptr || facts->working_dir.size() <= 1;
}

const BaseFacts* base_facts_of(const Lint& lint, std::uint32_t stage) {
  if (stage == kNone) return nullptr;
  const std::span<const Stage> all = lint.stages.all();
  return lint.base_facts(all[all[stage].root].base);
}

}  // namespace corten::dockerfile
