// Commands that a RUN should not need, and pipes whose failures are lost.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/rules/tables.h"
#include "image/known_images.h"
#include "image/reference.h"

namespace corten::dockerfile {

namespace {

// ---- DL3001 -------------------------------------------------------------------------------------

constexpr auto kInteractive = std::to_array<std::string_view>(
    {"free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"});

bool has_ssh_mount(const RunScript& run) {
  return std::ranges::any_of(run.instruction->flags, [](const Flag& flag) {
    return flag.name == "mount" && flag.value && flag.value->contains("type=ssh");
  });
}

// `daemon & …; kill $!`: the process is the RUN's own.
bool ends_own_process(const RunScript& run, const Call& call) {
  return call.tool == "kill" &&
         std::ranges::any_of(run.script.pipelines, [](const shell::Pipeline& pipeline) {
           return pipeline.after == shell::Connector::Background;
         });
}

void useless_command(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (std::ranges::find(kInteractive, call.tool) == kInteractive.end()) return {};
                if (!like_hadolint(lint)) {
                  // The keys are lent to the build: it is meant to go somewhere with them.
                  if (call.tool == "ssh" && has_ssh_mount(run)) return {};
                  if (ends_own_process(run, call)) return {};
                }
                return Verdict{name_range(call),
                               fmt::format("{} has nothing to act on in a build", call.tool)};
              });
}

// ---- DL3003 -------------------------------------------------------------------------------------

// Commands in front of `cd` that do not change what a WORKDIR in their place would do.
constexpr auto kPreparations =
    std::to_array<std::string_view>({"set", "mkdir", "export", "echo", ":", "true"});

// In the shell of the RUN itself, and in any case.
bool is_straight(const shell::Command& command) {
  return command.subshell_depth == 0 && command.compound == shell::kNone &&
         command.enclosing.place == shell::Enclosing::Place::None && !command.nested_script;
}

// The folder is found out by the RUN itself, so WORKDIR cannot name it.
bool is_computed(const shell::Script& script, const shell::Word& folder) {
  if (!folder.substitutions.empty()) return true;
  return std::ranges::any_of(folder.variables, [&](const shell::VariableReference& variable) {
    return std::ranges::any_of(script.definitions, [&](const shell::Definition& definition) {
      return definition.name == variable.name;
    });
  });
}

bool walks(std::string_view tool) { return tool == "cd" || tool == "pushd" || tool == "popd"; }

// The one `cd` of a RUN that a WORKDIR could stand for: the first command that does something, or
// one that nothing comes after. Going to several folders is a matter of the RUN alone.
void judge_folder(const Lint& lint, Problems& problems, const RunScript& run) {
  const shell::Script& script = run.script;
  std::optional<Call> found;
  bool only_preparations = true;
  bool is_last = false;
  for (const shell::Command& command : script.commands) {
    const std::optional<Call> call = call_of(lint, command);
    if (!call) continue;
    // What stands inside another command, as `$(…)`, does not change the folder.
    if (!is_straight(command)) {
      if (!found) only_preparations = false;
      is_last = false;
      continue;
    }
    if (walks(call->tool)) {
      if (found || call->tool != "cd") return;
      found = call;
      is_last = true;
      continue;
    }
    is_last = false;
    if (!found && std::ranges::find(kPreparations, call->tool) == kPreparations.end()) {
      only_preparations = false;
    }
  }
  if (!found) return;
  const bool in_pipe = found->command->pipeline != shell::kNone &&
                       script.pipelines[found->command->pipeline].elements.size() > 1;
  if (in_pipe || (!found->args().empty() && is_computed(script, found->args().front()))) return;
  const Range range = run.source_range(words_range(*found));
  if (is_last) {
    Problem& problem = problems.add(range, "the folder is forgotten at the end of this RUN");
    problem.fix = workdir_for_cd(lint, run, *found);
  } else if (only_preparations) {
    Problem& problem = problems.add(range,
                                    "all of this RUN happens there, which WORKDIR says for "
                                    "the lines below too");
    problem.severity = Severity::Low;
    problem.fix = workdir_for_cd(lint, run, *found);
  }
}

