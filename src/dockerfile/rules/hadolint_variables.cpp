// Names and values of ARG and ENV.
#include <fmt/format.h>

#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "content/secret_names.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/variables.h"

namespace corten::dockerfile {

namespace {

// ---- DL3044: an ENV that uses what itself defines -----------------------------------------------

class SelfReferences {
 public:
  SelfReferences(const Lint& lint, Problems& problems) : lint_(lint), problems_(problems) {}

  void judge(const Instruction& env) {
    std::unordered_map<std::string_view, const Pair*> definitions;  // the last one
    for (const Pair& pair : env.pairs) definitions[pair.key] = &pair;
    for (const Pair& pair : env.pairs) {
      if (!pair.value) continue;
      for (const UsedVariable& use : variables_of(lint_, env, *pair.value, pair.value_range)) {
        if (use.name == pair.key || !definitions.contains(use.name)) continue;
        if (is_known(env, use.name)) continue;
        Problem& problem = problems_.add(
            use.range, fmt::format("{} gets its value only after this ENV", printable(use.name)));
        if (definitions[use.name] < &pair) problem.fix = split_env(lint_, env, pair);
        if (like_hadolint(lint_)) return;
      }
    }
  }

  // hadolint keeps names across stages.
  void learn(const Instruction& definition) {
    if (!like_hadolint(lint_)) return;
    for (const Pair& pair : definition.pairs) seen_.insert(pair.key);
  }

 private:
  [[nodiscard]] bool is_known(const Instruction& env, std::string_view name) const {
    return like_hadolint(lint_) ? seen_.contains(name)
                                : lint_.stages.definition(env, name) != nullptr;
  }

  const Lint& lint_;
  Problems& problems_;
  std::unordered_set<std::string_view> seen_;
};

void self_references(const Lint& lint, Problems& problems) {
  SelfReferences references(lint, problems);
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.broken) continue;
    if (instruction.keyword == Keyword::Env) references.judge(instruction);
    if (instruction.keyword == Keyword::Env || instruction.keyword == Keyword::Arg) {
      references.learn(instruction);
    }
  }
}

// ---- DL3064: secrets ----------------------------------------------------------------------------

// Says where the secret is, or is about the tokens of a language model.
bool is_harmless(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower.ends_with("_file") || lower.ends_with("_path") || lower.contains("tokeniz");
}

void judge_names(const Lint& lint, const Instruction& instruction, Problems& problems) {
  for (const Pair& pair : instruction.pairs) {
    const std::string name = plain(lint, pair.key);
    if (!content::is_sensitive_for_hadolint(name)) continue;
    if (!like_hadolint(lint) && is_harmless(name)) continue;
    problems.add(pair.key_range, fmt::format("the value of {} can be read in the image's history",
                                             printable(name)));
    if (like_hadolint(lint)) return;
  }
}

void sensitive_names(const Lint& lint, Problems& problems) {
  for (const Instruction& outer : lint.file.instructions) {
    const bool is_trigger = outer.keyword == Keyword::Onbuild && outer.nested != nullptr;
    const Instruction& instruction = is_trigger ? *outer.nested : outer;
    const bool defines = instruction.keyword == Keyword::Arg || instruction.keyword == Keyword::Env;
    if (defines && !instruction.broken) judge_names(lint, instruction, problems);
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3044", FindingKind::Misconfiguration, Severity::High,
      "ENV uses a variable that the same ENV defines",
      "All values of one ENV are worked out before any of them is set. The reference gets what the "
      "variable was before, here nothing, and not the value that stands beside it.",
      "define the variable in an ENV of its own, above",
      "FROM debian:12\nENV APP=/opt/app BIN=$APP/bin\n",
      "FROM debian:12\nENV APP=/opt/app\nENV BIN=$APP/bin\n", "",
      "https://docs.docker.com/reference/dockerfile/#environment-replacement"},
     Default::On,
     self_references},
    {{"DL3064", FindingKind::Secret, Severity::Medium, "a variable is named like a secret",
      "Values of ENV are part of the image, and values of ARG stay in its history: whoever can "
      "pull the image can read them. A secret mount gives a RUN the value and leaves nothing "
      "behind; at run time secrets come from outside.",
      "mount the secret: RUN --mount=type=secret,id=api_token", "FROM debian:12\nARG API_TOKEN\n",
      "FROM debian:12\nRUN --mount=type=secret,id=api_token true\n", "",
      "https://docs.docker.com/build/building/secrets/"},
     Default::On,
     sensitive_names},
});

}  // namespace

std::span<const Rule> hadolint_variable_rules() { return kRules; }

}  // namespace corten::dockerfile
