// BuildKit's checks of FROM and of the names of stages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "dockerfile/rules/buildkit_support.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/rules/variables.h"
#include "image/reference.h"

namespace corten::dockerfile {

namespace {

// By the stage that is meant.
std::vector<const Reference*> references_by_target(const Lint& lint) {
  std::vector<const Reference*> out;
  for (const Reference& reference : lint.stages.references()) {
    if (reference.target != kNone) out.push_back(&reference);
  }
  std::ranges::stable_sort(out, {}, &Reference::target);
  return out;
}

// The name in small letters, wherever it is written.
Fix small_name(const Lint& lint, const Stage& stage, std::span<const Reference* const> references) {
  std::vector<TextEdit> edits = {{stage.alias_range, to_lower(stage.alias)}};
  for (const Reference* reference :
       std::ranges::equal_range(references, stage.index, {}, &Reference::target)) {
    const std::string name = to_lower(reference->name);
    // A name by number has no letters, one with quotes is left as it is.
    if (name == reference->name || lint.file.source.text(reference->range) != reference->name)
      continue;
    edits.push_back({reference->range, name});
  }
  return safe_fix(std::move(edits));
}

void stage_name_casing(const Lint& lint, Problems& problems) {
  const std::vector<const Reference*> references = references_by_target(lint);
  for (const Stage& stage : lint.stages.all()) {
    if (stage.alias == to_lower(stage.alias)) continue;
    Problem& problem =
        problems.add(stage.alias_range,
                     fmt::format("the stage {} has capitals in its name", printable(stage.alias)));
    problem.fix = small_name(lint, stage, references);
  }
}

void from_as_casing(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const Instruction& from = *stage.from;
    if (from.broken || from.words.size() != 3) continue;
    const Casing casing = casing_of(from.name);
    if (casing == Casing::Mixed || casing == casing_of(from.words[1].text)) continue;
    const std::string_view as = casing == Casing::Lower ? "as" : "AS";
    Problem& problem =
        problems.add(from.words[1].range, fmt::format("{} goes with {}", printable(from.name), as));
    problem.fix = safe_fix(TextEdit{from.words[1].range, std::string(as)});
  }
}

void duplicate_stage_name(const Lint& lint, Problems& problems) {
  std::unordered_map<std::string, const Stage*> seen;
  for (const Stage& stage : lint.stages.all()) {
    if (stage.alias.empty()) continue;
    const auto [first, is_new] = seen.try_emplace(to_lower(stage.alias), &stage);
    if (is_new) continue;
    problems.add(stage.alias_range,
                 fmt::format("line {} has a stage {} already", first->second->from->first_line,
                             printable(stage.alias)));
  }
}

void reserved_stage_name(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const std::string alias = to_lower(stage.alias);
    if (alias != "scratch" && alias != "context") continue;
    problems.add(stage.alias_range,
                 fmt::format("{} already has a meaning of its own", printable(stage.alias)));
  }
}

// ---- variables ----------------------------------------------------------------------------------

std::vector<UsedVariable> variables_of_from(const Lint& lint, const Instruction& from) {
  std::vector<UsedVariable> uses;
  if (!from.words.empty()) {
    uses = variables_of(lint, from, from.words[0].text, from.words[0].range);
  }
  if (const Flag* flag = from.flag("platform"); flag != nullptr && flag->value) {
    const auto more = variables_of(lint, from, *flag->value, flag->value_range);
    uses.insert(uses.end(), more.begin(), more.end());
  }
  return uses;
}

bool is_undefined(const Lint& lint, const Instruction& from, const UsedVariable& use) {
  return !handles_unset(use.modifier) && !lint.stages.lookup(from, use.name);
}

std::string suggest_global(const Lint& lint, const Instruction& from, std::string_view name) {
  std::vector<std::string_view> candidates = {"BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",
                                              "TARGETPLATFORM", "TARGETOS", "TARGETARCH"};
  for (const Definition* found : lint.stages.visible_at(from)) candidates.push_back(found->name);
  return suggestion(name, candidates);
}

void undefined_arg_in_from(const Lint& lint, Problems& problems) {
  std::size_t suggestions = 0;
  for (const Stage& stage : lint.stages.all()) {
    if (stage.from->broken) continue;
    for (const UsedVariable& use : variables_of_from(lint, *stage.from)) {
      if (!is_undefined(lint, *stage.from, use)) continue;
      const bool suggests = suggestions++ < kMaxSuggestions;
      problems.add(
          use.range,
          fmt::format("no ARG above the first FROM defines {}{}", printable(use.name),
                      suggests ? suggest_global(lint, *stage.from, use.name) : std::string()));
    }
  }
}

