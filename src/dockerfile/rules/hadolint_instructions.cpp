// What single instructions say: WORKDIR, USER, EXPOSE, HEALTHCHECK, CMD, ENTRYPOINT, MAINTAINER,
// and comments that turn rules off.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dockerfile/rules/exec_form.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

constexpr std::uint32_t kMaxPort = 65535;

// ---- DL1001 -------------------------------------------------------------------------------------

// Takes `word` and blanks off the front of `text`.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text = trim(text.substr(word.size()));
  return true;
}

// The ids of "hadolint ignore=DL3006,DL3008 # why"; empty if the comment is no such pragma.
std::string_view ignored_by(std::string_view comment) {
  std::string_view rest = comment;
  if (!take(rest, "hadolint") || !take(rest, "ignore") || !take(rest, "=")) return {};
  const std::string_view ids = trim(rest.substr(0, rest.find('#')));
  return ids.find_first_not_of("DLSC0123456789, \t") == std::string_view::npos ? ids
                                                                               : std::string_view();
}

void inline_pragma(const Lint& lint, Problems& problems) {
  for (const Comment& comment : lint.file.comments) {
    if (comment.inside) continue;
    const std::string_view ids = ignored_by(comment.text);
    if (!ids.empty()) problems.add(comment.range, fmt::format("the comment turns off {}", ids));
  }
}

// ---- DL3000 -------------------------------------------------------------------------------------

bool is_absolute(std::string_view path) {
  if (path.starts_with('/') || path.starts_with('$')) return true;
  return path.size() > 1 && is_letter(path[0]) && path[1] == ':';
}

void relative_workdir(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Workdir, [&](const Instruction& workdir) {
    if (workdir.words.empty()) return;
    const std::string path(trim(plain(lint, workdir, workdir.words.front())));
    const Stage* stage = lint.stages.stage_of(workdir);
    if (is_absolute(path)) return;
    if (!like_hadolint(lint) && stage != nullptr && stage->is_windows && path.starts_with('\\')) {
      return;
    }
    const WorkDir before = lint.stages.workdir_at(workdir);
    Problem& problem = problems.add(
        workdir.words.front().range,
        before.absolute ? fmt::format("{} depends on the WORKDIR above it, {}", path, before.path)
                        : fmt::format("{} is below whatever folder the base image is in", path));
    problem.fix = absolute_workdir(lint, workdir);
  });
}

// ---- DL3002 -------------------------------------------------------------------------------------

bool is_root(std::string_view user) {
  return user == "root" || user == "0" || user.starts_with("root:") || user.starts_with("0:");
}

const Instruction* last_user(std::span<const Instruction> instructions) {
  for (std::size_t i = instructions.size(); i > 0; --i) {
    const Instruction& instruction = instructions[i - 1];
    if (instruction.keyword == Keyword::User && !instruction.broken) return &instruction;
  }
  return nullptr;
}

void report_root(const Lint& lint, Problems& problems, const Instruction* user) {
  if (user == nullptr || user->words.empty()) return;
  const Word& word = user->words.front();
  if (!is_root(trim(plain(lint, *user, word)))) return;
  problems.add(word.range, "no USER that follows takes the rights away again");
}

void ends_as_root(const Lint& lint, Problems& problems) {
  const Stage* final_stage = lint.stages.final_stage();
  if (like_hadolint(lint) || final_stage == nullptr) {
    for_each_stage(lint, [&](const StageView& stage) {
      report_root(lint, problems, last_user(stage.instructions));
    });
    return;
  }
  // A build stage may well be root: nobody runs it.
  const Instruction* user = lint.stages.user_of(*final_stage);
  report_root(lint, problems, user);
  const Instruction* other = lint.stages.user_of(*lint.stages.final_chain().front());
  if (other != user) report_root(lint, problems, other);
}

// ---- DL3011 -------------------------------------------------------------------------------------

// "8000" and "9000" of "8000-9000/tcp"; what is no number gives nothing.
bool is_beyond_ports(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return false;
  const auto port = parse_number<std::uint32_t>(text);
  return !port || *port > kMaxPort;
}

