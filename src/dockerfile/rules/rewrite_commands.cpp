// Commands of RUN written anew: cd, sudo, apt, and the shell that runs them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/mount.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

namespace {

// ---- cd -----------------------------------------------------------------------------------------

// Needs no quotes, neither in a shell nor in WORKDIR.
bool is_simple_path(std::string_view path) {
  return !path.empty() && std::ranges::all_of(path, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("/._-+@").contains(c);
  });
}

bool makes_absolute_folders(const shell::Command& mkdir) {
  const shell::Invocation call = shell::as_written(mkdir);
  const auto folders = shell::operands(call);
  // A mode or a context is not given to a folder that WORKDIR has made before.
  const bool is_plain = !shell::has_flag(call, {"m", "mode", "Z", "context"});
  return is_plain && shell::has_flag(call, {"p", "parents"}) && !folders.empty() &&
         std::ranges::all_of(folders, [](const shell::Word* word) {
           return word->literal && word->text.starts_with('/');
         });
}

bool stands_by_itself(const shell::Script& script, const shell::Command& command) {
  return command.compound == shell::kNone &&
         command.enclosing.place == shell::Enclosing::Place::None &&
         command.pipeline != shell::kNone &&
         script.pipelines[command.pipeline].elements.size() == 1;
}

// What comes in front of `cd` does the same in the folder where cd goes to.
bool may_come_first(const shell::Script& script, const shell::Command& command, bool is_root) {
  constexpr auto kHarmless = std::to_array<std::string_view>({"set", ":", "true", "echo"});
  if (!stands_by_itself(script, command) || !command.redirections.empty()) return false;
  if (is_among(command.name(), kHarmless)) return true;
  // WORKDIR may give a new folder to root.
  return command.name() == "mkdir" && is_root && makes_absolute_folders(command);
}

const shell::Pipeline* next_pipeline(const shell::Script& script, const shell::Pipeline& before) {
  const shell::Pipeline* next = nullptr;
  for (const shell::Pipeline& pipeline : script.pipelines) {
    if (pipeline.range.begin < before.range.end) continue;
    if (next == nullptr || pipeline.range.begin < next->range.begin) next = &pipeline;
  }
  return next;
}

// Mounts whose targets are below the folder that the RUN begins in.
bool has_relative_mounts(const RunScript& run) {
  return std::ranges::any_of(mounts_of(*run.instruction), [](const Mount& mount) {
    return !mount.target.empty() && !mount.target.starts_with('/');
  });
}

// Whether what follows in the stage, or in one that is built on it, begins in the folder. A stage
// that nothing uses is there to be built by its name, and run.
bool matters_afterwards(const Lint& lint, const RunScript& run) {
  const Stage& stage = lint.stages.all()[run.stage];
  const std::uint32_t next = run.outer->index + 1;
  if (next >= stage.end) return stage.in_final || stage.is_named || !stage.is_used;
  const Instruction& following = lint.file.instructions[next];
  return following.keyword != Keyword::Workdir || following.words.empty() ||
         !following.words.front().text.starts_with('/');
}

std::optional<Fix> workdir_for_run(const Lint& lint, const RunScript& run,
                                   const std::string& target) {
  if (!run.instruction->flags.empty() || has_comments_inside(lint.file, *run.instruction))
    return std::nullopt;
  return unsafe_fix(
      TextEdit{run.instruction->range, in_case_of(run.instruction->name, "WORKDIR") + " " + target},
      fmt::format("what follows, and the container, begins in {}", target));
}

// `cd X && ` away; nullopt where something else stands between it and the next command.
std::optional<TextEdit> without_cd(const Lint& lint, const RunScript& run,
                                   const shell::Command& cd) {
  const shell::Script& script = run.script;
  const shell::Pipeline* next = next_pipeline(script, script.pipelines[cd.pipeline]);
  if (next == nullptr) return std::nullopt;
  const std::string_view joint = trim(script.raw({cd.range.end, next->range.begin}));
  if (joint != "&&" && joint != ";") return std::nullopt;
  const Range range{run.source_range(cd.range).begin,
                    run.source_range({next->range.begin, next->range.begin + 1}).begin};
  if (lint.file.source.text(range).contains('#')) return std::nullopt;
  return TextEdit{range, ""};
}

