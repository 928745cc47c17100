// bash 4 and later, without the helpers of the package bash-completion.
#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "cli/completion.h"

namespace corten::cli {

namespace {

std::string words_of(const std::vector<CommandWord>& words) {
  std::vector<std::string_view> out;
  for (const CommandWord& word : words) out.push_back(word.word);
  return fmt::format("{}", fmt::join(out, " "));
}

std::string_view kind_of(Offer offer) {
  switch (offer) {
    case Offer::Nothing:
      return "none";
    case Offer::Files:
      return "files";
    case Offer::Folders:
      return "folders";
    case Offer::Words:
      return "words";
  }
  return "none";
}

std::string assignment(const Completion& completion) {
  return fmt::format("kind={} words='{}'", kind_of(completion.offer), completion.words);
}

// Cases by "COMMAND OPTION", one line for all with the same value.
std::string value_cases() {
  std::map<Completion, std::vector<std::string>> patterns;
  for (const CommandSpec& command : commands()) {
    for (const OptionSpec* option : options_of(command)) {
      if (option->is_switch()) continue;
      std::vector<std::string>& names = patterns[completion_of(*option)];
      names.push_back(fmt::format("'{} --{}'", command.name, option->name));
      if (option->letter != 0)
        names.push_back(fmt::format("'{} -{}'", command.name, option->letter));
    }
  }
  std::string out;
  for (const auto& [completion, names] : patterns)
    out += fmt::format("    {}) {} ;;\n", fmt::join(names, "|"), assignment(completion));
  return out;
}

// Cases by "COMMAND": its arguments, how many of them, and its options.
std::string command_cases() {
  std::string out;
  for (const CommandSpec& command : commands()) {
    const ArgumentCompletion arguments = arguments_of(command);
    std::vector<std::string> names;
    for (const OptionSpec* option : options_of(command))
      names.push_back(fmt::format("--{}", option->name));
    names.emplace_back("--help");
    out += fmt::format("    '{}') {} most={} options='{}' ;;\n", command.name,
                       assignment(arguments.completion),
                       arguments.repeat == Repeat::Many ? 1000 : 1, join(names, " "));
  }
  return out;
}

std::string group_cases() {
  std::string out;
  for (const CommandWord& first : first_words()) {
    const auto below = words_below(first.word);
    if (!below.empty()) out += fmt::format("    {}) words='{}' ;;\n", first.word, words_of(below));
  }
  return out;
}

// "--format=json" reaches the function as three words, for "=" breaks words in bash.
constexpr std::string_view kScript = R"(# bash completion of corten
_corten_value() {
  case "$1 $2" in
@VALUES@    *) return 1 ;;
  esac
}
_corten_group() {
  case $1 in
@GROUPS@    *) return 1 ;;
  esac
}
_corten_command() {
  case $1 in
@COMMANDS@    *) return 1 ;;
  esac
}
_corten() {
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} at=2 given=0
  local kind=none words='' options='' most=0 word value='' plain=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)) || [[ $command == help && COMP_CWORD -eq 2 ]]; then
    COMPREPLY=($(compgen -W '@FIRST@ help --help --version' -- "$current"))
    return
  fi
  if _corten_group "$command"; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W "$words --help" -- "$current"))
      return
    fi
    command+=" ${COMP_WORDS[2]}" at=3
  fi
  while ((at < COMP_CWORD)); do
    word=${COMP_WORDS[at++]}
    if [[ -z $plain && $word == -- ]]; then
      plain=yes
    elif [[ -z $plain && $word == -* ]]; then
      if _corten_value "$command" "$word"; then
        [[ ${COMP_WORDS[at]} == = && at -lt COMP_CWORD ]] && ((at++))
        ((at >= COMP_CWORD)) && value=$word
        ((at++))
      fi
    else
      ((given++))
    fi
  done
  if [[ -n $value ]]; then
    _corten_value "$command" "$value"
    [[ $current == = ]] && current=''
  else
    _corten_command "$command" || return
    if [[ -z $plain && $current == -* ]]; then
      kind=words words=$options
    elif ((given >= most)); then
      kind=none
    fi
  fi
  local IFS=$'\n'
  case $kind in
    words) IFS=$' \t\n'; COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
  esac
}
complete -F _corten corten
)";

std::string filled(std::string text, std::string_view mark, std::string_view with) {
  return text.replace(text.find(mark), mark.size(), with);
}

}  // namespace

std::string bash_completion() {
  std::string script(kScript);
  script = filled(script, "@VALUES@", value_cases());
  script = filled(script, "@GROUPS@", group_cases());
  script = filled(script, "@COMMANDS@", command_cases());
  return filled(script, "@FIRST@", words_of(first_words()));
}

}  // namespace corten::cli
