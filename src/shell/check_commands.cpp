// Mistakes in how commands are called.
#include <algorithm>
#include <array>

#include "shell/commands.h"
#include "shell/internal/checks.h"
#include "shell/internal/input.h"

namespace corten::shell {

namespace {

// `..`, `/`, `../..`: a change of folder that does not fail.
bool is_safe_folder(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    if (part != "." && part != ".." && !part.empty()) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
  return true;
}

void check_cd(const CheckRun& run, const Command& command, bool errexit) {
  const std::string_view name = command.name();
  if (name != "cd" && name != "pushd" && name != "popd") return;
  if (errexit || is_tested(run.script, command)) return;
  if (name != "popd" && command.words.size() < 2) return;
  if (command.words.size() > 1 && is_safe_folder(command.words.back().text)) return;
  Mistake& mistake = run.add(2164, Level::Warning, command.range,
                             "what follows runs in the wrong folder if this fails: add `|| exit`");
  // Behind the last word: redirections and blanks may follow it.
  const bool ends_in_word =
      command.redirections.empty() && command.before != Connector::Pipe && !command.negated;
  if (!ends_in_word || command.after == Connector::Background || command.after == Connector::Pipe)
    return;
  const std::uint32_t end = command.words.back().range.end;
  mistake.fix = {{{end, end}, " || exit"}};
}

void check_declared_substitution(const CheckRun& run, const Command& command) {
  if (!declares(command.name())) return;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const Word& word = command.words[i];
    const bool runs = std::ranges::any_of(word.substitutions, [](const Substitution& one) {
      return one.kind == Substitution::Kind::Command || one.kind == Substitution::Kind::Backtick;
    });
    if (!runs || word.text.find('=') == std::string::npos) continue;
    run.add(2155, Level::Warning, word.range,
            "declare and assign apart: this hides the command's exit status");
  }
}

void check_printf(const CheckRun& run, const Command& command) {
  if (command.name() != "printf") return;
  std::size_t at = 1;
  if (command.words.size() > 2 && command.words[1].text == "-v") at = 3;
  if (at < command.words.size() && command.words[at].text == "--") ++at;
  if (at >= command.words.size()) return;
  const Word& format = command.words[at];
  if (format.literal || format.text.find('%') != std::string::npos) return;
  run.add(2059, Level::Info, format.range,
          "a variable is no safe format: write printf '%s' \"$x\"");
}

void check_echo(const CheckRun& run, const Command& command) {
  const Invocation call = as_written(command);
  if (call.base() != "echo") return;
  if (command.words.size() == 2 && command.words[1].substitutions.size() == 1 &&
      command.words[1].text == "${VAR}" &&
      command.words[1].substitutions.front().kind != Substitution::Kind::Arithmetic) {
    run.add(2005, Level::Style, command.range,
            "the command prints its output by itself: echo is not needed");
  }
  if (run.script.dialect == Dialect::Dash || has_flag(call, {"e", "E"})) return;
  for (const Word& word : call.args()) {
    for (std::size_t at = word.text.find('\\'); at != std::string::npos;
         at = word.text.find('\\', at + 1)) {
      const char next = at + 1 < word.text.size() ? word.text[at + 1] : '\0';
      if (next == '\0' || std::string_view("rntabefvx0").find(next) == std::string_view::npos)
        continue;
      run.add(2028, Level::Info, word.range,
              "echo may print escape sequences as they are: use printf");
      break;
    }
  }
}

void check_read(const CheckRun& run, const Command& command) {
  if (command.name() != "read" || has_flag(as_written(command), {"r"})) return;
  const Range name = command.words.front().range;
  run.add(2162, Level::Info, name, "read without -r eats backslashes").fix = {
      {{name.end, name.end}, " -r"}};
}

// ---- rm and mkdir -------------------------------------------------------------------------------

constexpr std::array kImportantPaths = std::to_array<std::string_view>(
    {"", "/bin", "/etc", "/home", "/mnt", "/usr", "/usr/share", "/usr/local", "/var", "/lib",
     "/dev", "/media", "/boot", "/lib64", "/usr/bin"});

bool is_important(std::string_view path) {
  if (path.empty()) return false;
  for (const std::string_view known : kImportantPaths) {
    if (!path.starts_with(known)) continue;
    const std::string_view rest = path.substr(known.size());
    if (rest.empty() || rest == "/" || rest == "/*" || rest == "/*/*") return true;
  }
  return false;
}

// The word with its variables empty; nullopt if one of them cannot be.
std::optional<std::string> with_variables_empty(const Word& word) {
  if (!word.substitutions.empty()) return std::nullopt;
  std::string made;
  std::size_t done = 0;
  for (const VariableReference& one : word.variables) {
    if (one.at == kNone) continue;
    if (!one.operation.empty() &&
        std::string_view("-=?+").find(one.operation.back()) != std::string_view::npos) {
      return std::nullopt;
    }
    made.append(word.text, done, one.at - done);
    done = one.at + one.name.size() + std::string_view("${}").size();
  }
  made.append(word.text, done);
  return made;
}

void check_rm(const CheckRun& run, const Command& command) {
  const Invocation call = as_written(command);
  if (call.base() != "rm" || !has_flag(call, {"r", "R", "recursive"})) return;
  for (const Word& word : call.args()) {
    if (word.literal || word.brace) continue;
    const auto path = with_variables_empty(word);
    if (!path || !is_important(*path) || *path == word.text) continue;
    run.add(2115, Level::Warning, word.range,
            "an empty variable makes this delete a system folder: write ${x:?}");
  }
}

void check_mkdir(const CheckRun& run, const Command& command) {
  const Invocation call = as_written(command);
  if (call.base() != "mkdir") return;
  const auto all = flags(call);
  const auto mode = std::ranges::find_if(
      all, [](const Flag& one) { return one.name == "m" || one.name == "mode"; });
  if (mode == all.end() || !has_flag(call, {"p", "parents"})) return;
  const bool deep = std::ranges::any_of(operands(call), [](const Word* word) {
    return !word->literal || word->text.find('/') != std::string::npos;
  });
  if (deep)
    run.add(2174, Level::Warning, mode->word->range,
            "with -p, the mode of -m is that of the deepest folder only");
}

// ---- tests, assignments -------------------------------------------------------------------------

void check_test(const CheckRun& run, const Command& command) {
  if (command.name() != "[" && command.name() != "test") return;
  const std::size_t count = command.words.size() - (command.name() == "[" ? 1U : 0U);
  for (std::size_t i = 2; i + 1 < count; ++i) {
    const Word& word = command.words[i];
    if (word.quoting != Quoting::None || (word.text != "-a" && word.text != "-o")) continue;
    run.add(2166, Level::Warning, word.range,
            "-a and -o are not well defined: write [ … ] && [ … ]");
  }
  if (count == 4 && command.words[1].text == "${?}" && command.words[3].text == "0") {
    run.add(2181, Level::Style, command.words[1].range,
            "test the command itself: `if command; then`");
  }
}

// `X= command` and `X= Y=1`, where X=command may have been meant.
void check_empty_values(const CheckRun& run, const Command& command) {
  for (std::size_t i = 0; i < command.assignments.size(); ++i) {
    const Assignment& one = command.assignments[i];
    const bool nothing = one.value.range.begin == one.value.range.end && !one.array;
    const bool more = i + 1 < command.assignments.size() || !command.words.empty();
    if (!nothing || !more || one.name == "IFS") continue;
    run.add(1007, Level::Warning, {one.range.end, one.range.end + 1},
            "write '' where an empty value is meant");
  }
}

void check_assignment(const CheckRun& run, const Command& command) {
  check_empty_values(run, command);
  const std::string_view name = command.name();
  if (name == "test" || name == "[" || name == "[[" || name == "expr") return;
  if (command.words.size() < 2 || !command.words[0].literal) return;
  if (command.words[1].text != "=" || command.words[1].quoting != Quoting::None) return;
  run.add(2283, Level::Error, command.words[1].range, "no blanks around = in an assignment");
}

void check_grep_names(const CheckRun& run, const Command& command) {
  if (command.name() == "egrep")
    run.add(2196, Level::Info, command.words.front().range, "egrep is obsolete: grep -E").fix = {
        {command.words.front().range, "grep -E"}};
  if (command.name() == "fgrep")
    run.add(2197, Level::Info, command.words.front().range, "fgrep is obsolete: grep -F").fix = {
        {command.words.front().range, "grep -F"}};
}

bool sets_errexit(const Script& script) {
  return std::ranges::any_of(script.commands, [](const Command& command) {
    return !command.nested_script &&
           (command.options.has(Option::ErrExit) ||
            (command.name() == "set" && has_flag(as_written(command), {"e"})) ||
            (command.name() == "set" && has_arg(as_written(command), "errexit")));
  });
}

void check_loops(const CheckRun& run) {
  for (const Compound& loop : run.script.compounds) {
    if (loop.kind != Compound::Kind::For || loop.words.size() != 1) continue;
    const Word& only = loop.words.front();
    if (only.literal && !only.glob && !only.brace) {
      run.add(2043, Level::Warning, only.range, "this loop runs once");
    } else if (only.quoting == Quoting::Fully && !only.literal && only.variables.size() == 1 &&
               only.substitutions.empty() && only.variables.front().name != "@" &&
               only.variables.front().operation != "[") {
      run.add(2066, Level::Error, only.range, "quoted, this is one word: the loop runs once");
    }
  }
}

}  // namespace

void check_commands(const CheckRun& run) {
  const bool errexit = sets_errexit(run.script);
  for (const Command& command : run.script.commands) {
    if (command.nested_script) continue;
    check_cd(run, command, errexit);
    check_declared_substitution(run, command);
    check_printf(run, command);
    check_echo(run, command);
    check_read(run, command);
    check_rm(run, command);
    check_mkdir(run, command);
    check_test(run, command);
    check_assignment(run, command);
    check_grep_names(run, command);
  }
  check_loops(run);
}

}  // namespace corten::shell
