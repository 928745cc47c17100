// BuildKit's checks of how instructions are written and put together.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "dockerfile/dockerignore.h"
#include "dockerfile/rules/buildkit_support.h"
#include "dockerfile/rules/exec_form.h"
#include "dockerfile/rules/hadolint_support.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/rewrites.h"
#include "dockerfile/rules/tables.h"

namespace corten::dockerfile {

namespace {

// ---- lines and casing ---------------------------------------------------------------------------

// The first line with something on it after the empty one inside an instruction.
std::uint32_t line_after_gap(const Dockerfile& file, const Instruction& instruction) {
  std::uint32_t line = instruction.empty_line;
  while (line < instruction.last_line &&
         trim(file.source.text(file.source.line_range(line))).empty())
    ++line;
  return line;
}

// The lines of the instruction that are empty, away; those of here-documents are their own matter.
std::vector<TextEdit> empty_lines(const Dockerfile& file, const Instruction& instruction) {
  std::vector<TextEdit> edits;
  for (std::uint32_t line = instruction.empty_line; line <= instruction.header_line; ++line) {
    if (!trim(file.source.text(file.source.line_range(line))).empty()) continue;
    // With the newline in front of it: the line above is of the instruction too.
    edits.push_back({{file.source.line_range(line - 1).end, file.source.line_range(line).end}, ""});
  }
  return edits;
}

void empty_continuation(const Lint& lint, Problems& problems) {
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.empty_line == 0) continue;
    const std::uint32_t line = line_after_gap(lint.file, instruction);
    Problem& problem =
        problems.add(lint.file.source.line_range(line),
                     fmt::format("line {} is empty, yet {} goes on", instruction.empty_line,
                                 printable(instruction.name)));
    std::vector<TextEdit> edits = empty_lines(lint.file, instruction);
    if (!edits.empty()) problem.fix = safe_fix(std::move(edits));
  }
}

void instruction_casing(const Lint& lint, Problems& problems) {
  std::size_t lower = 0;
  std::size_t upper = 0;
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword == Keyword::Unknown) continue;
    const Casing casing = casing_of(instruction.name);
    lower += casing == Casing::Lower ? 1U : 0U;
    upper += casing == Casing::Upper ? 1U : 0U;
  }
  const Casing expected = lower > upper ? Casing::Lower : Casing::Upper;
  for (const Instruction& instruction : lint.file.instructions) {
    if (instruction.keyword == Keyword::Unknown) continue;
    if (casing_of(instruction.name) == expected) continue;
    Problem& problem =
        problems.add(instruction.keyword_range,
                     fmt::format("{} is written otherwise than most instructions of this file",
                                 printable(instruction.name)));
    const auto in_case = [&](std::string_view word) {
      return expected == Casing::Lower ? to_lower(word) : std::string(word);
    };
    problem.fix =
        safe_fix(TextEdit{instruction.keyword_range, in_case(name_of(instruction.keyword))});
    // AS goes with its FROM.
    if (instruction.keyword == Keyword::From && !instruction.broken &&
        instruction.words.size() == 3) {
      problem.fix->edits.push_back({instruction.words[1].range, in_case("AS")});
    }
  }
}

void legacy_pairs(const Lint& lint, Problems& problems) {
  for (const Keyword keyword : {Keyword::Env, Keyword::Label}) {
    for_each_instruction(lint, keyword, [&](const Instruction& instruction) {
      for (const Pair& pair : instruction.pairs) {
        if (!pair.legacy) continue;
        Problem& problem = problems.add(
            pair.range, fmt::format("{} has a blank between name and value", printable(pair.key)));
        problem.fix = modern_pair(lint, instruction, pair);
      }
    });
  }
}

void maintainer(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Maintainer, [&](const Instruction& instruction) {
    Problem& problem = problems.add(instruction.range, "MAINTAINER has given way to labels");
    problem.fix = label_of_maintainer(lint, instruction);
  });
}

