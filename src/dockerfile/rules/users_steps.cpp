// Steps that an unprivileged user cannot do while the image is built.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "dockerfile/users.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

// Whether the command runs as somebody else than USER: behind sudo, su, gosu …, or in their string.
bool is_escalated(const shell::Script& script, const shell::Command& command) {
  constexpr auto kChangers = std::to_array<std::string_view>(
      {"sudo", "doas", "su", "gosu", "su-exec", "runuser", "fakeroot", "chroot", "setpriv"});
  const shell::Command* one = &command;
  for (std::size_t depth = 0; depth <= shell::kMaxNesting; ++depth) {
    for (const std::string_view wrapper : shell::wrappers_of(*one)) {
      if (is_among(wrapper, kChangers)) return true;
    }
    const shell::Invocation call = shell::seen_through(*one);
    if (!call.empty() && is_among(call.base(), kChangers)) return true;
    if (one->enclosing.command >= script.commands.size() ||
        one->enclosing.place == shell::Enclosing::Place::Compound)
      return false;
    one = &script.commands[one->enclosing.command];
  }
  return false;
}

bool needs_root(const shell::PackageOperation& operation) {
  using enum shell::PackageVerb;
  constexpr auto kVerbs =
      std::to_array<shell::PackageVerb>({Install, Update, Upgrade, DistUpgrade, Remove, Reinstall});
  return shell::is_system_manager(operation.manager) &&
         std::ranges::find(kVerbs, operation.verb) != kVerbs.end() &&
         !shell::has_flag(operation.call, {"root", "installroot", "version", "help"});
}

// Folders that images hand to everybody: gems of ruby, toolchains of rust, modules of go.
bool is_shared_folder(std::string_view path) {
  constexpr auto kShared = std::to_array<std::string_view>(
      {"/usr/local/bundle", "/usr/local/cargo", "/usr/local/rustup", "/usr/src/app", "/opt/conda"});
  return std::ranges::any_of(kShared,
                             [&](std::string_view folder) { return is_within(path, folder); });
}

bool is_system_path(std::string_view path) {
  constexpr auto kSystem = std::to_array<std::string_view>({"/usr", "/etc", "/opt"});
  return !is_shared_folder(path) && std::ranges::any_of(kSystem, [&](std::string_view folder) {
    return path != folder && is_within(path, folder);
  });
}

class StepsWithoutRights {
 public:
  StepsWithoutRights(const Lint& lint, Problems& problems)
      : lint_(lint), problems_(problems), track_(lint) {}

  void look() {
    for (const RunScript& run : lint_.scripts) {
      if (!run.is_posix_run() || run.is_onbuild() || run.stage == kNone) continue;
      if (lint_.is_windows(run)) continue;
      const EffectiveUser& user = track_.at(*run.outer);
      if (!user.is_unprivileged()) continue;
      look_at_managers(run, user);
      // Who knows what an image has made writable for the user that it starts as.
      if (user.source == UserSource::File) look_at_files(run, user);
    }
  }

 private:
  void look_at_managers(const RunScript& run, const EffectiveUser& user) {
    // Wolfi's base is for installing into, and its tags differ in whom they start as.
    if (user.source == UserSource::KnownImage &&
        lint_.stages.all()[run.stage].base.contains("wolfi"))
      return;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      const shell::Command& command = *operation.call.command;
      if (!needs_root(operation) || is_escalated(run.script, command)) continue;
      const std::string who = user.source == UserSource::File
                                  ? user.as_written()
                                  : fmt::format("{}, as whom the base image starts", user.name);
      const std::uint32_t begin = command.words[operation.call.name_index].range.begin;
      const std::uint32_t end = operation.call.args()[operation.verb_index].range.end;
      problems_
          .add(run.source_range({begin, std::max(begin, end)}),
               fmt::format("{} {} runs as {}", shell::name_of(operation.manager),
                           operation.verb_text, who))
          .fix = as_root(run, user);
      return;  // the others of this RUN fail for the same reason
    }
  }

  void look_at_files(const RunScript& run, const EffectiveUser& user) {
    using Kind = shell::FileEffect::Kind;
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if (effect.kind == Kind::ChangeFolder || effect.kind == Kind::Remove) continue;
      if (is_escalated(run.script, *effect.call.command)) continue;
      for (const std::string& text : effect.paths) {
        const auto path = script_path(lint_, run, text);
        if (!path || !path->starts_with('/') || path->contains("..")) continue;
        if (!is_system_path(*path) || is_prepared(run, *path)) continue;
        problems_
            .add(run.source_range(effect.call.command->range),
                 fmt::format("{} belongs to root, and this runs as {}", *path, user.as_written()))
            .fix = as_root(run, user);
        return;
      }
    }
  }

  // USER behind the step where it stands right in front of it; else root for the step alone.
  [[nodiscard]] std::optional<Fix> as_root(const RunScript& run, const EffectiveUser& user) const {
    const std::string note = "the step runs as root";
    const Instruction* named = user.instruction;
    std::string written(named != nullptr ? named->text.text : std::string_view());
    if (named == nullptr) {
      const BaseImage base = base_of(lint_, lint_.stages.all()[run.stage]);
      const auto uid = is_number(user.name) ? user.name : uid_of(lint_, base, user.name);
      if (!uid) return std::nullopt;
      written = *uid;
    }
    auto after = insert_after(lint_, *run.outer, fmt::format("USER {}", written));
    if (!after) return std::nullopt;
    const bool is_next = named != nullptr && named->index + 1 == run.outer->index;
    if (is_next && UserTrack(lint_).at(*named).is_root()) {
      if (auto removed = remove_instruction(lint_, *named))
        return unsafe_fix({std::move(*removed), std::move(*after)}, note);
    }
    return unsafe_fix({insert_before(lint_, *run.outer, "USER root"), std::move(*after)}, note);
  }

  bool is_prepared(const RunScript& run, const std::string& path) {
    // Images that nothing is known of often bring an application of their own.
    if (is_within(path, "/opt") && !is_base_known(lint_.stages.all()[run.stage])) return true;
    if (!prepared_) prepared_.emplace(lint_);
    return prepared_->covers(path);
  }

  [[nodiscard]] bool is_base_known(const Stage& stage) const {
    const BaseImage base = base_of(lint_, stage);
    return base.facts != nullptr || base.known != nullptr;
  }

  const Lint& lint_;
  Problems& problems_;
  UserTrack track_;
  std::optional<PreparedPaths> prepared_;
};

void steps_without_rights(const Lint& lint, Problems& problems) {
  StepsWithoutRights(lint, problems).look();
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1005", FindingKind::Misconfiguration, Severity::Medium,
      "a step needs root after USER has given it up",
      "After USER every RUN works with the rights of that user. A package manager, or a write "
      "below "
      "/usr, /etc or /opt, fails then; and whoever repairs the build with sudo leaves a way to "
      "root in the image. Steps that need root belong in front of USER.",
      "move the step in front of USER, or give the folder to the user first",
      "FROM debian:12\nRUN useradd app\nUSER app\nRUN apt-get update && apt-get install -y curl\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y curl && useradd app\nUSER app\n",
      "", "https://docs.docker.com/reference/dockerfile/#user"},
     Default::On,
     steps_without_rights},
});

}  // namespace

std::span<const Rule> users_steps_rules() { return kRules; }

}  // namespace corten::dockerfile
