// fish 3 and later.
#include <fmt/format.h>

#include <algorithm>

#include "cli/completion.h"

namespace corten::cli {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

std::string value_words(const Completion& completion) {
  switch (completion.offer) {
    case Offer::Nothing:
      return " -x";
    case Offer::Files:
      return " -r -F";
    case Offer::Folders:
      return " -x -a '(__fish_complete_directories)'";
    case Offer::Words:
      return fmt::format(" -x -a '{}'", completion.words);
  }
  return " -x";
}

std::string argument_row(const CommandSpec& command) {
  const ArgumentCompletion arguments = arguments_of(command);
  if (arguments.completion.offer == Offer::Nothing) return {};
  std::string what;
  if (arguments.completion.offer == Offer::Files) what = "-F";
  if (arguments.completion.offer == Offer::Folders) what = "-a '(__fish_complete_directories)'";
  if (arguments.completion.offer == Offer::Words)
    what = fmt::format("-a '{}'", arguments.completion.words);
  const std::string condition =
      arguments.repeat == Repeat::Many
          ? fmt::format("__corten_is {}", command.name)
          : fmt::format("__corten_is {0}; and __corten_words {1}", command.name,
                        2 + std::ranges::count(command.name, ' '));
  return fmt::format("complete -c corten -n '{}' {}\n", condition, what);
}

// Conditions: the command is `argv`; the line has `argv` words before the cursor.
constexpr std::string_view kConditions = R"(# fish completion of corten
function __corten_is
  set -l words (commandline -opc)
  set -l last (math (count $argv) + 1)
  test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end
function __corten_words
  test (count (commandline -opc)) -eq $argv[1]
end
complete -c corten -f
)";

}  // namespace

std::string fish_completion() {
  std::string out(kConditions);
  for (const CommandWord& first : first_words()) {
    out += fmt::format("complete -c corten -n '__corten_words 1' -a {} -d {}\n", first.word,
                       quoted(first.summary));
    out += fmt::format("complete -c corten -n '__corten_is help; and __corten_words 2' -a {}\n",
                       first.word);
    for (const CommandWord& below : words_below(first.word)) {
      out +=
          fmt::format("complete -c corten -n '__corten_is {}; and __corten_words 2' -a {} -d {}\n",
                      first.word, below.word, quoted(below.summary));
    }
  }
  for (const CommandSpec& command : commands()) {
    out += argument_row(command);
    for (const OptionSpec* option : options_of(command)) {
      out += fmt::format("complete -c corten -n '__corten_is {}' -l {}{}{} -d {}\n", command.name,
                         option->name,
                         option->letter != 0 ? fmt::format(" -s {}", option->letter) : "",
                         option->is_switch() ? std::string() : value_words(completion_of(*option)),
                         quoted(option->help));
    }
  }
  return out;
}

}  // namespace corten::cli