// ---- CMD, ENTRYPOINT, HEALTHCHECK ---------------------------------------------------------------

void shell_form(const Lint& lint, Problems& problems) {
  for (const Keyword keyword : {Keyword::Cmd, Keyword::Entrypoint}) {
    for_each_instruction(lint, keyword, [&](const Instruction& instruction) {
      if (instruction.form == Form::Exec || lint.stages.shell_at(instruction) != nullptr) return;
      Problem& problem = problems.add(
          arguments_of(instruction),
          fmt::format("a shell runs {}, and signals reach only the shell", name_of(keyword)));
      problem.fix = exec_form(lint, instruction, instruction);
    });
  }
}

void judge_repetitions(const Lint& lint, std::span<const Instruction> instructions, Keyword keyword,
                       Problems& problems) {
  const Instruction* before = nullptr;
  for (const Instruction& instruction : instructions) {
    if (instruction.keyword != keyword || instruction.broken) continue;
    if (before != nullptr) {
      Problem& problem =
          problems.add(before->range, fmt::format("the {} in line {} replaces this one",
                                                  name_of(keyword), instruction.first_line));
      problem.fix = safe_fix(remove_instruction(lint, *before));
    }
    before = &instruction;
  }
}

void repeated_instructions(const Lint& lint, Problems& problems) {
  for_each_stage(lint, [&](const StageView& stage) {
    for (const Keyword keyword : {Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck}) {
      judge_repetitions(lint, stage.instructions, keyword, problems);
    }
  });
}

// ---- WORKDIR, EXPOSE ----------------------------------------------------------------------------

bool is_absolute(std::string_view path) {
  if (path.starts_with('/') || path.starts_with('\\')) return true;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return path.size() > 1 && is_letter(path[0]) && path[1] == ':';
}

void relative_workdir(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Workdir, [&](const Instruction& workdir) {
    if (workdir.words.empty()) return;
    const auto path = value_of(lint, workdir, workdir.words.front());
    if (!path || is_absolute(*path)) return;
    const WorkDir before = lint.stages.workdir_at(workdir);
    if (before.absolute || !before.known) return;
    Problem& problem =
        problems.add(workdir.words.front().range,
                     fmt::format("where {} is depends on the base image", printable(*path)));
    problem.fix = absolute_workdir(lint, workdir);
  });
}

// "8080/TCP" in two; the protocol is empty without a slash.
struct Port {
  std::string text;
  std::string protocol;
};

Port read_port(const Lint& lint, const Instruction& expose, const Word& word) {
  std::string text = value_of(lint, expose, word).value_or(std::string(word.text));
  // A slash or colon inside of ${…} is no part of the port.
  if (text.contains("${")) return {};
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos) return {std::move(text), {}};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

bool is_literal(const Word& word) {
  return word.text.find_first_of("$\"'\\`") == std::string_view::npos;
}

void protocol_casing(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Expose, [&](const Instruction& expose) {
    for (const Word& word : expose.words) {
      const Port port = read_port(lint, expose, word);
      if (port.protocol.contains('$') || port.protocol == to_lower(port.protocol)) continue;
      Problem& problem = problems.add(
          word.range,
          fmt::format("the protocol {} is written in capitals", printable(port.protocol)));
      if (is_literal(word)) problem.fix = safe_fix(TextEdit{word.range, to_lower(word.text)});
    }
  });
}

void port_mapping(const Lint& lint, Problems& problems) {
  for_each_instruction(lint, Keyword::Expose, [&](const Instruction& expose) {
    for (const Word& word : expose.words) {
      if (!read_port(lint, expose, word).text.contains(':')) continue;
      Problem& problem = problems.add(
          word.range,
          fmt::format("{} has an address or a port of the host in it", printable(word.text)));
      const std::string_view port = word.text.substr(word.text.rfind(':') + 1);
      if (is_literal(word) && !port.empty())
        problem.fix = safe_fix(TextEdit{word.range, std::string(port)});
    }
  });
}

