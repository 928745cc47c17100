#include "dockerfile/rules/same_as.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace corten::dockerfile {

namespace {

constexpr auto kSameAs = std::to_array<SameAs>({
    {"BK-DuplicateStageName", "DL3024", Scope::Instruction},
    {"BK-ReservedStageName", "DL3063", Scope::Instruction},
    {"BK-JSONArgsRecommended", "DL3025", Scope::Instruction},
    {"BK-MaintainerDeprecated", "DL4000", Scope::Instruction},
    {"BK-WorkdirRelativePath", "DL3000", Scope::Instruction},
    {"BK-FromPlatformFlagConstDisallowed", "DL3029", Scope::Instruction},
    {"BK-RedundantTargetPlatform", "DL3065", Scope::Instruction},
    // hadolint reports the later instruction, BuildKit the earlier one.
    {"BK-MultipleInstructionsDisallowed", "DL3012", Scope::Stage},
    {"BK-MultipleInstructionsDisallowed", "DL4003", Scope::Stage},
    {"BK-MultipleInstructionsDisallowed", "DL4004", Scope::Stage},
    {"BK-SecretsUsedInArgOrEnv", "DL3064", Scope::Range},
    {"BK-SecretsUsedInArgOrEnv", "CL2001", Scope::Range},
    {"BK-UndefinedVar", "DL3044", Scope::Range},
    // DL3064 is told beside CL2001: it goes by the name alone, so whoever ignores it, as many
    // configurations of hadolint do, must still be told of a value that is a secret.
    {"CL1003", "DL3066", Scope::Range},
});

const Instruction* instruction_at(const Dockerfile& file, std::uint32_t offset) {
  const auto after = std::ranges::upper_bound(
      file.instructions, offset, {},
      [](const Instruction& instruction) { return instruction.range.begin; });
  return after == file.instructions.begin() ? nullptr : &*(after - 1);
}

// The rule's id, what it is about (for whole stages), and where.
using Key = std::tuple<std::string_view, Keyword, std::uint32_t, std::uint32_t>;

Key key_of(const Lint& lint, const Problem& problem, std::string_view id, Scope scope) {
  if (scope == Scope::Range) return {id, {}, problem.range.begin, problem.range.end};
  const Instruction* instruction = instruction_at(lint.file, problem.range.begin);
  if (instruction == nullptr) return {id, {}, kNone, kNone};
  if (scope == Scope::Instruction) return {id, {}, instruction->index, 0};
  const Stage* stage = lint.stages.stage_of(*instruction);
  return {id, instruction->keyword, stage == nullptr ? kNone : stage->index, 0};
}

}  // namespace

std::span<const SameAs> same_as() { return kSameAs; }

void drop_doubles(const Lint& lint, std::vector<Problem>& problems) {
  std::map<Key, Problem*> kept;
  for (Problem& problem : problems) {
    for (const SameAs& row : kSameAs) {
      if (row.yields_to == problem.rule->check.id) {
        kept.emplace(key_of(lint, problem, row.yields_to, row.scope), &problem);
      }
    }
  }
  std::vector<bool> yields(problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    for (const SameAs& row : kSameAs) {
      if (row.id != problems[i].rule->check.id) continue;
      const auto other = kept.find(key_of(lint, problems[i], row.yields_to, row.scope));
      if (other == kept.end()) continue;
      yields[i] = true;
      if (other->second->remediation.empty()) {
        other->second->remediation = std::move(problems[i].remediation);
      }
      if (!other->second->fix) other->second->fix = std::move(problems[i].fix);
    }
  }
  std::size_t i = 0;
  std::erase_if(problems, [&](const Problem&) { return yields[i++]; });
}

}  // namespace corten::dockerfile