void impossible_port(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Expose, [&](const Instruction& expose) {
    for (const Word& word : expose.words) {
      const std::string text = plain(lint, expose, word);
      const std::string_view ports = std::string_view(text).substr(0, text.find('/'));
      const std::size_t dash = ports.find('-');
      const bool beyond =
          is_beyond_ports(ports.substr(0, dash)) ||
          (dash != std::string_view::npos && is_beyond_ports(ports.substr(dash + 1)));
      if (beyond) problems.add(word.range, fmt::format("{} is above {}", ports, kMaxPort));
    }
  });
}

// ---- DL3012, DL4003, DL4004 ---------------------------------------------------------------------

void repeated(const Lint& lint, Problems& problems, Keyword keyword) {
  for_each_stage(lint, [&](const StageView& stage) {
    const Instruction* before = nullptr;
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword != keyword || instruction.broken) continue;
      if (before != nullptr) {
        Problem& problem = problems.add(instruction.keyword_range,
                                        fmt::format("the {} of line {} has no effect: this one "
                                                    "replaces it",
                                                    name_of(keyword), before->first_line));
        problem.fix = safe_fix(remove_instruction(lint, *before));
      }
      before = &instruction;
    }
  });
}

void repeated_healthcheck(const Lint& lint, Problems& problems) {
  repeated(lint, problems, Keyword::Healthcheck);
}
void repeated_cmd(const Lint& lint, Problems& problems) { repeated(lint, problems, Keyword::Cmd); }
void repeated_entrypoint(const Lint& lint, Problems& problems) {
  repeated(lint, problems, Keyword::Entrypoint);
}

// ---- DL3025 -------------------------------------------------------------------------------------

// What the container will run: the instruction itself, or the command of a HEALTHCHECK.
const Instruction* started_by(const Instruction& instruction) {
  switch (instruction.keyword) {
    case Keyword::Cmd:
    case Keyword::Entrypoint:
      return &instruction;
    case Keyword::Healthcheck:
      return instruction.nested;
    default:
      return nullptr;
  }
}

std::string_view what_shell_form_does(const Instruction& instruction, std::string_view command) {
  if (command.starts_with('[')) {
    return "it begins like a list, but is no JSON: strings need double quotes";
  }
  if (instruction.keyword == Keyword::Healthcheck) return "each check starts a shell first";
  if (command.starts_with("exec ")) return "a shell has to be there to start it";
  return "a shell runs it, and signals stop at that shell";
}

void shell_form(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    const Instruction* command = started_by(instruction);
    if (command == nullptr || instruction.broken || command->form == Form::Exec) continue;
    if (command->words.empty()) continue;
    Problem& problem = problems.add(
        arguments_of(*command), std::string(what_shell_form_does(instruction, command->text.text)));
    problem.fix = exec_form(lint, instruction, *command);
  }
}

// ---- DL4000 -------------------------------------------------------------------------------------

