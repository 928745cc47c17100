// Modes that give too much: files that everybody may write to, programs with the rights of their
// owner.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dockerfile/rules/account.h"
#include "dockerfile/rules/file_mode.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "shell/files.h"

namespace corten::dockerfile {

namespace {

// A mode that a RUN sets, or --chmod of COPY and ADD.
struct SetMode {
  Range range;
  std::string text;
  std::vector<std::string> paths;
  bool makes_folder = false;
  const RunScript* run = nullptr;  // of a command
  const shell::FileEffect* effect = nullptr;
  const Instruction* copy = nullptr;  // of --chmod
};

template <typename Visit>
void for_each_mode(const Lint& lint, Visit visit) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run()) continue;
    for (const shell::FileEffect& effect : shell::file_effects(run.script)) {
      if (effect.kind != shell::FileEffect::Kind::Mode || effect.mode.empty()) continue;
      const auto text = script_path(lint, run, effect.mode);
      if (!text) continue;
      const shell::Invocation& call = effect.call;
      const bool folder = call.base() == "mkdir" || shell::has_flag(call, {"d", "directory"});
      visit(SetMode{run.source_range(words_range(call)), *text, effect.paths,
                    folder && call.base() != "chmod", &run, &effect});
    }
  }
  for (const Instruction& outer : lint.file.instructions) {
    const Instruction& copy = outer.nested != nullptr ? *outer.nested : outer;
    if (copy.keyword != Keyword::Copy && copy.keyword != Keyword::Add) continue;
    const Flag* flag = copy.flag("chmod");
    if (flag == nullptr || !flag->value) continue;
    const Expansion value = lint.stages.expand_at(outer, *flag->value);
    if (!value.resolved) continue;
    SetMode made{flag->range, value.text, {}, false, nullptr, nullptr, &copy};
    if (!copy.words.empty()) made.paths.emplace_back(copy.words.back().text);
    visit(made);
  }
}

// The mode rewritten where it stands; nullopt where a variable holds it.
std::optional<TextEdit> rewritten(const SetMode& made, Given given) {
  const auto text = mode_without(made.text, given);
  if (!text) return std::nullopt;
  if (made.copy != nullptr) {
    const Flag& flag = *made.copy->flag("chmod");
    if (flag.value != made.text) return std::nullopt;
    const Range range = flag.value_range;
    return range.size() == made.text.size() ? std::optional(TextEdit{range, *text}) : std::nullopt;
  }
  const shell::Command& command = *made.effect->call.command;
  for (const shell::Word& word : made.effect->call.args()) {
    if (!word.literal || word.quoting != shell::Quoting::None) continue;
    const bool is_whole = word.text == made.text;
    const bool is_value = word.text.starts_with('-') && word.text.ends_with(made.text) &&
                          (word.text == "-m" + made.text || word.text == "--mode=" + made.text);
    if (!is_whole && !is_value) continue;
    const std::size_t kept = word.text.size() - made.text.size();
    return replace_word(*made.run, command, word, word.text.substr(0, kept) + *text);
  }
  return std::nullopt;
}

// The unprivileged user that the final image runs as, where it is certain.
std::optional<EffectiveUser> final_user(const Lint& lint) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty()) return std::nullopt;
  const Instruction* user = lint.stages.user_of(*chain.front());
  if (user == nullptr) return std::nullopt;
  EffectiveUser named = user_named_by(lint, *user);
  if (!named.is_unprivileged()) return std::nullopt;
  return named;
}

// Whether one more command may stand in front of this one, joined by &&.
bool can_lead(const shell::Script& script, const shell::Command& command) {
  using enum shell::Connector;
  const bool is_alone =
      command.pipeline == shell::kNone || script.pipelines[command.pipeline].elements.size() == 1;
  const auto before =
      command.pipeline == shell::kNone ? command.before : script.pipelines[command.pipeline].before;
  const bool is_plain = before == None || before == And || before == Sequence || before == Newline;
  return is_alone && is_plain && !command.negated && !command.in_condition &&
         !command.nested_script && command.enclosing.place == shell::Enclosing::Place::None &&
         command.assignments.empty() && command.redirections.empty();
}

// `chown USER PATHS && ` in front of `chmod MODE PATHS`: who was to write still can.
std::optional<TextEdit> owner_first(const Lint& lint, const SetMode& made) {
  const auto user = final_user(lint);
  if (!user) return std::nullopt;
  const BaseImage base = base_of(lint, *lint.stages.final_chain().front());
  if (made.copy != nullptr) {
    if (made.copy->flag("chown") != nullptr || !is_account_at(lint, base, user->name, *made.copy))
      return std::nullopt;
    const std::uint32_t at = made.copy->keyword_range.end;
    return TextEdit{{at, at}, fmt::format(" --chown={}", user->as_written())};
  }
  const shell::Invocation& call = made.effect->call;
  const bool is_chmod = call.base() == "chmod" && !call.wrapped() && lint.is_in_final(*made.run);
  const std::vector<const shell::Word*> operands = shell::operands(call);
  if (!is_chmod || operands.size() < 2 || made.run->instruction->form == Form::Exec ||
      !can_lead(made.run->script, *call.command) ||
      !is_account_at(lint, base, user->name, *made.run->outer) ||
      operands.back() != &call.command->words.back())
    return std::nullopt;
  const std::string_view paths =
      made.run->script.raw({operands[1]->range.begin, operands.back()->range.end});
  const std::uint32_t at = made.run->source_range(call.command->range).begin;
  return TextEdit{{at, at},
                  fmt::format("chown {}{} {} && ", made.effect->recursive ? "-R " : "",
                              user->as_written(), trim(paths))};
}