// ---- SHELL --------------------------------------------------------------------------------------

std::string_view shell_of_family(image::ImageFamily family) {
  switch (family) {
    case image::ImageFamily::Debian:
    case image::ImageFamily::Rpm:
      return "/bin/bash";
    case image::ImageFamily::Alpine:
      return "/bin/ash";
    default:
      return {};
  }
}

std::optional<TextEdit> pipefail_in_shell(const Instruction& shell) {
  if (shell.words.size() < 2 || shell.words.back().text != "-c") return std::nullopt;
  const std::string_view program = base_name(shell.words.front().text);
  if (program != "bash" && program != "ash" && program != "zsh" && program != "ksh")
    return std::nullopt;
  const std::uint32_t at = shell.words.back().range.begin;
  return TextEdit{{at, at}, "\"-o\", \"pipefail\", "};
}

}  // namespace

std::optional<Fix> workdir_for_cd(const Lint& lint, const RunScript& run, const Call& cd) {
  const shell::Script& script = run.script;
  const bool is_usable =
      run.instruction == run.outer && run.stage != kNone && run.instruction->form == Form::Shell &&
      run.instruction->heredocs.empty() && script.problems.empty() && !lint.is_windows(run) &&
      !script.text.contains("OLDPWD") && !has_relative_mounts(run);
  if (!is_usable || cd.wrapped() || cd.args().size() != 1) return std::nullopt;
  const shell::Word& word = cd.args().front();
  const auto folder = folder_at(lint, *run.outer);
  if (!folder || !word.literal || !is_simple_path(word.text) || word.text.starts_with('-'))
    return std::nullopt;
  const bool is_certain = folder->is_certain || word.text.starts_with('/');
  const auto target = absolute_path(WorkDir{folder->path, true, true}, word.text);
  if (!target || !is_certain || !stands_by_itself(script, *cd.command)) return std::nullopt;
  if (script.commands.size() == 1) return workdir_for_run(lint, run, *target);
  UserTrack track(lint);
  const bool is_root = !track.at(*run.outer).is_unprivileged();
  for (const shell::Command& command : script.commands) {
    if (&command == cd.command) break;
    if (!may_come_first(script, command, is_root)) return std::nullopt;
  }
  const auto removal = without_cd(lint, run, *cd.command);
  if (!removal) return std::nullopt;
  if (*target == folder->path && folder->is_certain) return safe_fix(removal);
  std::vector<TextEdit> edits = {insert_before(lint, *run.outer, "WORKDIR " + *target), *removal};
  if (!matters_afterwards(lint, run)) return safe_fix(std::move(edits));
  if (!is_simple_path(folder->path)) return std::nullopt;
  auto back = insert_after(lint, *run.outer, "WORKDIR " + folder->path);
  if (!back) return std::nullopt;
  edits.push_back(*std::move(back));
  if (folder->is_certain) return safe_fix(std::move(edits));
  return unsafe_fix(std::move(edits),
                    "what follows begins in / then, whatever folder the base image is in");
}

std::optional<Fix> without_sudo(const Lint& lint, const RunScript& run, const Call& call,
                                std::size_t sudo) {
  constexpr auto kSameForRoot = std::to_array<std::string_view>(
      {"-E", "-H", "-n", "-EH", "-HE", "--preserve-env", "--set-home", "--non-interactive"});
  const std::vector<shell::Word>& words = call.command->words;
  std::size_t end = sudo + 1;
  while (end < words.size() && is_among(words[end].text, kSameForRoot)) ++end;
  if (end == words.size() || words[end].text.starts_with('-')) return std::nullopt;
  UserTrack track(lint);
  const EffectiveUser& user = track.at(*run.outer);
  if (user.is_unprivileged()) return std::nullopt;
  auto edit = remove_words(lint, run, *call.command, sudo, end);
  if (user.is_root()) return safe_fix(std::move(edit));
  return unsafe_fix(std::move(edit), "the build fails if the base image starts as another user");
}