void change_of_folder(const Lint& lint, Problems& problems) {
  if (like_hadolint(lint)) {
    judge_calls(lint, problems, Triggers::LeftOut,
                [](const RunScript&, const Call& call) -> std::optional<Verdict> {
                  if (call.tool != "cd") return {};
                  return Verdict{words_range(call),
                                 "the folder is forgotten at the end of this RUN"};
                });
    return;
  }
  for (const RunScript& run : lint.scripts) {
    if (is_judged(lint, run, Triggers::LeftOut)) judge_folder(lint, problems, run);
  }
}

// ---- DL3004, DL3027, DL4005 ---------------------------------------------------------------------

void use_of_sudo(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                // Also among the wrappers: `env X=1 sudo make`.
                for (std::size_t i = 0; i <= call.name_index; ++i) {
                  const shell::Word& word = call.command->words[i];
                  const std::string_view name =
                      like_hadolint(lint) ? std::string_view(word.text) : base_name(word.text);
                  if (name != "sudo" || word.text.starts_with('-')) continue;
                  return Verdict{.range = word.range,
                                 .evidence = "what follows runs as root by way of sudo",
                                 .fix = without_sudo(lint, run, call, i)};
                }
                return {};
              });
}

void use_of_apt(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (call.tool != "apt") return {};
                return Verdict{.range = name_range(call),
                               .evidence = "apt is for people at a terminal",
                               .fix = apt_get_for_apt(run, call)};
              });
}

void link_of_shell(const Lint& lint, Problems& problems) {
  judge_calls(lint, problems, Triggers::Included,
              [&](const RunScript& run, const Call& call) -> std::optional<Verdict> {
                if (!is_call(call, "ln", {"/bin/sh"})) return {};
                return Verdict{.range = words_range(call),
                               .evidence = "/bin/sh becomes another program for all users",
                               .fix = shell_for_link(lint, run)};
              });
}

// ---- DL4001 -------------------------------------------------------------------------------------

// Where the stage used each of the two first.
struct Fetchers {
  const Instruction* curl = nullptr;
  const Instruction* wget = nullptr;
  bool began_with_curl = false;
};

void judge_fetchers(const Lint& lint, Problems& problems, const RunScript& run, Fetchers& seen) {
  std::optional<Call> place;  // of the tool that came second, if the RUN has it
  bool is_second = false;
  for (const shell::Command& command : run.script.commands) {
    const std::optional<Call> call = call_of(lint, command);
    if (!call || (call->tool != "curl" && call->tool != "wget")) continue;
    const bool is_curl = call->tool == "curl";
    if (seen.curl == nullptr && seen.wget == nullptr) seen.began_with_curl = is_curl;
    const Instruction*& first_use = is_curl ? seen.curl : seen.wget;
    if (first_use == nullptr) first_use = run.outer;
    if (!place || (!is_second && is_curl != seen.began_with_curl)) {
      place = call;
      is_second = is_curl != seen.began_with_curl;
    }
  }
  if (!place || seen.curl == nullptr || seen.wget == nullptr) return;
  problems.add(run.source_range(name_range(*place)),
               fmt::format("line {} uses curl and line {} uses wget", seen.curl->first_line,
                           seen.wget->first_line));
}

void two_fetchers(const Lint& lint, Problems& problems) {
  std::uint32_t stage = kNone;
  Fetchers of_stage;
  Fetchers of_triggers;
  for (const RunScript& run : lint.scripts) {
    if (run.stage != stage) {
      of_stage = {};
      of_triggers = {};
      stage = run.stage;
    }
    if (!is_judged(lint, run, Triggers::Included)) continue;
    judge_fetchers(lint, problems, run, run.is_onbuild() ? of_triggers : of_stage);
  }
}

// ---- DL4006 -------------------------------------------------------------------------------------

bool knows_pipefail(const Lint& lint, const RunScript& run, std::string_view program) {
  if (program == "bash" || program == "zsh" || program == "ash") return true;
  if (like_hadolint(lint)) return false;
  if (program == "ksh" || program == "busybox") return true;
  if (program != "sh" || run.stage == kNone) return false;
  // There sh is busybox's, which has the option.
  const auto reference = image::parse_reference(lint.stages.all()[run.stage].base);
  const image::KnownImage* known = reference ? image::find_known_image(*reference) : nullptr;
  return known != nullptr && (known->family == image::ImageFamily::Alpine ||
                              known->family == image::ImageFamily::Busybox);
}

