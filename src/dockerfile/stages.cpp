#include "dockerfile/stages.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"
#include "dockerfile/internal/stage_builder.h"

namespace corten::dockerfile {
namespace {

constexpr std::array<std::string_view, 10> kPlatformArguments = {
    "BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT",  "BUILDOSVERSION",
    "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETOSVERSION"};

constexpr std::array<std::string_view, 22> kPredefinedArguments = {
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
    "BUILDKIT_CACHE_MOUNT_NS",
    "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
    "BUILDKIT_INLINE_CACHE",
    "BUILDKIT_MULTI_PLATFORM",
    "BUILDKIT_SANDBOX_HOSTNAME",
    "BUILDKIT_SYNTAX",
    "BUILDKIT_DOCKERFILE_CHECK",
    "BUILDKIT_BUILD_NAME",
    "SOURCE_DATE_EPOCH",
    "TARGETSTAGE",
    "BUILDKIT_CONTEXT_SUBDIR",
    "BUILDKIT_DOCKERFILE_CHECK_EXPERIMENTAL"};

// The latest of the ascending `indices` whose definition stands in [first, before).
const Definition* latest(const std::vector<Definition>& definitions,
                         const std::vector<std::uint32_t>& indices, std::uint32_t first,
                         std::uint32_t before) {
  const auto end = std::partition_point(indices.begin(), indices.end(), [&](std::uint32_t index) {
    return definitions[index].instruction < before;
  });
  if (end == indices.begin()) return nullptr;
  const Definition& found = definitions[*(end - 1)];
  return found.instruction >= first ? &found : nullptr;
}

}  // namespace

bool is_predefined_argument(std::string_view name) {
  return std::ranges::find(kPredefinedArguments, name) != kPredefinedArguments.end();
}

bool is_platform_argument(std::string_view name) {
  return std::ranges::find(kPlatformArguments, name) != kPlatformArguments.end();
}

Stages Stages::build(const Dockerfile& file, const StageOptions& options) {
  return StageBuilder(file, options).build();
}

const Stage* Stages::final_stage() const { return stages_.empty() ? nullptr : &stages_.back(); }

const Stage* Stages::find(std::string_view alias, std::uint32_t before) const {
  const auto found = aliases_.find(to_lower(alias));
  if (found == aliases_.end()) return nullptr;
  const std::vector<std::uint32_t>& stages = found->second;
  const auto end = std::partition_point(stages.begin(), stages.end(), [&](std::uint32_t stage) {
    return stages_[stage].from->index < before;
  });
  return end == stages.begin() ? nullptr : &stages_[*(end - 1)];
}

const Stage* Stages::stage_of(const Instruction& instruction) const {
  if (instruction.index >= stage_of_.size()) return nullptr;
  const std::uint32_t stage = stage_of_[instruction.index];
  return stage == kNone ? nullptr : &stages_[stage];
}

std::span<const Instruction> Stages::instructions(const Stage& stage) const {
  return std::span(file_->instructions).subspan(stage.first, stage.end - stage.first);
}

std::span<const Instruction> Stages::before_first() const {
  const std::size_t end =
      stages_.empty() ? file_->instructions.size() : stages_.front().from->index;
  return std::span(file_->instructions).first(end);
}

const Instruction* Stages::instruction_at(std::uint32_t index) const {
  return index < file_->instructions.size() ? &file_->instructions[index] : nullptr;
}

const Instruction* Stages::shell_at(const Instruction& instruction) const {
  return instruction.index < before_.size() ? instruction_at(before_[instruction.index].shell)
                                            : nullptr;
}

const Instruction* Stages::user_at(const Instruction& instruction) const {
  return instruction.index < before_.size() ? instruction_at(before_[instruction.index].user)
                                            : nullptr;
}

WorkDir Stages::workdir_at(const Instruction& instruction) const {
  if (instruction.index >= before_.size()) return {};
  const std::uint32_t index = before_[instruction.index].workdir;
  return index == kNone ? WorkDir() : workdirs_[index];
}

const Instruction* Stages::shell_of(const Stage& stage) const {
  return instruction_at(after_[stage.index].shell);
}

const Instruction* Stages::user_of(const Stage& stage) const {
  return instruction_at(after_[stage.index].user);
}

WorkDir Stages::workdir_of(const Stage& stage) const {
  const std::uint32_t index = after_[stage.index].workdir;
  return index == kNone ? WorkDir() : workdirs_[index];
}

const Definition* Stages::find_definition(std::string_view name, std::uint32_t stage,
                                          std::uint32_t before) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const Names& names = found->second;
  if (stage == kNone) return latest(definitions_, names.args, 0, before);
  const Definition* arg = nullptr;
  for (std::size_t depth = 0; stage != kNone && depth < kMaxInheritance; ++depth) {
    const std::uint32_t first = stages_[stage].first;
    if (const Definition* env = latest(definitions_, names.envs, first, before)) return env;
    if (arg == nullptr) arg = latest(definitions_, names.args, first, before);
    stage = stages_[stage].parent;
    if (stage != kNone) before = stages_[stage].end;
  }
  return arg;
}

bool Stages::is_global(const Instruction& instruction) const {
  return instruction.keyword == Keyword::From || instruction.index >= stage_of_.size() ||
         stage_of_[instruction.index] == kNone;
}

const Definition* Stages::definition(const Instruction& instruction, std::string_view name) const {
  if (instruction.index >= stage_of_.size()) return nullptr;
  if (!is_global(instruction))
    return find_definition(name, stage_of_[instruction.index], instruction.index);
  return find_definition(name, kNone, std::min(end_of_globals(), instruction.index));
}

std::uint32_t Stages::end_of_globals() const {
  return stages_.empty() ? kNone : stages_.front().from->index;
}

std::vector<const Definition*> Stages::visible_at(const Instruction& instruction) const {
  std::vector<const Definition*> out;
  std::unordered_set<std::string_view> seen;
  const bool global = is_global(instruction);
  std::uint32_t stage = global ? kNone : stage_of_[instruction.index];
  std::uint32_t before = global ? std::min(end_of_globals(), instruction.index) : instruction.index;
  for (std::size_t depth = 0; depth < kMaxInheritance; ++depth) {
    const std::uint32_t first = stage == kNone ? 0 : stages_[stage].first;
    auto end = std::ranges::lower_bound(definitions_, before, {}, &Definition::instruction);
    while (end != definitions_.begin() && (end - 1)->instruction >= first) {
      --end;
      if (!seen.insert(end->name).second) continue;
      if (out.size() == kMaxVisible) return out;
      out.push_back(&*end);
    }
    if (stage == kNone || stages_[stage].parent == kNone) break;
    stage = stages_[stage].parent;
    before = stages_[stage].end;
  }
  return out;
}

std::optional<Value> Stages::builtin(std::string_view name) const {
  const auto found =
      std::ranges::find(builtins_, name, &std::pair<std::string_view, std::string>::first);
  if (found == builtins_.end()) return std::nullopt;
  return Value{found->second, true};
}

std::optional<Value> Stages::lookup(const Instruction& instruction, std::string_view name) const {
  if (const Definition* found = definition(instruction, name)) {
    return Value{found->value, found->known && found->has_value};
  }
  return is_global(instruction) ? builtin(name) : std::nullopt;
}

Expansion Stages::expand_at(const Instruction& instruction, std::string_view word) const {
  ExpandOptions options;
  options.escape = file_->escape;
  const Lookup values = [&](std::string_view name) { return lookup(instruction, name); };
  return expand(word, values, options);
}

}  // namespace corten::dockerfile