std::optional<Fix> apt_get_for_apt(const RunScript& run, const Call& apt) {
  constexpr auto kSame = std::to_array<std::string_view>(
      {"install", "remove", "purge", "update", "autoremove", "autoclean", "clean", "source",
       "build-dep", "download", "satisfy"});
  constexpr auto kQueries = std::to_array<std::string_view>(
      {"search", "show", "policy", "depends", "rdepends", "showsrc", "madison"});
  const shell::Word& name = name_word(apt);
  const auto verb = std::ranges::find_if(
      apt.args(), [](const shell::Word& word) { return !word.text.starts_with('-'); });
  if (verb == apt.args().end() || !verb->literal || name.text != "apt") return std::nullopt;
  const auto with = [&](std::string_view tool, std::optional<TextEdit> more) -> std::optional<Fix> {
    auto edit = replace_word(run, *apt.command, name, tool);
    if (!edit) return std::nullopt;
    std::vector<TextEdit> edits = {*std::move(edit)};
    if (more) edits.push_back(*std::move(more));
    return safe_fix(std::move(edits));
  };
  if (is_among(verb->text, kSame)) return with("apt-get", std::nullopt);
  if (is_among(verb->text, kQueries)) return with("apt-cache", std::nullopt);
  // apt installs new packages for an upgrade where it has to; apt-get must be told.
  if (verb->text == "upgrade")
    return with("apt-get", insert_argument(run, *apt.command, *verb, "--with-new-pkgs"));
  if (verb->text == "full-upgrade")
    return with("apt-get", replace_word(run, *apt.command, *verb, "dist-upgrade"));
  return std::nullopt;
}

std::optional<Fix> shell_with_pipefail(const Lint& lint, const RunScript& run) {
  if (run.stage == kNone || run.instruction->form == Form::Exec) return std::nullopt;
  const Stage& stage = lint.stages.all()[run.stage];
  if (const Instruction* shell = lint.stages.shell_at(*run.outer)) {
    if (lint.stages.stage_of(*shell) != &stage) return std::nullopt;
    return unsafe_fix(pipefail_in_shell(*shell),
                      "a pipe that went well with a failure in it stops the build");
  }
  const std::string_view program = shell_of_family(base_of(lint, stage).family());
  if (program.empty()) return std::nullopt;
  return unsafe_fix(
      insert_before(lint, *run.outer,
                    fmt::format("SHELL [\"{}\", \"-o\", \"pipefail\", \"-c\"]", program)),
      fmt::format("a pipe that went well with a failure in it stops the build, and "
                  "all that follows in shell form is read by {}",
                  program));
}

std::optional<Fix> shell_for_link(const Lint& lint, const RunScript& run) {
  constexpr auto kShells =
      std::to_array<std::string_view>({"/bin/bash", "/usr/bin/bash", "/bin/zsh", "/bin/ksh"});
  const bool is_usable = run.instruction == run.outer && run.instruction->flags.empty() &&
                         run.instruction->heredocs.empty() && run.script.compounds.empty() &&
                         run.script.problems.empty();
  if (!is_usable || has_comments_inside(lint.file, *run.instruction)) return std::nullopt;
  std::string_view program;
  for (const shell::Command& command : run.script.commands) {
    const shell::Invocation call = shell::as_written(command);
    const auto words = shell::args_without_flags(call);
    if (call.base() == "rm" && words.size() == 1 && words[0]->text == "/bin/sh") continue;
    const bool links = call.base() == "ln" && words.size() == 2 && words[1]->text == "/bin/sh" &&
                       is_among(words[0]->text, kShells);
    if (!links || !program.empty()) return std::nullopt;
    program = words[0]->text;
  }
  if (program.empty()) return std::nullopt;
  return unsafe_fix(TextEdit{run.instruction->range,
                             fmt::format("{} [\"{}\", \"-c\"]",
                                         in_case_of(run.instruction->name, "SHELL"), program)},
                    "scripts that begin with #!/bin/sh are read by the image's own shell");
}

}  // namespace corten::dockerfile
