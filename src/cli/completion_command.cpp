// corten completion SHELL: made from the option tables.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace corten::cli {

namespace {

constexpr std::array<std::span<const OptionSpec>, 0> kOptions = {};

std::vector<std::string_view> first_words() {
  std::set<std::string_view> words;
  for (const CommandSpec& command : commands()) words.insert(split(command.name, ' ').front());
  return {words.begin(), words.end()};
}

std::string option_names(const CommandSpec& command) {
  std::vector<std::string> names;
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) names.push_back(fmt::format("--{}", option.name));
  }
  names.emplace_back("--help");
  return join(names, " ");
}

std::string choices_cases(std::string_view line) {
  std::set<std::string> rows;
  for (const CommandSpec& command : commands()) {
    for (const auto& group : command.options) {
      for (const OptionSpec& option : group) {
        if (!option.choices.empty())
          rows.insert(fmt::format(fmt::runtime(line), option.name, option.choices));
      }
    }
  }
  return fmt::format("{}", fmt::join(rows, ""));
}

std::string bash_script() {
  std::string cases;
  for (const CommandSpec& command : commands()) {
    cases += fmt::format("    '{}'*) words='{}' ;;\n", command.name, option_names(command));
  }
  return fmt::format(
      "# bash completion of corten\n"
      "_corten() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words=''\n"
      "  case $before in\n{}  esac\n"
      "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '{}' -- \"$current\")); return\n"
      "  fi\n"
      "  case \"${{COMP_WORDS[*]:1}}\" in\n{}  esac\n"
      "  case $current in\n"
      "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
      "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -o filenames -F _corten corten\n",
      choices_cases("    --{}) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n"),
      fmt::join(first_words(), " "), cases);
}

std::string zsh_script() {
  // zsh reads bash completions; one description of the options is enough.
  return "#compdef corten\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script();
}

std::string fish_script() {
  std::string out = "# fish completion of corten\ncomplete -c corten -n __fish_use_subcommand -f\n";
  for (const CommandSpec& command : commands()) {
    const std::string_view word = split(command.name, ' ').front();
    out += fmt::format("complete -c corten -n __fish_use_subcommand -a {} -d '{}'\n", word,
                       command.summary);
    for (const auto& group : command.options) {
      for (const OptionSpec& option : group) {
        out += fmt::format(
            "complete -c corten -n '__fish_seen_subcommand_from {}' -l {}{}{} -d '{}'\n", word,
            option.name, option.letter != 0 ? fmt::format(" -s {}", option.letter) : "",
            option.value.empty()     ? ""
            : option.choices.empty() ? " -r"
                                     : fmt::format(" -x -a '{}'", option.choices),
            option.help);
      }
    }
  }
  return out;
}

int run(const Context& /*context*/, const Arguments& arguments) {
  const std::string shell = arguments.positionals.empty() ? "" : arguments.positionals[0];
  std::string script;
  if (shell == "bash") script = bash_script();
  if (shell == "zsh") script = zsh_script();
  if (shell == "fish") script = fish_script();
  if (script.empty()) {
    return report_error({ErrorCode::Usage,
                         "completion for which shell?",
                         {},
                         "corten completion bash, zsh or fish"});
  }
  fmt::print("{}", script);
  return kExitClean;
}

}  // namespace

const CommandSpec kCompletionCommand = {
    "completion", "a completion script for bash, zsh or fish",
    "SHELL",      "corten completion bash > /etc/bash_completion.d/corten",
    "",           kOptions,
    run,
};

}  // namespace corten::cli
