// Instructions written anew: WORKDIR, MAINTAINER, ENV, RUN after RUN.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/rules/installs.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/rewrites.h"

namespace corten::dockerfile {

namespace {

constexpr std::string_view kAuthors = "org.opencontainers.image.authors";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

bool has_label(const Lint& lint, const Stage& stage, std::string_view name) {
  return std::ranges::any_of(lint.stages.instructions(stage), [&](const Instruction& instruction) {
    return instruction.keyword == Keyword::Label &&
           std::ranges::any_of(instruction.pairs,
                               [&](const Pair& pair) { return plain(lint, pair.key) == name; });
  });
}

// ---- key value ----------------------------------------------------------------------------------

// What an ENV value has to be to mean the same as one of several.
enum class ValueKind { Word, NeedsQuotes, Unclear };

ValueKind kind_of_value(std::string_view value, char escape) {
  if (value.empty()) return ValueKind::NeedsQuotes;
  // What splits words is more than blanks: Unicode has many of them.
  const bool has_blanks =
      std::ranges::any_of(value, [](char c) { return c <= ' ' || c >= '\x7f'; });
  const bool is_special = value.find_first_of("\"'") != std::string_view::npos ||
                          value.contains(escape) || value.contains('\\');
  if (!is_special) return has_blanks ? ValueKind::NeedsQuotes : ValueKind::Word;
  // Quoted as a whole it is one word already.
  const char quote = value.front();
  const bool is_whole = (quote == '"' || quote == '\'') && value.size() > 1 &&
                        value.find(quote, 1) == value.size() - 1 && !value.contains(escape);
  if (is_whole || !has_blanks) return ValueKind::Word;
  return ValueKind::Unclear;
}

// ---- RUN after RUN ------------------------------------------------------------------------------

// Commands whose effect on the shell would reach the next RUN.
constexpr auto kLasting = std::to_array<std::string_view>(
    {".",        "alias",   "builtin", "cd",      "declare", "enable", "eval",
     "exec",     "exit",    "export",  "getopts", "hash",    "let",    "local",
     "logout",   "mapfile", "newgrp",  "popd",    "pushd",   "read",   "readarray",
     "readonly", "return",  "set",     "shift",   "shopt",   "source", "su",
     "trap",     "typeset", "ulimit",  "umask",   "unalias", "unset"});

bool lasts(const shell::Command& command) {
  const std::string_view flag =
      command.words.size() > 1 ? std::string_view(command.words[1].text) : std::string_view();
  if (command.name() == "printf") return flag.starts_with("-v");
  if (command.name() == "command") return flag != "-v" && flag != "-V";
  return is_among(command.name(), kLasting);
}

bool leaves_the_shell_alone(const shell::Script& script) {
  // "${X:=y}" and "$((x = 1))" assign.
  const bool may_assign = script.text.contains("${") || script.text.contains("((");
  if (may_assign && script.text.contains('=')) return false;
  return std::ranges::none_of(script.compounds,
                              [](const shell::Compound& compound) {
                                return compound.kind == shell::Compound::Kind::Function ||
                                       compound.kind == shell::Compound::Kind::For ||
                                       compound.kind == shell::Compound::Kind::Select;
                              }) &&
         std::ranges::all_of(script.commands, [](const shell::Command& command) {
           return !command.words.empty() && !lasts(command) &&
                  command.after != shell::Connector::Background;
         });
}

// One list of commands that only && joins: what stands in front of it with && counts for all.
bool is_one_chain(const shell::Script& script) {
  return std::ranges::all_of(script.pipelines, [](const shell::Pipeline& pipeline) {
    return !pipeline.negated &&
           (pipeline.after == shell::Connector::None || pipeline.after == shell::Connector::And);
  });
}

bool is_joinable(const RunScript& run) {
  const shell::Script& script = run.script;
  return run.instruction == run.outer && run.instruction->form == Form::Shell &&
         run.instruction->heredocs.empty() && script.problems.empty() && script.comments.empty() &&
         !script.commands.empty();
}

// Comments between the two, each on its line; nullopt if one of them tells tools something.
std::optional<std::string> comments_between(const Lint& lint, const Instruction& before,
                                            const Instruction& run, std::string_view newline) {
  std::string out;
  for (std::uint32_t i = run.comments_begin; i < run.comments_end; ++i) {
    const Comment& comment = lint.file.comments[i];
    if (comment.line <= before.last_line || is_pragma(comment)) return std::nullopt;
    out.append(lint.file.source.text(lint.file.source.line_range(comment.line))).append(newline);
  }
  return out;
}

}  // namespace

bool is_of_lines(const RunScript& run) {
  return run.instruction->header_line > run.instruction->first_line;
}

std::optional<Folder> folder_at(const Lint& lint, const Instruction& instruction) {
  const Stage* stage = lint.stages.stage_of(instruction);
  if (stage == nullptr || stage->is_windows) return std::nullopt;
  const WorkDir folder = lint.stages.workdir_at(instruction);
  if (!folder.known) return std::nullopt;
  if (folder.absolute) return Folder{folder.path, true};
  const BaseFacts* facts = base_facts_of(lint, stage->index);
  const std::string begin =
      facts != nullptr && !facts->working_dir.empty() ? facts->working_dir : std::string("/");
  if (folder.path.empty()) return Folder{begin, facts != nullptr};
  const auto path = absolute_path(WorkDir{begin, true, true}, folder.path);
  if (!path) return std::nullopt;
  return Folder{*path, facts != nullptr};
}

std::optional<Fix> absolute_workdir(const Lint& lint, const Instruction& workdir) {
  const Word& word = workdir.words.front();
  const std::string_view raw = word.text;
  const bool is_special = raw.find_first_of("\"' \t\\`~") != std::string_view::npos;
  const auto folder = folder_at(lint, workdir);
  if (!folder || is_special) return std::nullopt;
  std::string path = folder->path;
  if (raw.contains('$')) {
    if (raw.contains("..")) return std::nullopt;
    if (!path.ends_with('/')) path += '/';
    path.append(raw.starts_with("./") ? raw.substr(2) : raw);
  } else {
    const auto whole = absolute_path(WorkDir{path, true, true}, raw);
    if (!whole) return std::nullopt;
    path = *whole;
  }
  TextEdit edit{word.range, path};
  if (folder->is_certain) return safe_fix(std::move(edit));
  return unsafe_fix(
      std::move(edit),
      fmt::format("the folder is {} then, whatever folder the base image is in", printable(path)));
}

std::optional<Fix> label_of_maintainer(const Lint& lint, const Instruction& maintainer) {
  std::string_view name = trim(maintainer.text.text);
  const bool is_quoted = name.size() > 1 && (name.front() == '"' || name.front() == '\'') &&
                         name.back() == name.front();
  if (is_quoted) name = name.substr(1, name.size() - 2);
  if (name.empty() || has_comments_inside(lint.file, maintainer)) return std::nullopt;
  const Stage* stage = lint.stages.stage_of(maintainer);
  if (stage != nullptr && has_label(lint, *stage, kAuthors)) return std::nullopt;
  return safe_fix(
      TextEdit{maintainer.range, fmt::format("{} {}={}", in_case_of(maintainer.name, "LABEL"),
                                             kAuthors, quoted_value(lint.file, name))});
}

std::optional<Fix> modern_pair(const Lint& lint, const Instruction& instruction, const Pair& pair) {
  if (!pair.value || instruction.pairs.size() != 1) return std::nullopt;
  const ValueKind kind = kind_of_value(*pair.value, lint.file.escape);
  const Range gap{pair.key_range.end, pair.value_range.begin};
  if (kind == ValueKind::Unclear || !is_blank(lint.file.source.text(gap))) return std::nullopt;
  if (kind == ValueKind::Word) return safe_fix(TextEdit{gap, "="});
  return safe_fix({{gap, "=\""}, {{pair.value_range.end, pair.value_range.end}, "\""}});
}

std::optional<Fix> split_env(const Lint& lint, const Instruction& env, const Pair& pair) {
  const auto index = static_cast<std::size_t>(&pair - env.pairs.data());
  if (index == 0 || pair.legacy) return std::nullopt;
  const Range gap{env.pairs[index - 1].range.end, pair.range.begin};
  const std::string_view between = lint.file.source.text(gap);
  const bool is_bare = between.find_first_not_of(" \t\r\n\\`") == std::string_view::npos;
  if (!is_bare) return std::nullopt;
  return unsafe_fix(
      TextEdit{gap, fmt::format("{}{}{} ", newline_of(lint.file, env.first_line),
                                indentation_of(lint.file, env.first_line), env.name)},
      "the variable gets the value that stands beside it, where it got the one from before");
}

std::optional<Fix> joined_runs(const Lint& lint, const RunScript& before, const RunScript& run,
                               const RunScript& model) {
  if (!is_joinable(before) || !is_joinable(run) || before.script.dialect != run.script.dialect)
    return std::nullopt;
  if (!leaves_the_shell_alone(before.script) || !is_one_chain(run.script)) return std::nullopt;
  // In front of && `set -e` is not in effect, which matters to all but simple commands.
  const bool exits_on_error = before.script.commands.back().options.has(shell::Option::ErrExit);
  if (exits_on_error && !before.script.compounds.empty()) return std::nullopt;
  const auto end = end_of_commands(before);
  if (!end) return std::nullopt;
  const std::uint32_t first_line = before.instruction->first_line;
  const std::string_view newline = newline_of(lint.file, first_line);
  const auto comments = comments_between(lint, *before.instruction, *run.instruction, newline);
  if (!comments) return std::nullopt;
  const std::string indentation =
      is_of_lines(model) ? std::string(indentation_of(lint.file, model.instruction->header_line))
                         : std::string(indentation_of(lint.file, first_line)) + "    ";
  const Range gap{before.source_range({*end - 1, *end}).end, run.source_range({0, 1}).begin};
  return safe_fix(TextEdit{
      gap, fmt::format(" {}{}{}{}&& ", lint.file.escape, newline, *comments, indentation)});
}

}  // namespace corten::dockerfile
