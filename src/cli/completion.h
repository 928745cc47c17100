// What a shell may offer, from the same tables that parsing and --help are made from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace corten::cli {

enum class Offer {
  Nothing,  // only the user knows
  Files,
  Folders,
  Words,
};

struct Completion {
  Offer offer = Offer::Nothing;
  std::string words;  // separated by spaces

  auto operator<=>(const Completion&) const = default;
};

// What may follow an option that takes a value.
[[nodiscard]] Completion completion_of(const OptionSpec& option);

struct ArgumentCompletion {
  std::string_view name;  // "TARGET", or empty when the command takes none
  Completion completion;
  Repeat repeat = Repeat::Once;
};
// The arguments of a command, as far as they can be offered.
[[nodiscard]] ArgumentCompletion arguments_of(const CommandSpec& command);

// Its options, in the order of --help.
[[nodiscard]] std::vector<const OptionSpec*> options_of(const CommandSpec& command);

// Words that may stand first ("db" for its group), and those that may follow the first word of a
// group; each with its summary, in the order of the commands.
struct CommandWord {
  std::string_view word;
  std::string_view summary;
};
[[nodiscard]] std::vector<CommandWord> first_words();
[[nodiscard]] std::vector<CommandWord> words_below(std::string_view group);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace corten::cli