void maintainer(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Maintainer, [&](const Instruction& instruction) {
    Problem& problem = problems.add(instruction.range, "MAINTAINER was given up in Docker 1.13");
    problem.fix = label_of_maintainer(lint, instruction);
  });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"DL1001", FindingKind::Misconfiguration, Severity::Low, "a comment turns a rule off",
      "Exceptions beside the code are easy to add and hard to oversee. Teams that keep all of them "
      "in one configuration file turn this rule on. It is off by default.",
      "move the exception to the configuration file, or mend what the rule found",
      "# hadolint ignore=DL3006\nFROM debian\n", "FROM debian:12\n", "", ""},
     Default::Off,
     inline_pragma},
    {{"DL3000", FindingKind::Misconfiguration, Severity::High, "WORKDIR with a relative path",
      "A relative path goes on from the WORKDIR before it, and above the first one from whatever "
      "folder the base image ended in. The folder that is meant cannot be read from this line, and "
      "it changes when the base or an earlier line does.",
      "write the whole path: WORKDIR /app", "FROM debian:12\nWORKDIR app\n",
      "FROM debian:12\nWORKDIR /app\n", "DS-0009 CKV_DOCKER_10",
      "https://docs.docker.com/reference/dockerfile/#workdir"},
     Default::On,
     relative_workdir},
    {{"DL3002", FindingKind::Misconfiguration, Severity::Medium, "the last USER is root",
      "The container starts as the last USER. As root, a flaw in the program gives an attacker the "
      "whole container and makes most ways out of it easier. Only the stage that becomes the image "
      "counts: build stages may be root.",
      "end with USER and an unprivileged user, by number where Kubernetes is to check it",
      "FROM debian:12\nUSER root\nCMD [\"/app\"]\n",
      "FROM debian:12\nUSER root\nRUN useradd -r app\nUSER app\nCMD [\"/app\"]\n", "CKV_DOCKER_8",
      "https://docs.docker.com/build/building/best-practices/#user"},
     Default::On,
     ends_as_root},
    {{"DL3011", FindingKind::Misconfiguration, Severity::High, "EXPOSE of a port above 65535",
      "Ports have 16 bits. A container cannot listen there, and publishing the port fails when the "
      "container starts.",
      "expose the port that the program listens on", "FROM debian:12\nEXPOSE 80000\n",
      "FROM debian:12\nEXPOSE 8000\n", "DS-0008",
      "https://docs.docker.com/reference/dockerfile/#expose"},
     Default::On,
     impossible_port},
    {{"DL3012", FindingKind::Misconfiguration, Severity::High, "more than one HEALTHCHECK",
      "An image has one health check. Of several in a stage the last one counts and the others are "
      "dropped without a word, so what they were to watch is not watched.",
      "keep one, and let its command test all that matters",
      "FROM debian:12\nHEALTHCHECK CMD [\"/check-a\"]\nHEALTHCHECK CMD [\"/check-b\"]\n",
      "FROM debian:12\nHEALTHCHECK CMD [\"/check-all\"]\n", "DS-0023",
      "https://docs.docker.com/reference/dockerfile/#healthcheck"},
     Default::On,
     repeated_healthcheck},
    {{"DL3025", FindingKind::Misconfiguration, Severity::Medium,
      "command in shell form instead of a JSON array",
      "In shell form a shell is the first process and the program its child. The shell does not "
      "pass on the signal that `docker stop` sends, so the program is killed after ten seconds. "
      "Images without a shell cannot start it at all.",
      "write the words as a JSON array: CMD [\"node\", \"server.js\"]",
      "FROM node:22\nCMD node server.js\n", "FROM node:22\nCMD [\"node\", \"server.js\"]\n", "",
      "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form"},
     Default::On,
     shell_form},
    {{"DL4000", FindingKind::Misconfiguration, Severity::High, "MAINTAINER is deprecated",
      "MAINTAINER has been replaced by labels, which can hold more than a name and which tools can "
      "search. Builders warn about it and may drop it.",
      "use LABEL org.opencontainers.image.authors=\"…\"",
      "FROM debian:12\nMAINTAINER Ada <ada@example.com>\n",
      "FROM debian:12\nLABEL org.opencontainers.image.authors=\"Ada <ada@example.com>\"\n",
      "DS-0022 CKV_DOCKER_6",
      "https://docs.docker.com/reference/dockerfile/#maintainer-deprecated"},
     Default::On,
     maintainer},
    {{"DL4003", FindingKind::Misconfiguration, Severity::Medium, "more than one CMD",
      "A container has one default command. Of several in a stage only the last one counts; the "
      "others are dropped without a word.",
      "keep the CMD that is meant; several programs need several containers, or an init",
      "FROM debian:12\nCMD [\"/first\"]\nCMD [\"/second\"]\n",
      "FROM debian:12\nCMD [\"/second\"]\n", "DS-0016",
      "https://docs.docker.com/reference/dockerfile/#cmd"},
     Default::On,
     repeated_cmd},
    {{"DL4004", FindingKind::Misconfiguration, Severity::High, "more than one ENTRYPOINT",
      "A container has one entry point. Of several in a stage only the last one counts; the others "
      "are dropped without a word, with whatever they were to prepare.",
      "keep the ENTRYPOINT that is meant",
      "FROM debian:12\nENTRYPOINT [\"/first\"]\nENTRYPOINT [\"/second\"]\n",
      "FROM debian:12\nENTRYPOINT [\"/second\"]\n", "DS-0007",
      "https://docs.docker.com/reference/dockerfile/#entrypoint"},
     Default::On,
     repeated_entrypoint},
});

}  // namespace

std::span<const Rule> hadolint_instruction_rules() { return kRules; }

}  // namespace corten::dockerfile
