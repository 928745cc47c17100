// How the image starts and tells that it works.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/rules/account.h"
#include "dockerfile/rules/exec_form.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"
#include "dockerfile/rules/tables.h"
#include "shell/commands.h"
#include "shell/downloads.h"
#include "shell/packages.h"

namespace corten::dockerfile {

namespace {

// Something that may have brought a shell into an image without one: a copy of busybox or of a
// whole root file system, an unpacked archive.
bool may_bring_shell(const Lint& lint, const Instruction& instruction) {
  if (instruction.keyword == Keyword::Shell) return true;
  if (instruction.keyword != Keyword::Copy && instruction.keyword != Keyword::Add) return false;
  if (instruction.words.size() < 2) return true;
  const std::string_view target = instruction.words.back().text;
  const bool to_root = target == "/" || target == "." || target == "./";
  for (const Word& source : instruction.words.first(instruction.words.size() - 1)) {
    const std::string_view text = source.text;
    if (text.contains("busybox") || text.contains("/bin") || text.contains("sh")) return true;
    if (to_root && (instruction.keyword == Keyword::Add || text == "/" || text.ends_with("/") ||
                    text.contains("rootfs") || text.contains("root")))
      return true;
  }
  return lint.stages.expand_at(instruction, target).text.starts_with("/bin");
}

void no_shell(const Lint& lint, Problems& problems) {
  const auto chain = lint.stages.final_chain();
  if (chain.empty() || chain.front()->is_windows) return;
  const BaseImage base = base_of(lint, *chain.front());
  if (base.has_shell() != false) return;
  for (const Stage* stage : chain) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (may_bring_shell(lint, instruction)) return;
    }
  }
  for (const RunScript& run : lint.scripts) {
    if (run.is_onbuild() || !lint.is_in_final(run)) continue;
    const Instruction& command = *run.instruction;
    if (command.form == Form::Shell) {
      Problem& problem =
          problems.add(command.text.range(),
                       fmt::format("{} in shell form needs /bin/sh, which {} does not have",
                                   name_of(command.keyword), base.stage->base));
      if (!run.is_run()) problem.fix = exec_form(lint, *run.outer, command);
      continue;
    }
    if (command.words.empty()) continue;
    const std::string_view program = command.words.front().text;
    if (shell::is_shell(last_part(program))) {
      problems.add(command.words.front().range,
                   fmt::format("{} does not have {}", base.stage->base, program));
    }
  }
}

bool installs(const Lint& lint, std::string_view tool) {
  for (const RunScript& run : lint.scripts) {
    if (!lint.is_in_final(run)) continue;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      if (std::ranges::any_of(operation.packages,
                              [&](const shell::Package& package) { return package.name == tool; }))
        return true;
    }
  }
  return false;
}

// "90s", "5m", "1h30m": seconds, or 0 where it cannot be told.
double seconds_of(std::string_view text) {
  double total = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<unsigned>(text.substr(0, digits));
    if (!number) return 0;
    text.remove_prefix(digits);
    const std::size_t unit_size = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view unit = text.substr(0, unit_size);
    text.remove_prefix(unit_size);
    constexpr double kMinute = 60;
    constexpr double kHour = 3600;
    if (unit == "h") {
      total += *number * kHour;
    } else if (unit == "m") {
      total += *number * kMinute;
    } else if (unit == "s") {
      total += *number;
    }
  }
  return total;
}

bool is_always_true(const shell::Script& script) {
  constexpr auto kTrue = std::to_array<std::string_view>({"true", ":", "/bin/true"});
  if (script.commands.size() == 1) {
    const shell::Command& only = script.commands.front();
    if (is_among(only.name(), kTrue)) return true;
    return (only.name() == "exit" && only.words.size() == 2 && only.words[1].text == "0") ||
           only.name() == "echo";
  }
  if (script.commands.empty()) return false;
  // "curl … || true", "… || exit 0"
  const shell::Command& last = script.commands.back();
  const bool ends_well =
      is_among(last.name(), kTrue) ||
      (last.name() == "exit" && last.words.size() == 2 && last.words[1].text == "0");
  return ends_well && last.before != shell::Connector::And &&
         last.before != shell::Connector::Pipe && !last.in_condition;
}

