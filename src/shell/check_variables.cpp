// Variables that are never set, or never used.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "shell/internal/checks.h"
#include "shell/internal/input.h"

namespace corten::shell {

namespace {

// Set by the shell itself.
constexpr std::array kShellNames = std::to_array<std::string_view>(
    {"argv", "auto_resume", "cdpath", "fpath", "histchars", "module_path", "path", "prompt",
     "psvar", "status", "watch", "manpath", "mailpath", "fignore", "pipestatus", "signals"});

// Names that other programs or the shell read.
constexpr std::array kReadElsewhere = std::to_array<std::string_view>({"PATH",
                                                                       "HOME",
                                                                       "IFS",
                                                                       "PS1",
                                                                       "PS2",
                                                                       "PS3",
                                                                       "PS4",
                                                                       "LANG",
                                                                       "LC_ALL",
                                                                       "LC_CTYPE",
                                                                       "LANGUAGE",
                                                                       "TERM",
                                                                       "SHELL",
                                                                       "USER",
                                                                       "LOGNAME",
                                                                       "PWD",
                                                                       "OLDPWD",
                                                                       "CDPATH",
                                                                       "ENV",
                                                                       "BASH_ENV",
                                                                       "TMPDIR",
                                                                       "TZ",
                                                                       "OPTIND",
                                                                       "OPTARG",
                                                                       "OPTERR",
                                                                       "RANDOM",
                                                                       "SECONDS",
                                                                       "REPLY",
                                                                       "HISTFILE",
                                                                       "HISTSIZE",
                                                                       "HISTCONTROL",
                                                                       "EDITOR",
                                                                       "VISUAL",
                                                                       "PAGER",
                                                                       "LD_LIBRARY_PATH",
                                                                       "GLOBIGNORE",
                                                                       "TIMEFORMAT",
                                                                       "LINENO",
                                                                       "PROMPT_COMMAND",
                                                                       "http_proxy",
                                                                       "https_proxy",
                                                                       "ftp_proxy",
                                                                       "no_proxy",
                                                                       "_"});

bool contains(const auto& table, std::string_view name) {
  return std::ranges::find(table, name) != table.end();
}

// Calls `use` with every variable reference outside of nested scripts; `nested` with those inside.
void each_reference(const Script& script, const auto& use, const auto& nested) {
  const auto word_references = [&](const Word& word, bool inner) {
    for (const VariableReference& one : word.variables) {
      if (inner) {
        nested(one);
      } else {
        use(one);
      }
    }
  };
  for (const Command& command : script.commands) {
    const bool inner = command.nested_script;
    for (const Word& word : command.words) word_references(word, inner);
    for (const Assignment& one : command.assignments) {
      word_references(one.value, inner);
      for (const Word& element : one.elements) word_references(element, inner);
    }
    for (const Redirection& one : command.redirections) {
      word_references(one.target, inner);
      for (const VariableReference& variable : one.body_variables) use(variable);
    }
  }
  for (const Compound& one : script.compounds) {
    for (const Word& word : one.words) word_references(word, false);
    for (const Redirection& redirection : one.redirections) {
      word_references(redirection.target, false);
      for (const VariableReference& variable : redirection.body_variables) use(variable);
    }
  }
}

bool is_guarded(const VariableReference& one) {
  return !one.operation.empty() &&
         std::string_view("-=?+").find(one.operation.back()) != std::string_view::npos;
}

// Lower case names are taken for the script's own; upper case ones may come from the environment.
bool belongs_to_script(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) &&
         std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

void check_never_set(const CheckRun& run) {
  std::map<std::string_view, const VariableReference*> first;
  std::set<std::string_view> guarded;
  each_reference(
      run.script,
      [&](const VariableReference& one) {
        if (is_guarded(one)) guarded.insert(one.name);
        if (is_guarded(one) || !belongs_to_script(one.name) || contains(kShellNames, one.name))
          return;
        const auto [place, added] = first.try_emplace(one.name, &one);
        if (!added && one.range.begin < place->second->range.begin) place->second = &one;
      },
      [](const VariableReference&) {});
  for (const auto& [name, one] : first) {
    const auto known =
        std::ranges::equal_range(run.script.definitions, name, {}, &Definition::name);
    const bool set = std::ranges::any_of(
        known, [](const Definition& made) { return made.how != Definition::How::Prefix; });
    if (set || contains(run.options.known_variables, name)) continue;
    if (contains(kReadElsewhere, name)) continue;
    run.add(2154, Level::Warning, one->range, "`" + std::string(name) + "` is used but never set");
  }
}

// Names in $((…)), ((…)) and `let` need no dollar: anything there that is a name counts as used.
void add_arithmetic_names(const Script& script, std::set<std::string_view>& used) {
  const auto add_names = [&](std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      if (!is_name_start(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && is_name_char(text[end])) ++end;
      used.insert(text.substr(at, end - at));
      at = end;
    }
  };
  const auto in_word = [&](const Word& word) {
    for (const Substitution& one : word.substitutions) {
      if (one.kind == Substitution::Kind::Arithmetic) add_names(script.raw(one.range));
    }
  };
  for (const Command& command : script.commands) {
    const bool arithmetic = command.name() == "((" || command.name() == "let" ||
                            command.name() == "[[" || command.name() == "unset";
    for (const Word& word : command.words) {
      if (arithmetic) add_names(script.raw(word.range));
      in_word(word);
    }
    if (command.name() == "export" || command.name() == "eval" || command.name() == ".") {
      for (const Word& word : command.words) add_names(script.raw(word.range));
    }
    for (const Assignment& one : command.assignments) in_word(one.value);
  }
}

void check_never_used(const CheckRun& run) {
  std::set<std::string_view> used;
  const auto use = [&](const VariableReference& one) { used.insert(one.name); };
  each_reference(run.script, use, use);
  add_arithmetic_names(run.script, used);
  const auto& all = run.script.definitions;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Definition& one = all[i];
    // The last assignment of a name stands for all of them.
    if (i + 1 < all.size() && all[i + 1].name == one.name) continue;
    if (one.how != Definition::How::Assigned && one.how != Definition::How::Loop) continue;
    if (one.command != kNone && run.script.commands[one.command].nested_script) continue;
    if (one.command != kNone && run.script.commands[one.command].options.has(Option::AllExport))
      continue;
    if (used.contains(one.name) || contains(kReadElsewhere, one.name)) continue;
    if (contains(run.options.known_variables, one.name) || one.name.starts_with('_')) continue;
    run.add(2034, Level::Warning, one.range,
            "`" + one.name + "` is set but not used here, and not exported");
  }
}

}  // namespace

void check_variables(const CheckRun& run) {
  check_never_set(run);
  check_never_used(run);
}

}  // namespace corten::shell
