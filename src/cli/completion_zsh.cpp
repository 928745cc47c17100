// zsh, by its own _arguments and _describe; works from fpath and when it is sourced.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/completion.h"

namespace corten::cli {

namespace {

// Text inside of single quotes, with the characters of `special` behind a backslash.
std::string quoted(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

constexpr std::string_view kInBrackets = "[]:\\";

std::string action_of(const Completion& completion) {
  switch (completion.offer) {
    case Offer::Nothing:
      return " ";
    case Offer::Files:
      return "_files";
    case Offer::Folders:
      return "_files -/";
    case Offer::Words:
      return fmt::format("({})", completion.words);
  }
  return " ";
}

std::string option_row(const OptionSpec& option) {
  const std::string help = quoted(option.help, kInBrackets);
  const std::string value = option.is_switch() ? std::string()
                                               : fmt::format(":{}:{}", quoted(option.value, ":\\"),
                                                             action_of(completion_of(option)));
  const std::string_view equals = option.is_switch() ? "" : "=";
  const std::string_view many = option.repeat == Repeat::Many ? "*" : "";
  if (option.letter == 0)
    return fmt::format("'{}--{}{}[{}]{}'", many, option.name, equals, help, value);
  const std::string others =
      many.empty() ? fmt::format("(-{0} --{1})", option.letter, option.name) : "*";
  return fmt::format("'{0}'{{-{1}{2},--{3}{4}}}'[{5}]{6}'", others, option.letter,
                     option.is_switch() ? "" : "+", option.name, equals, help, value);
}

std::string arguments_row(const CommandSpec& command) {
  const ArgumentCompletion arguments = arguments_of(command);
  if (arguments.name.empty()) return {};
  return fmt::format(" \\\n        '{}:{}:{}'", arguments.repeat == Repeat::Many ? "*" : "1",
                     arguments.name, action_of(arguments.completion));
}

std::string describe_call(std::string_view what, const std::vector<CommandWord>& words) {
  std::string rows;
  for (const CommandWord& word : words)
    rows += fmt::format(" '{}:{}'", word.word, quoted(word.summary, ":\\"));
  return fmt::format("commands=({} ); _describe -t commands {} commands", rows, what);
}

}  // namespace

std::string zsh_completion() {
  std::string out =
      "#compdef corten\n_corten() {\n  local -a commands\n  if (( CURRENT == 2 )); then\n    " +
      describe_call("command", first_words()) +
      "\n    return\n  fi\n  local command=$words[2] skip=1\n  case $command in\n";
  for (const CommandWord& first : first_words()) {
    const auto below = words_below(first.word);
    if (below.empty()) continue;
    out += fmt::format(
        "    {0})\n      if (( CURRENT == 3 )); then\n        {1}\n        return\n      fi\n"
        "      command+=\" $words[3]\" skip=2 ;;\n",
        first.word, describe_call(fmt::format("'{} command'", first.word), below));
  }
  out +=
      "  esac\n  shift $skip words\n  (( CURRENT -= skip ))\n  case $command in\n"
      "    help) (( CURRENT == 2 )) && " +
      describe_call("command", first_words()) + " ;;\n";
  for (const CommandSpec& command : commands()) {
    out += fmt::format("    '{}')\n      _arguments -s -S \\\n        '--help[show the help page]'",
                       command.name);
    for (const OptionSpec* option : options_of(command))
      out += " \\\n        " + option_row(*option);
    out += arguments_row(command) + " ;;\n";
  }
  return out +
         "  esac\n}\nif [[ $funcstack[1] == _corten ]]; then\n  _corten \"$@\"\nelse\n  compdef "
         "_corten corten\nfi\n";
}

}  // namespace corten::cli