// Whether curl or wget is in the base image without being installed here.
bool base_has_tool(const BaseImage& base, std::string_view tool) {
  using enum image::ImageFamily;
  if (base.known == nullptr) return true;  // nothing can be said
  if (base.family() == Alpine || base.family() == Busybox) return tool == "wget";
  const std::string name = base.reference ? image::familiar_name(*base.reference) : std::string();
  const std::string tag = base.reference ? base.reference->tag : std::string();
  const bool slim = tag.contains("slim") || tag.contains("alpine");
  if (name == "debian" || name == "ubuntu") return false;
  if (slim) return false;
  if (base.family() == Distroless || base.family() == Scratch) return false;
  return true;
}

// Whether a COPY of the final image names the program.
bool copies(const Lint& lint, std::string_view tool) {
  return std::ranges::any_of(lint.stages.final_chain(), [&](const Stage* stage) {
    return std::ranges::any_of(lint.stages.instructions(*stage), [&](const Instruction& one) {
      return one.keyword == Keyword::Copy && one.text.text.contains(tool);
    });
  });
}

void judge_tools(const Lint& lint, const RunScript& test, Problems& problems) {
  const BaseImage base = base_of(lint, *lint.stages.final_chain().front());
  std::set<std::string_view> there;  // asked for once: each question looks at the whole file
  for (const shell::Command& command : test.script.commands) {
    const shell::Invocation call = shell::seen_through(command);
    const std::string_view tool = call.empty() ? std::string_view() : call.base();
    if ((tool != "curl" && tool != "wget") || there.contains(tool)) continue;
    if (base_has_tool(base, tool) || installs(lint, tool) || copies(lint, tool)) {
      there.insert(tool);
      continue;
    }
    problems.add(
        test.source_range(command.words[call.name_index].range),
        fmt::format("{} does not have {}, and nothing here installs it", base.stage->base, tool));
    return;
  }
}

void judge_health(const Lint& lint, Problems& problems, const Instruction& check) {
  constexpr double kLongest = 300;
  if (const Flag* interval = check.flag("interval");
      interval != nullptr && interval->value && seconds_of(*interval->value) > kLongest) {
    problems.add(interval->range,
                 fmt::format("a failure is noticed only after {}", *interval->value));
  }
  const RunScript* test = lint.script_of(check);
  if (test == nullptr) return;
  if (is_always_true(test->script)) {
    problems.add(test->instruction->text.range(), "the test succeeds whatever the service does");
    return;
  }
  judge_tools(lint, *test, problems);
}

// The only TCP port that the final image names.
std::optional<unsigned> only_port(const Lint& lint) {
  std::optional<unsigned> port;
  for (const Stage* stage : lint.stages.final_chain()) {
    for (const Instruction& instruction : lint.stages.instructions(*stage)) {
      if (instruction.keyword != Keyword::Expose) continue;
      for (const Word& word : instruction.words) {
        const Expansion value = lint.stages.expand_at(instruction, word.text);
        std::string_view text = value.text;
        if (text.ends_with("/tcp")) text.remove_suffix(4);
        const auto number = parse_number<unsigned>(text);
        if (!value.resolved || !number || (port && *port != *number)) return std::nullopt;
        port = number;
      }
    }
  }
  return port;
}

// A HEALTHCHECK that opens a connection to the port, with what every image of the kind has.
std::optional<Fix> asks_port(const Lint& lint, const BaseImage& base) {
  using enum image::ImageFamily;
  const Stage& stage = *lint.stages.final_chain().front();
  const auto port = only_port(lint);
  if (!port || stage.is_windows || base.has_shell() == false) return std::nullopt;
  std::string test;
  switch (family_of(lint, base)) {
    case Alpine:
    case Busybox:
      test = fmt::format(R"(["nc", "-z", "127.0.0.1", "{}"])", *port);
      break;
    case Debian:
    case Rpm:
      test = fmt::format(R"(["bash", "-c", "</dev/tcp/127.0.0.1/{}"])", *port);
      break;
    default:
      return std::nullopt;
  }
  const std::string note = fmt::format(
      "a container counts as unhealthy where nothing listens on port {} of 127.0.0.1", *port);
  const std::string text = fmt::format("HEALTHCHECK CMD {}", test);
  const auto list = lint.stages.instructions(stage);
  const auto start = std::ranges::find_if(list, [](const Instruction& one) {
    return one.keyword == Keyword::Cmd || one.keyword == Keyword::Entrypoint;
  });
  if (start != list.end()) return unsafe_fix(insert_before(lint, *start, text), note);
  if (list.empty()) return std::nullopt;
  return unsafe_fix(insert_after(lint, list.back(), text), note);
}