void invalid_default_arg_in_from(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const Instruction& from = *stage.from;
    if (from.broken || stage.parent != kNone || !stage.base_written.contains('$')) continue;
    const auto uses = variables_of(lint, from, stage.base_written, stage.base_range);
    const bool is_other_matter = std::ranges::any_of(uses, [&](const UsedVariable& use) {
      return is_undefined(lint, from, use) || use.modifier.ends_with('?');
    });
    if (uses.empty() || is_other_matter || stage.base == "scratch") continue;
    if (image::parse_reference(stage.base)) continue;
    problems.add(stage.base_range,
                 stage.base.empty()
                     ? std::string("without build arguments there is no name of an image here")
                     : fmt::format("without build arguments the image is {}, which is no name",
                                   printable(stage.base)));
  }
}

// ---- platforms ----------------------------------------------------------------------------------

void redundant_target_platform(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const Flag* flag = stage.from->flag("platform");
    if (flag == nullptr || !flag->value) continue;
    if (*flag->value != "$TARGETPLATFORM" && *flag->value != "${TARGETPLATFORM}") continue;
    Problem& problem = problems.add(flag->range, "FROM takes the target's platform anyway");
    problem.fix = safe_fix(remove_flag(lint, *flag));
  }
}

void constant_platform(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    const Flag* flag = stage.from->flag("platform");
    if (flag == nullptr || !flag->value || flag->value->empty() || flag->value->contains('$')) {
      continue;
    }
    const std::string alias = to_lower(stage.alias);
    const std::string platform = to_lower(*flag->value);
    const std::vector<std::string_view> parts = split(platform, '/');
    const bool is_named_so = std::ranges::any_of(
        std::span(parts).first(std::min<std::size_t>(parts.size(), 2)),
        [&](std::string_view part) { return !part.empty() && alias.contains(part); });
    if (is_named_so) continue;
    problems.add(flag->range, fmt::format("the stage is built for {} whatever is asked for",
                                          printable(*flag->value)));
  }
}

// Namespaces of the hub whose images are for one architecture only.
struct PlatformNamespace {
  std::string_view name;
  std::string_view os;
  std::string_view architecture;
};
constexpr auto kNamespaces = std::to_array<PlatformNamespace>({
    {"amd64", "linux", "amd64"},
    {"arm32v5", "linux", "arm"},
    {"arm32v6", "linux", "arm"},
    {"arm32v7", "linux", "arm"},
    {"arm64v8", "linux", "arm64"},
    {"i386", "linux", "386"},
    {"mips64le", "linux", "mips64le"},
    {"ppc64le", "linux", "ppc64le"},
    {"riscv64", "linux", "riscv64"},
    {"s390x", "linux", "s390x"},
    {"winamd64", "windows", "amd64"},
});

std::string_view usual_architecture(std::string_view name) {
  if (name == "x86_64" || name == "x86-64") return "amd64";
  if (name == "aarch64") return "arm64";
  if (name == "armhf" || name == "armel") return "arm";
  return name == "i386" ? "386" : name;
}

// What the image is for as far as its name tells; nullptr if it does not.
const PlatformNamespace* platform_of_image(const Stage& stage) {
  static constexpr PlatformNamespace kWindows = {"", "windows", ""};
  if (stage.parent != kNone || !stage.base_known) return nullptr;
  const auto reference = image::parse_reference(stage.base);
  if (!reference) return nullptr;
  if (reference->registry == "mcr.microsoft.com" &&
      (reference->repository == "windows" || reference->repository.starts_with("windows/"))) {
    return &kWindows;
  }
  if (reference->registry != "docker.io") return nullptr;
  const std::string_view repository = reference->repository;
  const auto* found = std::ranges::find(kNamespaces, repository.substr(0, repository.find('/')),
                                        &PlatformNamespace::name);
  return found == kNamespaces.end() ? nullptr : found;
}

