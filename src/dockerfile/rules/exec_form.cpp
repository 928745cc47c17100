#include "dockerfile/rules/exec_form.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "dockerfile/base.h"
#include "dockerfile/rules/mend.h"
#include "dockerfile/rules/support.h"

namespace corten::dockerfile {

namespace {

// What only a shell can do; `echo` and the like are programs too.
constexpr auto kBuiltins = std::to_array<std::string_view>(
    {".",    ":",        "[[",       "((",      "alias", "bg",      "break",  "builtin",
     "cd",   "command",  "continue", "declare", "eval",  "exec",    "exit",   "export",
     "fg",   "getopts",  "hash",     "jobs",    "let",   "local",   "popd",   "pushd",
     "read", "readonly", "return",   "set",     "shift", "shopt",   "source", "times",
     "trap", "type",     "typeset",  "ulimit",  "umask", "unalias", "unset",  "wait"});

bool is_plain(const shell::Word& word) {
  return word.literal && !word.glob && !word.tilde && !word.brace;
}

// The words of a script that is one command and nothing else; null for any other script.
const shell::Command* only_command(const shell::Script& script) {
  if (!script.problems.empty() || !script.comments.empty() || !script.compounds.empty())
    return nullptr;
  if (script.commands.size() != 1 || script.pipelines.size() != 1) return nullptr;
  const shell::Command& command = script.commands.front();
  const bool is_bare = command.assignments.empty() && command.redirections.empty() &&
                       !command.words.empty() && !command.negated &&
                       command.after == shell::Connector::None &&
                       std::ranges::all_of(command.words, is_plain);
  if (!is_bare) return nullptr;
  const std::string_view rest =
      std::string_view(script.text).substr(command.words.back().range.end);
  return trim(rest).empty() ? &command : nullptr;
}

// Each word as a string, so that what stands between them stays.
std::optional<std::vector<TextEdit>> as_list(const Lint& lint, const RunScript& run,
                                             std::span<const shell::Word> words) {
  std::vector<TextEdit> edits;
  std::string opening = "[";
  if (words.front().text == "exec") {
    if (words.size() < 2 || words[1].text.starts_with('-')) return std::nullopt;
    const Range range{run.source_range(words[0].range).begin,
                      run.source_range(words[1].range).begin};
    if (lint.file.source.text(range).contains('#')) return std::nullopt;
    edits.push_back({range, ""});
    words = words.subspan(1);
  }
  if (is_among(words.front().text, kBuiltins)) return std::nullopt;
  for (const shell::Word& word : words) {
    std::optional<std::string> text = json_string(word.text);
    if (!text) return std::nullopt;
    const bool is_last = &word == &words.back();
    edits.push_back({run.source_range(word.range), opening + *text + (is_last ? "]" : ",")});
    opening.clear();
  }
  return edits;
}

const Instruction* in_stage(const Lint& lint, const Stage& stage, Keyword keyword) {
  for (const Instruction& instruction : lint.stages.instructions(stage)) {
    if (instruction.keyword == keyword && !instruction.broken) return &instruction;
  }
  return nullptr;
}

bool has_entrypoint(const Lint& lint, const Stage& stage) {
  const std::span<const Stage> all = lint.stages.all();
  std::size_t steps = 0;
  for (const Stage* at = &stage; steps < kMaxInheritance; at = &all[at->parent], ++steps) {
    if (in_stage(lint, *at, Keyword::Entrypoint) != nullptr) return true;
    if (at->parent == kNone) return false;
  }
  return true;
}

// Known images whose entry points run whatever they are given, in whatever form.
bool has_plain_entrypoint(const Lint& lint, const Stage& stage) {
  const BaseImage base = base_of(lint, stage);
  return base.is_scratch() || (base.known != nullptr && !base.known->drops_root);
}

std::optional<Fix> for_cmd(const Lint& lint, const Stage& stage, std::vector<TextEdit> edits) {
  if (has_entrypoint(lint, stage)) {
    return unsafe_fix(std::move(edits),
                      "ENTRYPOINT gets the words themselves instead of /bin/sh -c and one string");
  }
  if (has_plain_entrypoint(lint, stage)) return safe_fix(std::move(edits));
  return unsafe_fix(std::move(edits),
                    "if the base image has an entry point, it gets the words themselves instead of "
                    "/bin/sh -c and one string");
}

// A login shell reads files that set variables, which a list would do without.
bool is_login_shell(const Instruction* shell) {
  return shell != nullptr && std::ranges::any_of(shell->words, [](const Word& word) {
           const std::string_view text = word.text;
           if (text == "--login" || text == "--interactive") return true;
           return text.starts_with('-') && !text.starts_with("--") &&
                  text.find_first_of("li") != std::string_view::npos;
         });
}

}  // namespace

std::optional<Fix> exec_form(const Lint& lint, const Instruction& outer,
                             const Instruction& command) {
  const RunScript* run = lint.script_of(outer);
  const Stage* stage = lint.stages.stage_of(outer);
  if (run == nullptr || run->instruction != &command || stage == nullptr) return std::nullopt;
  if (stage->is_windows || !shell::is_posix_like(run->script.dialect)) return std::nullopt;
  if (is_login_shell(lint.stages.shell_at(outer))) return std::nullopt;
  const shell::Command* only = only_command(run->script);
  if (only == nullptr) return std::nullopt;
  std::optional<std::vector<TextEdit>> edits = as_list(lint, *run, only->words);
  if (!edits) return std::nullopt;
  if (outer.keyword == Keyword::Healthcheck) return safe_fix(*std::move(edits));
  if (command.keyword == Keyword::Cmd) return for_cmd(lint, *stage, *std::move(edits));
  // In shell form it takes no arguments: CMD would become some.
  if (in_stage(lint, *stage, Keyword::Cmd) != nullptr) return std::nullopt;
  return unsafe_fix(*std::move(edits), "arguments of docker run reach the program then");
}

}  // namespace corten::dockerfile