bool shell_is_told_pipefail(const Lint& lint, const RunScript& run) {
  const Instruction* shell = lint.stages.shell_at(*run.outer);
  return shell != nullptr && std::ranges::any_of(shell->words, [](const Word& word) {
           return word.text == "pipefail";
         });
}

bool shell_has_pipefail(const Lint& lint, const RunScript& run) {
  const Instruction* shell = lint.stages.shell_at(*run.outer);
  if (shell == nullptr || !shell_is_told_pipefail(lint, run)) return false;
  if (like_hadolint(lint)) {
    const Stage* own = lint.stages.stage_of(*run.outer);
    if (own != nullptr && shell->index < own->first) return false;
  }
  if (!knows_pipefail(lint, run, base_name(shell->words.front().text))) return false;
  return std::ranges::any_of(shell->words.subspan(1), [](const Word& word) {
    return word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('o');
  });
}

const shell::Command* first_command(const shell::Script& script, const shell::Pipeline& pipeline) {
  const shell::Pipeline::Element& element = pipeline.elements.front();
  std::size_t index = element.index;
  if (element.compound) {
    const shell::Compound& compound = script.compounds[element.index];
    if (compound.first_command >= compound.end_command) return nullptr;
    index = compound.first_command;
  }
  return index < script.commands.size() ? &script.commands[index] : nullptr;
}

// All but the last only print what they are told: their failure is no matter.
bool only_prints(const shell::Script& script, const shell::Pipeline& pipeline) {
  return std::ranges::all_of(std::span(pipeline.elements).first(pipeline.elements.size() - 1),
                             [&](const shell::Pipeline::Element& element) {
                               if (element.compound) return false;
                               const std::string_view name = script.commands[element.index].name();
                               return name == "echo" || name == "printf" || name == "yes";
                             });
}

Range range_of(const RunScript& run, const shell::Pipeline& pipeline) {
  const std::string_view raw = run.script.raw(pipeline.range);
  const std::size_t length = raw.find_last_not_of(" \t\r\n") + 1;
  return run.source_range(
      {pipeline.range.begin, pipeline.range.begin + static_cast<std::uint32_t>(length)});
}

// The problem, or nullptr.
Problem* judge_pipes(const Lint& lint, Problems& problems, const RunScript& run) {
  const shell::Script& script = run.script;
  const bool is_exec = run.instruction->form == Form::Exec;
  const bool better = !like_hadolint(lint);
  // A program of its own, or options that its "#!" and first lines set.
  if (better && script.text.starts_with("#!")) return nullptr;
  // A SHELL that is told pipefail but does not know it leaves the option in the script's state.
  const bool set_counts = better && !shell_is_told_pipefail(lint, run);
  const shell::Pipeline* harmless = nullptr;
  for (const shell::Pipeline& pipeline : script.pipelines) {
    if (pipeline.elements.size() < 2) continue;
    const shell::Command* first = first_command(script, pipeline);
    if (first == nullptr) continue;
    // sh -c "a | b" has its own shell, which SHELL does not reach; in exec form it is all there is.
    if (first->nested_script && !is_exec) continue;
    if (set_counts && first->options.has(shell::Option::PipeFail)) continue;
    if (better && only_prints(script, pipeline)) {
      if (harmless == nullptr) harmless = &pipeline;
      continue;
    }
    return &problems.add(range_of(run, pipeline),
                         "only the last command of this pipe can fail the build");
  }
  if (harmless == nullptr) return nullptr;
  Problem& problem = problems.add(range_of(run, *harmless),
                                  "only the last command of this pipe can fail the build; the "
                                  "first one hardly fails");
  problem.severity = Severity::Info;
  return &problem;
}