// ---- CopyIgnoredFile ----------------------------------------------------------------------------

// Sources times patterns that one run looks at: real files are far below.
constexpr std::size_t kMaxIgnoreQuestions = 200'000;

bool is_remote(std::string_view source) {
  return source.contains("://") || source.starts_with("git@") || source.starts_with("github.com/");
}

// `.` is the whole context: excluded only by a pattern for everything.
const IgnorePattern* pattern_for_all(const Dockerignore& ignore) {
  const auto found = std::ranges::find_if(ignore.patterns(), [](const IgnorePattern& pattern) {
    return pattern.text == "*" || pattern.text == "**" || pattern.text == "**/*";
  });
  return found == ignore.patterns().end() ? nullptr : &*found;
}

void judge_sources(const Lint& lint, const Instruction& copy, const Dockerignore& ignore,
                   std::size_t& questions, Problems& problems) {
  for (std::size_t i = 0; i + 1 < copy.words.size(); ++i) {
    const Word& word = copy.words[i];
    if (word.text.starts_with("<<")) continue;
    const auto source = value_of(lint, copy, word);
    if (!source || is_remote(*source)) continue;
    if (ignore.patterns().size() > questions) return;
    questions -= ignore.patterns().size();
    const std::string path = clean_context_path(*source);
    const IgnorePattern* pattern = path == "." ? pattern_for_all(ignore) : ignore.decisive(path);
    if (pattern == nullptr) continue;
    problems.add(word.range, fmt::format("line {} of .dockerignore ({}) keeps {} out of the build",
                                         pattern->line, printable(pattern->text), printable(path)));
  }
}

void copy_of_ignored(const Lint& lint, Problems& problems) {
  if (lint.context == nullptr || !lint.context->dockerignore) return;
  const Dockerignore ignore = Dockerignore::parse(*lint.context->dockerignore);
  // What is taken back depends on which files there are.
  if (ignore.has_exceptions()) return;
  std::size_t questions = kMaxIgnoreQuestions;
  for (const Keyword keyword : {Keyword::Copy, Keyword::Add}) {
    for_each_instruction(lint, keyword, [&](const Instruction& copy) {
      if (copy.flag("from") != nullptr) return;
      judge_sources(lint, copy, ignore, questions, problems);
    });
  }
}

// ---- InvalidDefinitionDescription ---------------------------------------------------------------

bool is_for_tools(std::string_view comment) {
  for (const std::string_view start : {"hadolint ", "corten ", "check=", "syntax=", "escape="}) {
    if (comment.starts_with(start)) return true;
  }
  return false;
}

// The comments directly above, the nearest first; an empty line or comment ends them.
std::vector<std::string_view> description_of(const Dockerfile& file,
                                             const Instruction& instruction) {
  std::vector<std::string_view> lines;
  std::uint32_t line = instruction.first_line;
  for (std::uint32_t i = instruction.comments_end; i > instruction.comments_begin; --i) {
    const Comment& comment = file.comments[i - 1];
    if (comment.line + 1 != line || comment.text.empty()) break;
    line = comment.line;
    if (!is_for_tools(comment.text)) lines.push_back(comment.text);
  }
  return lines;
}

bool describes(std::string_view line, std::string_view name) {
  return line.starts_with(name) && (line.size() == name.size() || line[name.size()] == ' ');
}

void judge_description(const Lint& lint, const Instruction& instruction,
                       const std::vector<std::string>& names, Range range, Problems& problems) {
  const auto lines = description_of(lint.file, instruction);
  if (lines.empty()) return;
  for (const std::string_view line : lines) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return describes(line, name); }))
      return;
  }
  problems.add(range,
               fmt::format("the comment above does not begin with {}", printable(names.front())));
}

