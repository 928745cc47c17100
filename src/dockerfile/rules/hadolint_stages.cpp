// What stages have, what they are called, and what stands in front of them.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/inheritance.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

// ---- DL3057: health checks ----------------------------------------------------------------------

bool has_healthcheck(const Lint& lint, const Stage& stage) {
  for (const Instruction& instruction : lint.stages.instructions(stage)) {
    if (instruction.keyword == Keyword::Healthcheck) return true;
  }
  if (like_hadolint(lint) || stage.parent != kNone) return false;
  const BaseFacts* facts = lint.base_facts(stage.base);
  return facts != nullptr && facts->has_healthcheck;
}

void missing_healthcheck(const Lint& lint, Problems& problems) {
  if (lint.options.for_kubernetes && !like_hadolint(lint)) return;
  const std::span<const Stage> all = lint.stages.all();
  std::vector<bool> own(all.size());
  for (const Stage& stage : all) own[stage.index] = has_healthcheck(lint, stage);
  const std::vector<bool> have = with_relatives(lint, own);
  for (const Stage& stage : all) {
    if (have[stage.index] || stage.from->broken) continue;
    problems.add(stage.from->range, "the stage has no HEALTHCHECK");
  }
}

// ---- DL3061: before the first FROM --------------------------------------------------------------

void before_from(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.stages.before_first()) {
    const bool is_known = instruction.keyword != Keyword::Unknown && !instruction.broken;
    if (!is_known || instruction.keyword == Keyword::Arg) continue;
    problems.add(instruction.keyword_range,
                 fmt::format("{} has no image to work on: there is no FROM before it",
                             name_of(instruction.keyword)));
  }
}

// ---- DL3063, DL3065: names and platforms --------------------------------------------------------

void reserved_alias(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const std::string alias =
        like_hadolint(lint) ? std::string(stage.alias) : to_lower(stage.alias);
    if (alias != "scratch" && alias != "context") continue;
    problems.add(stage.alias_range,
                 fmt::format("{} already has a meaning of its own", stage.alias));
  }
}

void redundant_platform(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const Flag* flag = stage.from->flag("platform");
    if (flag == nullptr || !flag->value) continue;
    if (*flag->value != "$TARGETPLATFORM" && *flag->value != "${TARGETPLATFORM}") continue;
    Problem& problem = problems.add(flag->range, "FROM takes the target's platform anyway");
    problem.fix = safe_fix(remove_flag(lint, *flag));
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3057", FindingKind::Misconfiguration, Severity::Low, "a stage has no health check",
      "Without HEALTHCHECK the engine only knows whether the process lives, not whether it still "
      "answers. Compose and Swarm restart and order containers by it; Kubernetes has probes of its "
      "own and does not look at it.",
      "add a HEALTHCHECK to the final stage", "FROM nginx:1.29\n",
      "FROM nginx:1.29\nHEALTHCHECK CMD [\"curl\", \"-f\", \"http://localhost/\"]\n",
      "DS-0026 CKV_DOCKER_2", "https://docs.docker.com/reference/dockerfile/#healthcheck"},
     Default::Off,
     missing_healthcheck},
    {{"DL3061", FindingKind::Misconfiguration, Severity::High, "an instruction before FROM",
      "A build begins with its base image: only comments, parser directives and ARG may stand "
      "above the first FROM. The builder refuses anything else there.",
      "move the instruction below the FROM", "LABEL team=\"shop\"\nFROM debian:12\n",
      "FROM debian:12\nLABEL team=\"shop\"\n", "",
      "https://docs.docker.com/reference/dockerfile/#format"},
     Default::On,
     before_from},
    {{"DL3063", FindingKind::Misconfiguration, Severity::Medium,
      "a stage takes a name that has a meaning",
      "scratch is the empty image and context is what the build was started with. A stage of that "
      "name is reached by nobody, or by those who did not mean it.",
      "choose another name for the stage", "FROM debian:12 AS scratch\n",
      "FROM debian:12 AS build\n", "",
      "https://docs.docker.com/reference/build-checks/reserved-stage-name/"},
     Default::On,
     reserved_alias},
    {{"DL3065", FindingKind::Misconfiguration, Severity::Medium,
      "FROM asks for the platform that it gets anyway",
      "Without --platform a stage is built for the platform that the build was asked for, which is "
      "what TARGETPLATFORM holds. The flag says nothing, and readers look for a reason.",
      "leave the flag out", "FROM --platform=$TARGETPLATFORM debian:12\n", "FROM debian:12\n", "",
      "https://docs.docker.com/reference/build-checks/redundant-target-platform/"},
     Default::On,
     redundant_platform},
});

}  // namespace

std::span<const Rule> hadolint_stage_rules() { return kRules; }

}  // namespace corten::dockerfile