void health(const Lint& lint, Problems& problems) {
  if (lint.options.for_kubernetes) return;
  const auto chain = lint.stages.final_chain();
  if (chain.empty()) return;
  if (const Instruction* check = last_of(lint, Keyword::Healthcheck)) {
    judge_health(lint, problems, *check);
    return;
  }
  const BaseImage base = base_of(lint, *chain.front());
  if (base.facts != nullptr && base.facts->has_healthcheck) return;
  // Images that start as root and drop it are those of servers.
  const bool is_server = base.known != nullptr && base.known->drops_root;
  if (starts_something(lint) || is_server || last_of(lint, Keyword::Expose) != nullptr)
    problems.add(chain.front()->from->range, "the image has no HEALTHCHECK").fix =
        asks_port(lint, base);
}

// The exec form; where the shell is needed for variables, `exec`.
std::optional<Fix> passes_signals(const Lint& lint, const Instruction& entry,
                                  const Instruction* command) {
  if (auto fix = exec_form(lint, entry, entry)) return fix;
  const RunScript* run = lint.script_of(entry);
  if (run == nullptr || command != nullptr || run->script.commands.size() != 1 ||
      !run->script.compounds.empty() || !run->script.problems.empty() ||
      !shell::is_posix_like(run->script.dialect))
    return std::nullopt;
  const shell::Command& only = run->script.commands.front();
  constexpr auto kBuiltins = std::to_array<std::string_view>(
      {"cd", "exec", "eval", ".", "source", "export", "set", "exit", "trap", "wait", ":"});
  const bool is_program = !only.words.empty() && only.assignments.empty() && !only.negated &&
                          only.after == shell::Connector::None && !is_among(only.name(), kBuiltins);
  if (!is_program) return std::nullopt;
  const std::uint32_t at = entry.text.range().begin;
  return unsafe_fix(TextEdit{{at, at}, "exec "},
                    "the program is process 1 and gets the signals: it has to end by itself at "
                    "SIGTERM");
}

void shell_entrypoint(const Lint& lint, Problems& problems) {
  const Instruction* entry = last_of(lint, Keyword::Entrypoint);
  const Instruction* command = last_of(lint, Keyword::Cmd);
  if (entry != nullptr && entry->form == Form::Shell) {
    const Stage* stage = lint.stages.stage_of(*entry);
    const bool execs = entry->text.text.starts_with("exec ");
    if (stage != nullptr && !stage->is_windows && !(execs && command == nullptr)) {
      problems
          .add(entry->range, command == nullptr
                                 ? "sh is process 1 and does not pass signals on"
                                 : "a shell-form ENTRYPOINT ignores CMD and does not pass signals "
                                   "on")
          .fix = passes_signals(lint, *entry, command);
    }
  }
  const Instruction* first = entry != nullptr ? entry : command;
  if (first == nullptr) return;
  const RunScript* run = lint.script_of(*first);
  if (run == nullptr || run->script.commands.empty()) return;
  const shell::Command& start = run->script.commands.front();
  const std::string_view base = shell::as_written(start).base();
  if (base == "sudo" || base == "su") {
    problems.add(run->source_range(start.range),
                 fmt::format("{} as process 1 does not pass signals on", base));
  }
}

