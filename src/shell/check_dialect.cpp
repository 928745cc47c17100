// What POSIX sh does not have.
#include <algorithm>
#include <array>

#include "shell/commands.h"
#include "shell/internal/checks.h"

namespace corten::shell {

namespace {

void lacks(const CheckRun& run, std::uint32_t code, Range range, std::string_view what) {
  run.add(code, Level::Warning, range, std::string("POSIX sh has no ").append(what));
}

constexpr std::array kForeignBuiltins = std::to_array<std::string_view>(
    {"declare", "typeset", "shopt", "pushd", "popd", "dirs", "let", "mapfile", "readarray",
     "select", "enable", "compgen", "complete", "disown", "suspend", "caller", "builtin"});
constexpr std::array kBashNames = std::to_array<std::string_view>(
    {"RANDOM", "SECONDS", "HOSTNAME", "UID", "EUID", "HOSTTYPE", "MACHTYPE", "OSTYPE",
     "BASH_SOURCE", "BASHPID", "FUNCNAME", "PIPESTATUS", "SHLVL", "DIRSTACK", "BASH_VERSION",
     "BASH_REMATCH"});

bool contains(const auto& table, std::string_view name) {
  return std::ranges::find(table, name) != table.end();
}

void check_variable(const CheckRun& run, const VariableReference& one) {
  const std::string_view op = one.operation;
  if (op == "!") return lacks(run, 3053, one.range, "indirect expansion");
  if (op == "[") return lacks(run, 3054, one.range, "arrays");
  if (op == ":") return lacks(run, 3057, one.range, "substrings");
  if (op == "^" || op == "^^" || op == "," || op == ",,")
    return lacks(run, 3059, one.range, "change of case");
  if (op == "/" || op == "//") return lacks(run, 3060, one.range, "replacement in variables");
  if (contains(kBashNames, one.name) && !contains(run.options.known_variables, one.name)) {
    lacks(run, 3028, one.range, "variable of this name");
  }
}

void check_word(const CheckRun& run, const Word& word) {
  using Kind = Substitution::Kind;
  for (const VariableReference& one : word.variables) check_variable(run, one);
  for (const Substitution& one : word.substitutions) {
    if (one.kind == Kind::ProcessInput || one.kind == Kind::ProcessOutput) {
      lacks(run, 3001, one.range, "process substitution");
    }
  }
  for (const Part& part : word.parts) {
    if (part.kind == Part::Kind::DollarSingleQuoted) lacks(run, 3003, part.range, "$'…'");
  }
  if (word.brace) lacks(run, 3009, word.range, "brace expansion");
}

void check_redirection(const CheckRun& run, const Redirection& one) {
  if (one.op == "<<<") lacks(run, 3011, one.range, "here-strings");
  if (one.op == "&>" || one.op == "&>>") lacks(run, 3020, one.range, "&>");
  check_word(run, one.target);
}

void check_test(const CheckRun& run, const Command& command) {
  if (command.name() == "[[") return lacks(run, 3010, command.range, "[[ ]]");
  if (command.name() == "((") return lacks(run, 3006, command.range, "(( ))");
  if (command.name() != "[" && command.name() != "test") return;
  for (const Word& word : command.words) {
    if (word.text == "==") lacks(run, 3014, word.range, "== in tests: write =");
    if (word.text == "-nt" || word.text == "-ot" || word.text == "-ef") {
      lacks(run, 3013, word.range, "comparison of files by age");
    }
  }
}

void check_builtin_flags(const CheckRun& run, const Command& command) {
  const Invocation call = as_written(command);
  const std::string_view name = command.name();
  const auto outside = [&](std::string_view allowed) {
    const auto all = flags(call);
    return std::ranges::any_of(
        all, [&](const Flag& one) { return allowed.find(one.name) == std::string_view::npos; });
  };
  const auto first_flag = [&] {
    const auto all = flags(call);
    return all.empty() ? command.range : all.front().word->range;
  };
  if (name == "read" && outside("r")) lacks(run, 3045, first_flag(), "such option of read");
  if (name == "printf" && command.words.size() > 1 && command.words[1].text == "-v") {
    lacks(run, 3045, command.words[1].range, "printf -v");
  }
  if (name == "export" && outside("p")) lacks(run, 3045, first_flag(), "such option of export");
  if (name == "ulimit" && outside("f")) lacks(run, 3045, first_flag(), "such option of ulimit");
}

void check_echo(const CheckRun& run, const Command& command) {
  if (as_written(command).base() != "echo" || command.words.size() < 2) return;
  const Word& first = command.words[1];
  const std::string_view text = first.text;
  const bool is_flag = text.size() > 1 && text.front() == '-' &&
                       text.find_first_not_of("neE", 1) == std::string_view::npos;
  if (!is_flag) return;
  const bool dash = run.script.dialect == Dialect::Dash;
  if (dash && text == "-n") return;
  lacks(run, dash ? 3036 : 3037, first.range, "options of echo: use printf");
}

void check_builtin(const CheckRun& run, const Command& command) {
  const std::string_view name = command.name();
  if (contains(kForeignBuiltins, name)) lacks(run, 3044, command.range, "such builtin");
  if (name == "local" && run.script.dialect == Dialect::Sh)
    lacks(run, 3043, command.range, "local variables");
  if (name == "source") lacks(run, 3046, command.words.front().range, "source: write .");
  if (name == "set") {
    for (const Word& word : command.words) {
      if (word.text == "pipefail") lacks(run, 3040, word.range, "option pipefail");
    }
  }
  if (name == "trap") {
    for (const Word& word : command.words) {
      if (word.text == "ERR" || word.text == "DEBUG" || word.text == "RETURN")
        lacks(run, 3047, word.range, "such signal");
    }
  }
}

}  // namespace

void check_dialect(const CheckRun& run) {
  for (const Command& command : run.script.commands) {
    if (command.nested_script) continue;
    for (const Word& word : command.words) check_word(run, word);
    for (const Assignment& one : command.assignments) {
      if (one.append) lacks(run, 3024, one.range, "+=");
      if (one.array) lacks(run, 3030, one.range, "arrays");
      check_word(run, one.value);
    }
    for (const Redirection& one : command.redirections) check_redirection(run, one);
    check_test(run, command);
    check_builtin_flags(run, command);
    check_echo(run, command);
    check_builtin(run, command);
    if (command.after == Connector::PipeBoth) lacks(run, 3029, command.range, "|&");
  }
  for (const Compound& one : run.script.compounds) {
    for (const Word& word : one.words) check_word(run, word);
    for (const Redirection& redirection : one.redirections) check_redirection(run, redirection);
    if (one.kind == Compound::Kind::Select) lacks(run, 3008, one.range, "select");
    if (one.kind == Compound::Kind::For && one.name.empty() && one.words.empty()) {
      lacks(run, 3005, one.range, "for ((…))");
    }
  }
}

}  // namespace corten::shell