std::optional<Fix> narrower(const Lint& lint, const SetMode& made) {
  auto mode = rewritten(made, Given::OthersWrite);
  if (!mode) return std::nullopt;
  auto owner = owner_first(lint, made);
  if (!owner)
    return unsafe_fix(std::move(mode), "only the owner and its group may write to it then");
  std::string note =
      fmt::format("only {} and its group may write to it then", final_user(lint)->as_written());
  return unsafe_fix({std::move(*owner), std::move(*mode)}, std::move(note));
}

bool is_temporary(std::string_view path) {
  while (path.size() > 1 && (path.ends_with('/') || path.ends_with('*'))) path.remove_suffix(1);
  return path == "/tmp" || path == "/var/tmp" || path == "/dev/shm" || path == "/run/lock" ||
         path.ends_with("/.X11-unix") || path.ends_with("/.ICE-unix");
}

void world_writable(const Lint& lint, Problems& problems) {
  std::size_t fixes = 0;
  for_each_mode(lint, [&](const SetMode& made) {
    const FileMode mode = mode_of(made.text);
    if (!mode.others_write) return;
    const bool all_temporary = !made.paths.empty() && std::ranges::all_of(made.paths, is_temporary);
    if (mode.sticky && all_temporary) return;
    const bool all_devices =
        !made.paths.empty() && std::ranges::all_of(made.paths, [](std::string_view path) {
          return path.starts_with("/dev/") || path.starts_with("/proc/");
        });
    if (all_devices) return;
    Problem& problem = problems.add(
        made.range, fmt::format("{} lets everybody write to {}", made.text,
                                made.paths.empty() ? std::string("it") : made.paths.front()));
    // Everybody may add files, but only their owners remove them.
    if (mode.sticky) problem.severity = Severity::Low;
    if (fixes++ < kMostCostlyFixes) problem.fix = narrower(lint, made);
  });
}

std::string_view dangerous_capability(std::string_view text) {
  constexpr auto kDangerous = std::to_array<std::string_view>(
      {"cap_sys_admin", "cap_setuid", "cap_setgid", "cap_dac_override", "cap_dac_read_search",
       "cap_sys_module", "cap_sys_ptrace", "cap_sys_rawio"});
  const std::string lower = to_lower(text);
  const auto* found =
      std::ranges::find_if(kDangerous, [&](std::string_view one) { return lower.contains(one); });
  return found == kDangerous.end() ? std::string_view() : *found;
}

void capabilities(const Lint& lint, Problems& problems) {
  for (const RunScript& run : lint.scripts) {
    if (!run.is_posix_run()) continue;
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty() || call.base() != "setcap" || shell::has_flag(call, {"r"})) continue;
      for (const shell::Word& word : call.args()) {
        const std::string_view found = dangerous_capability(word.text);
        // "cap_x-ep" takes away.
        if (found.empty() || word.text.find_first_of("+=") == std::string::npos) continue;
        problems.add(run.source_range(word.range),
                     fmt::format("{} gives a program nearly all that root has", found));
        break;
      }
    }
  }
}

void setuid_files(const Lint& lint, Problems& problems) {
  for_each_mode(lint, [&](const SetMode& made) {
    const FileMode mode = mode_of(made.text);
    if (!mode.setuid && !mode.setgid) return;
    // On a folder the bit only hands the group down to new files.
    if (made.makes_folder && !mode.setuid) return;
    problems
        .add(made.range,
             fmt::format("{} makes {} run with the rights of its {}", made.text,
                         made.paths.empty() ? std::string("the file") : made.paths.front(),
                         mode.setuid ? "owner" : "group"))
        .fix = unsafe_fix(rewritten(made, Given::SetId),
                          "the program then has no more rights than who starts it");
  });
  capabilities(lint, problems);
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL1009", FindingKind::Misconfiguration, Severity::Medium, "everybody may write to the files",
      "With the mode 777 or 666 every process in the container, and everybody who shares a volume "
      "with it, can change the files: code included. It is most often a way around a wrong owner. "
      "Shared folders such as /tmp have the sticky bit: 1777.",
      "set the owner with --chown or chown, and keep others from writing: 755, 644",
      "FROM debian:12\nRUN mkdir /data && chmod 777 /data\n",
      "FROM debian:12\nRUN install -d -o 10001 -m 750 /data\n", "", ""},
     Default::On,
     world_writable},
    {{"CL1010", FindingKind::Misconfiguration, Severity::High,
      "a program gets the rights of its owner",
      "A setuid or setgid program, or one with strong capabilities, runs with more rights than who "
      "starts it. A flaw in it makes an unprivileged user root, which is what USER was meant to "
      "prevent. Containers seldom need one.",
      "leave the bit out; give the container the one capability that it needs when it is started",
      "FROM debian:12\nRUN chmod u+s /usr/bin/find\n",
      "FROM debian:12\nRUN chmod u-s /usr/bin/su\n", "CIS-DI-0008", ""},
     Default::On,
     setuid_files},
});

}  // namespace

std::span<const Rule> users_modes_rules() { return kRules; }

}  // namespace corten::dockerfile