void descriptions(const Lint& lint, Problems& problems) {
  for (const Stage& stage : lint.stages.all()) {
    if (stage.alias.empty()) continue;
    judge_description(lint, *stage.from, {std::string(stage.alias)}, stage.alias_range, problems);
  }
  for_each_instruction(lint, Keyword::Arg, [&](const Instruction& arg) {
    if (arg.pairs.empty()) return;
    std::vector<std::string> names;
    for (const Pair& pair : arg.pairs) names.push_back(plain(lint, pair.key));
    judge_description(lint, arg, names, arg.pairs.front().key_range, problems);
  });
}

constexpr auto kRules = std::to_array<Rule>({
    {{"BK-NoEmptyContinuation", FindingKind::Misconfiguration, Severity::Medium,
      "an empty line inside an instruction",
      "The line before ends with a continuation, the next one is empty, and the instruction goes "
      "on "
      "after it. The builder still accepts this and has announced that it will not for ever; "
      "readers take the empty line for the end.",
      "remove the empty line, or put a # on it", "FROM debian:12\nRUN true && \\\n\n    false\n",
      "FROM debian:12\nRUN true && \\\n    false\n", "NoEmptyContinuation",
      "https://docs.docker.com/reference/build-checks/no-empty-continuation/"},
     Default::On,
     empty_continuation},
    {{"BK-ConsistentInstructionCasing", FindingKind::Misconfiguration, Severity::Low,
      "an instruction is written otherwise than the rest",
      "The builder takes instructions in any case. One that looks otherwise than the rest of the "
      "file is easily overlooked, or searched for in vain.",
      "write all instructions in capitals", "FROM debian:12\nRun true\n",
      "FROM debian:12\nRUN true\n", "ConsistentInstructionCasing",
      "https://docs.docker.com/reference/build-checks/consistent-instruction-casing/"},
     Default::On,
     instruction_casing},
    {{"BK-JSONArgsRecommended", FindingKind::Misconfiguration, Severity::Medium,
      "CMD or ENTRYPOINT in shell form",
      "In shell form a shell is the first process and the program its child. The stop signal goes "
      "to the shell, which does not pass it on: the container is killed after ten seconds instead "
      "of ending in order.",
      "write it as a list: CMD [\"program\", \"argument\"]",
      "FROM debian:12\nCMD my-server --port 80\n",
      "FROM debian:12\nCMD [\"my-server\", \"--port\", \"80\"]\n", "JSONArgsRecommended DL3025",
      "https://docs.docker.com/reference/build-checks/json-args-recommended/"},
     Default::On,
     shell_form},
    {{"BK-MaintainerDeprecated", FindingKind::Misconfiguration, Severity::Medium,
      "MAINTAINER is deprecated",
      "The instruction sets a field of the image that current tools do not show. The label "
      "org.opencontainers.image.authors says the same and can be searched for.",
      "write LABEL org.opencontainers.image.authors=\"…\"",
      "FROM debian:12\nMAINTAINER team@example.com\n",
      "FROM debian:12\nLABEL org.opencontainers.image.authors=\"team@example.com\"\n",
      "MaintainerDeprecated DL4000",
      "https://docs.docker.com/reference/build-checks/maintainer-deprecated/"},
     Default::On,
     maintainer},
    {{"BK-WorkdirRelativePath", FindingKind::Misconfiguration, Severity::Medium,
      "a relative WORKDIR without an absolute one before it",
      "A relative WORKDIR goes on from the one before; the first one of a stage goes on from "
      "whatever the base image has. When the base changes it, all relative paths of this file mean "
      "something else.",
      "begin with an absolute path: WORKDIR /app", "FROM debian:12\nWORKDIR app\n",
      "FROM debian:12\nWORKDIR /app\n", "WorkdirRelativePath DL3000",
      "https://docs.docker.com/reference/build-checks/workdir-relative-path/"},
     Default::On,
     relative_workdir},
    {{"BK-MultipleInstructionsDisallowed", FindingKind::Misconfiguration, Severity::Medium,
      "an instruction that a later one replaces",
      "A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK: the last. Earlier ones have no "
      "effect, although they look as if they had.",
      "remove the instruction that has no effect",
      "FROM debian:12\nCMD [\"first\"]\nCMD [\"second\"]\n", "FROM debian:12\nCMD [\"second\"]\n",
      "MultipleInstructionsDisallowed DL3012 DL4003 DL4004",
      "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/"},
     Default::On,
     repeated_instructions},
    {{"BK-LegacyKeyValueFormat", FindingKind::Misconfiguration, Severity::Low,
      "ENV or LABEL without an equals sign",
      "The old form takes all the rest of the line for the value. It cannot define two names at "
      "once, and what looks like two pairs silently is one; the builder keeps it only for old "
      "files.",
      "write NAME=value", "FROM debian:12\nENV MODE production\n",
      "FROM debian:12\nENV MODE=production\n", "LegacyKeyValueFormat",
      "https://docs.docker.com/reference/build-checks/legacy-key-value-format/"},
     Default::On,
     legacy_pairs},
    {{"BK-CopyIgnoredFile", FindingKind::Misconfiguration, Severity::Medium,
      "COPY of a file that .dockerignore keeps out",
      "What .dockerignore excludes is not sent to the builder. The build fails as if the file did "
      "not exist, or with a wildcard silently copies nothing.",
      "take the pattern out of .dockerignore, or the source out of COPY",
      "FROM debian:12\nCOPY debug.log /var/log/\n", "FROM debian:12\nCOPY app.conf /etc/\n",
      "CopyIgnoredFile", "https://docs.docker.com/reference/build-checks/copy-ignored-file/"},
     Default::On,
     copy_of_ignored},
    {{"BK-InvalidDefinitionDescription", FindingKind::Misconfiguration, Severity::Low,
      "a comment does not describe the stage or argument below it",
      "Build tools show the comment above a stage or ARG as its description if it begins with the "
      "name. A comment that stands there and does not is either a description that nobody sees or "
      "in the wrong place.",
      "begin the comment with the name, or leave an empty line below it",
      "# compiles the program\nFROM golang:1.25 AS build\n",
      "# build compiles the program\nFROM golang:1.25 AS build\n", "InvalidDefinitionDescription",
      "https://docs.docker.com/reference/build-checks/invalid-definition-description/"},
     Default::Off,
     descriptions},
    {{"BK-ExposeProtoCasing", FindingKind::Misconfiguration, Severity::Low,
      "a protocol in capitals",
      "Protocols of EXPOSE are tcp, udp and sctp. Some tools that read the image's configuration "
      "compare them as they are and do not find the port.",
      "write the protocol in small letters", "FROM debian:12\nEXPOSE 80/TCP\n",
      "FROM debian:12\nEXPOSE 80/tcp\n", "ExposeProtoCasing",
      "https://docs.docker.com/reference/build-checks/expose-proto-casing/"},
     Default::On,
     protocol_casing},
    {{"BK-ExposeInvalidFormat", FindingKind::Misconfiguration, Severity::Medium,
      "EXPOSE with an address or a port of the host",
      "EXPOSE documents the port inside the container. Where it appears on the host is decided at "
      "run time; what stands before the colon has no effect, and future builders refuse it.",
      "name the container's port only: EXPOSE 80", "FROM debian:12\nEXPOSE 127.0.0.1:8080:80\n",
      "FROM debian:12\nEXPOSE 80\n", "ExposeInvalidFormat",
      "https://docs.docker.com/reference/build-checks/expose-invalid-format/"},
     Default::On,
     port_mapping},
});

}  // namespace

std::span<const Rule> buildkit_rules() { return kRules; }

}  // namespace corten::dockerfile