void other_platform(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    if (stage.platform.empty() || !stage.platform_known) continue;
    // A variable is the builder's own platform, or the target's: not known here.
    if (stage.from->flag_value("platform").contains('$')) continue;
    const PlatformNamespace* image = platform_of_image(stage);
    if (image == nullptr) continue;
    const std::string platform = to_lower(stage.platform);
    const std::vector<std::string_view> wanted = split(platform, '/');
    if (wanted.size() < 2) continue;
    const bool fits =
        wanted[0] == image->os &&
        (image->architecture.empty() || usual_architecture(wanted[1]) == image->architecture);
    if (fits) continue;
    problems.add(stage.base_range,
                 fmt::format("{} is not for {}", printable(stage.base), printable(stage.platform)));
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"BK-StageNameCasing", FindingKind::Misconfiguration, Severity::Low,
      "a stage's name has capitals",
      "The builder compares names of stages without regard to case, people do not. Names of images "
      "are in small letters; names of stages stand in the same places.",
      "write the name in small letters", "FROM debian:12 AS Build\n", "FROM debian:12 AS build\n",
      "StageNameCasing", "https://docs.docker.com/reference/build-checks/stage-name-casing/"},
     Default::On,
     stage_name_casing},
    {{"BK-FromAsCasing", FindingKind::Misconfiguration, Severity::Low,
      "FROM and AS are written differently",
      "One keyword of the line is in capitals and the other is not. The builder takes both; "
      "readers "
      "look for a reason.",
      "write both in the same case", "FROM debian:12 as build\n", "FROM debian:12 AS build\n",
      "FromAsCasing", "https://docs.docker.com/reference/build-checks/from-as-casing/"},
     Default::On,
     from_as_casing},
    {{"BK-DuplicateStageName", FindingKind::Misconfiguration, Severity::Medium,
      "two stages have the same name",
      "Whoever refers to the name gets the later stage, and the earlier one can be reached by its "
      "number only. Names that differ in case only are the same.",
      "rename one of the stages", "FROM debian:12 AS build\nFROM debian:12 AS Build\n",
      "FROM debian:12 AS build\nFROM debian:12 AS final\n", "DuplicateStageName DL3024",
      "https://docs.docker.com/reference/build-checks/duplicate-stage-name/"},
     Default::On,
     duplicate_stage_name},
    {{"BK-ReservedStageName", FindingKind::Misconfiguration, Severity::Medium,
      "a stage takes a reserved name",
      "scratch is the empty image and context is what the build was started with. A stage of that "
      "name is reached by nobody, or by those who did not mean it.",
      "choose another name for the stage", "FROM debian:12 AS context\n",
      "FROM debian:12 AS build\n", "ReservedStageName DL3063",
      "https://docs.docker.com/reference/build-checks/reserved-stage-name/"},
     Default::On,
     reserved_stage_name},
    {{"BK-UndefinedArgInFrom", FindingKind::Misconfiguration, Severity::Medium,
      "FROM uses an argument that nothing defines",
      "FROM knows only the ARGs above the first FROM and those that describe platforms. Anything "
      "else is empty, and a build argument of that name has no effect.",
      "add ARG NAME above the first FROM", "FROM debian:${VERSION}\n",
      "ARG VERSION=12\nFROM debian:${VERSION}\n", "UndefinedArgInFrom",
      "https://docs.docker.com/reference/build-checks/undefined-arg-in-from/"},
     Default::On,
     undefined_arg_in_from},
    {{"BK-InvalidBaseImagePlatform", FindingKind::Misconfiguration, Severity::Medium,
      "the base image is for another platform",
      "The flag asks for one platform and the image is made for another. The build fails, or runs "
      "programs in emulation that do not belong to the target.",
      "take the image for that platform, or one for several",
      "FROM --platform=linux/arm64 amd64/debian:12 AS arm64\n",
      "FROM --platform=linux/arm64 arm64v8/debian:12 AS arm64\n", "InvalidBaseImagePlatform",
      "https://docs.docker.com/reference/build-checks/invalid-base-image-platform/"},
     Default::On,
     other_platform},
    {{"BK-RedundantTargetPlatform", FindingKind::Misconfiguration, Severity::Medium,
      "FROM asks for the platform that it gets anyway",
      "Without --platform a stage is built for the platform that the build was asked for, which is "
      "what TARGETPLATFORM holds. The flag says nothing, and readers look for a reason.",
      "leave the flag out", "FROM --platform=$TARGETPLATFORM debian:12\n", "FROM debian:12\n",
      "RedundantTargetPlatform DL3065",
      "https://docs.docker.com/reference/build-checks/redundant-target-platform/"},
     Default::On,
     redundant_target_platform},
    {{"BK-InvalidDefaultArgInFrom", FindingKind::Misconfiguration, Severity::Medium,
      "without build arguments FROM names no image",
      "The defaults of the arguments leave FROM without a valid name. Whoever builds the file "
      "without knowing the arguments gets an error that does not say so, and tools that read the "
      "file cannot tell the base.",
      "give the ARG a default that makes a valid name", "ARG TAG\nFROM debian:${TAG}\n",
      "ARG TAG=12\nFROM debian:${TAG}\n", "InvalidDefaultArgInFrom",
      "https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/"},
     Default::On,
     invalid_default_arg_in_from},
    {{"BK-FromPlatformFlagConstDisallowed", FindingKind::Misconfiguration, Severity::Medium,
      "FROM is bound to one platform",
      "A fixed platform makes every build use it, also those for other machines: their image then "
      "holds programs that do not run. A stage that is meant for one platform says so in its name.",
      "leave the flag out, or write --platform=$BUILDPLATFORM for tools",
      "FROM --platform=linux/amd64 debian:12\n", "FROM --platform=$BUILDPLATFORM debian:12\n",
      "FromPlatformFlagConstDisallowed DL3029",
      "https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/"},
     Default::On,
     constant_platform},
});

}  // namespace

std::span<const Rule> buildkit_from_rules() { return kRules; }

}  // namespace corten::dockerfile