void daemons(const Lint& lint, Problems& problems) {
  constexpr auto kPackages =
      std::to_array<std::string_view>({"openssh-server", "dropbear", "telnetd", "inetutils-telnetd",
                                       "rsh-server", "cron", "cronie", "xinetd"});
  constexpr auto kPrograms =
      std::to_array<std::string_view>({"sshd", "dropbear", "telnetd", "cron", "crond"});
  for (const RunScript& run : lint.scripts) {
    if (!lint.is_in_final(run)) continue;
    for (const shell::PackageOperation& operation : shell::package_operations(run.script)) {
      if (operation.verb != shell::PackageVerb::Install) continue;
      for (const shell::Package& package : operation.packages) {
        if (is_among(package.name, kPackages)) {
          problems.add(run.source_range(package.word->range),
                       fmt::format("{} is installed in the final image", package.name));
        }
      }
    }
    for (const shell::Command& command : run.script.commands) {
      const shell::Invocation call = shell::seen_through(command);
      if (call.empty()) continue;
      const bool service = (call.base() == "service" || call.base() == "rc-service") &&
                           call.args().size() == 2 && call.args()[1].text.contains("start");
      std::string_view program = service ? std::string_view(call.args()[0].text) : call.base();
      if (service && program == "ssh") program = "sshd";
      if (is_among(program, kPrograms))
        problems.add(run.source_range(command.range), fmt::format("{} is started", program));
    }
  }
}

constexpr auto kRules = std::to_array<Rule>({
    {{"CL4001", FindingKind::Misconfiguration, Severity::High,
      "a shell is needed that the image does not have",
      "The final image is built on scratch, distroless or a like image: there is no /bin/sh in it. "
      "Instructions in shell form are run through /bin/sh, so the build stops, or the container "
      "does "
      "not start. Only a test run shows it.",
      "write the command as a JSON array of the program and its arguments, or use a base with a "
      "shell",
      "FROM gcr.io/distroless/static-debian12\nCOPY app /app\nENTRYPOINT /app --serve\n",
      "FROM gcr.io/distroless/static-debian12\nCOPY app /app\nENTRYPOINT [\"/app\", \"--serve\"]\n",
      "", "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form"},
     Default::On,
     no_shell},
    {{"CL4003", FindingKind::Misconfiguration, Severity::Info, "no useful health check",
      "Without HEALTHCHECK an engine cannot tell a process that runs from a service that works; "
      "one that "
      "always succeeds, asks too rarely or calls a program that the image lacks is no better. "
      "Kubernetes "
      "ignores it and has probes: lint with --for kubernetes.",
      "add a HEALTHCHECK that asks the service itself, with a program that the image has",
      "FROM debian:12\nCOPY app /app\nCMD [\"/app\"]\n",
      "FROM debian:12\nCOPY app /app\nHEALTHCHECK --interval=30s CMD [\"/app\", "
      "\"--healthy\"]\nCMD [\"/app\"]\n",
      "DS-0026 AVD-DS-0026 CKV_DOCKER_2 CIS-DI-0006",
      "https://docs.docker.com/reference/dockerfile/#healthcheck"},
     Default::On,
     health},
    {{"CL4005", FindingKind::Misconfiguration, Severity::Medium,
      "a remote shell or a scheduler runs in the container",
      "An SSH or telnet server gives a second way in, with keys and passwords of its own that "
      "nobody "
      "rotates; cron runs jobs without logs, limits or the environment of the container. One "
      "container "
      "runs one service; `docker exec` gives a shell when one is needed.",
      "leave the daemon out: use docker exec for a shell, and a job of the orchestrator for "
      "schedules",
      "FROM debian:12\nRUN apt-get update && apt-get install -y openssh-server\nCMD "
      "[\"/usr/sbin/sshd\", \"-D\"]\n",
      "FROM debian:12\nRUN apt-get update && apt-get install -y openssh-client\nCMD [\"/app\"]\n",
      "", ""},
     Default::On,
     daemons},
    {{"CL4011", FindingKind::Misconfiguration, Severity::Low, "process 1 does not pass signals on",
      "A shell-form ENTRYPOINT runs below `sh -c`, which is process 1 then: it does not hand "
      "SIGTERM to the "
      "program, so `docker stop` waits ten seconds and kills it, and arguments of CMD are ignored. "
      "sudo and su "
      "as process 1 do the same.",
      "use the exec form; to change the user use USER, or gosu, su-exec or setpriv with exec",
      "FROM debian:12\nENTRYPOINT /app --serve\nCMD [\"--port=80\"]\n",
      "FROM debian:12\nENTRYPOINT [\"/app\", \"--serve\"]\nCMD [\"--port=80\"]\n", "",
      "https://docs.docker.com/reference/dockerfile/#entrypoint"},
     Default::On,
     shell_entrypoint},
});

}  // namespace

std::span<const Rule> runtime_start_rules() { return kRules; }

}  // namespace corten::dockerfile