void lost_failure(const Lint& lint, Problems& problems) {
  std::uint32_t mended = kNone;  // the last stage with a fix: one SHELL is enough for all its RUNs
  for (const RunScript& run : lint.scripts) {
    if (!is_judged(lint, run, Triggers::LeftOut) || run.script.pipelines.empty()) continue;
    if (shell_has_pipefail(lint, run)) continue;
    const bool in_words = run.instruction->form == Form::Exec && !like_hadolint(lint) &&
                          std::ranges::any_of(run.instruction->words, [](const Word& word) {
                            return word.text == "pipefail";
                          });
    Problem* problem = in_words ? nullptr : judge_pipes(lint, problems, run);
    if (problem == nullptr || run.stage == mended) continue;
    problem->fix = shell_with_pipefail(lint, run);
    if (problem->fix) mended = run.stage;
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL3001", FindingKind::Misconfiguration, Severity::Low,
      "command that makes no sense in a build",
      "A build has no terminal, no services and no processes but its own. Commands that show or "
      "steer a running machine do nothing there that lasts, and often show that a step belongs to "
      "the start of the container.",
      "remove the command, or run it when the container starts",
      "FROM debian:12\nRUN service nginx start\n", "FROM nginx:1.29\nCMD [\"nginx\"]\n", "", ""},
     Default::On,
     useless_command},
    {{"DL3003", FindingKind::Misconfiguration, Severity::Medium, "cd instead of WORKDIR",
      "Each RUN begins in the folder of the last WORKDIR: a `cd` ends with its RUN and does "
      "nothing "
      "for the lines below. WORKDIR lasts, creates the folder, and fails where `cd` would be "
      "overlooked.",
      "put WORKDIR in front of the RUN; a subshell, (cd x && make), keeps a detour to itself",
      "FROM node:22\nRUN cd /app && npm ci\n", "FROM node:22\nWORKDIR /app\nRUN npm ci\n",
      "DS-0013", "https://docs.docker.com/build/building/best-practices/#workdir"},
     Default::On,
     change_of_folder},
    {{"DL3004", FindingKind::Misconfiguration, Severity::High, "sudo in a RUN",
      "A RUN is root unless USER says otherwise, so sudo adds nothing but a setuid program. It "
      "also "
      "behaves oddly without a terminal and does not pass signals on. After USER it is a way back "
      "to root that the finished image keeps.",
      "do what needs root before USER, and drop sudo; to change user at the start use gosu",
      "FROM debian:12\nRUN sudo make install\n", "FROM debian:12\nRUN make install\n",
      "DS-0010 CKV2_DOCKER_1", "https://docs.docker.com/build/building/best-practices/#user"},
     Default::On,
     use_of_sudo},
    {{"DL3027", FindingKind::Misconfiguration, Severity::Medium, "apt instead of apt-get",
      "apt is made for people: its output and options may change with any release, and it says so "
      "itself when it is not on a terminal. apt-get and apt-cache stay as they are.",
      "write apt-get, or apt-cache for searching", "FROM debian:12\nRUN apt update\n",
      "FROM debian:12\nRUN apt-get update\n", "CKV_DOCKER_9", "https://manpages.debian.org/apt.8"},
     Default::On,
     use_of_apt},
    {{"DL4001", FindingKind::Misconfiguration, Severity::Medium, "both curl and wget are used",
      "Either of them does all that a build needs. Two programs that speak to the network are two "
      "to install, to configure for a proxy or a certificate, and to keep free of flaws.",
      "use one of the two for all downloads of the stage",
      "FROM debian:12\nRUN curl -fsSLO https://example.com/a\nRUN wget -q https://example.com/b\n",
      "FROM debian:12\nRUN curl -fsSLO https://example.com/a\nRUN curl -fsSLO "
      "https://example.com/b\n",
      "DS-0014", ""},
     Default::On,
     two_fetchers},
    {{"DL4005", FindingKind::Misconfiguration, Severity::Medium, "ln changes /bin/sh",
      "A link over /bin/sh changes the shell of every script in the image, those of packages "
      "included, which were tested with the other one. An upgrade may set it back. SHELL changes "
      "only what the Dockerfile runs.",
      "write SHELL [\"/bin/bash\", \"-c\"]", "FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n",
      "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n", "",
      "https://docs.docker.com/reference/dockerfile/#shell"},
     Default::On,
     link_of_shell},
    {{"DL4006", FindingKind::Misconfiguration, Severity::Medium,
      "a pipe without pipefail hides failures",
      "The shell takes the status of a pipe from its last command. When an earlier one fails, a "
      "download for example, the build goes on with half of the data or none and is cached as a "
      "success.",
      "put SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] above (ash on Alpine), or begin the "
      "RUN with set -o pipefail",
      "FROM debian:12\nRUN curl -fsSL https://example.com/a | tar -x\n",
      "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n"
      "RUN curl -fsSL https://example.com/a | tar -x\n",
      "", "https://docs.docker.com/build/building/best-practices/#using-pipes"},
     Default::On,
     lost_failure},
});

}  // namespace

std::span<const Rule> hadolint_command_rules() { return kRules; }

}  // namespace corten::dockerfile
