#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/scanner.h"
#include "version/version.h"

namespace corten::cli {

namespace {

constexpr std::string_view kSeverities = "critical high medium low unknown info";

std::string check_ids() {
  std::vector<std::string> ids;
  for (const Check& check : whole_catalogue()) ids.emplace_back(check.id);
  return join(ids, " ");
}

std::string scheme_names() {
  std::vector<std::string> names;
  for (const version::SchemeInfo& scheme : version::schemes()) names.emplace_back(scheme.name);
  return join(names, " ");
}

// As `corten man` and man(1) take them: "db-build".
std::string page_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : commands()) {
    names.emplace_back(command.name);
    std::ranges::replace(names.back(), ' ', '-');
  }
  return join(names, " ");
}

std::string shell_names() { return "bash zsh fish"; }

struct NamedArgument {
  std::string_view name;
  Offer offer;
  std::string (*words)();  // of Offer::Words
};
constexpr auto kArguments = std::to_array<NamedArgument>({
    {"TARGET", Offer::Files, nullptr},
    {"PATH", Offer::Files, nullptr},
    {"FILE", Offer::Files, nullptr},
    {"DIR", Offer::Folders, nullptr},
    {"ID", Offer::Words, check_ids},
    {"SCHEME", Offer::Words, scheme_names},
    {"SHELL", Offer::Words, shell_names},
    {"COMMAND", Offer::Words, page_names},
});

std::string_view group_of(const CommandSpec& command) {
  const auto parts = split_once(command.name, ' ');
  return parts ? parts->first : std::string_view();
}

}  // namespace

Completion completion_of(const OptionSpec& option) {
  if (!option.choices.empty()) return {Offer::Words, std::string(option.choices)};
  if (option.value == "FILE") return {Offer::Files, {}};
  if (option.value == "DIR") return {Offer::Folders, {}};
  if (option.value != "SEVERITY") return {};
  const bool may_be_never = option.name == "fail-on";
  return {Offer::Words, fmt::format("{}{}", kSeverities, may_be_never ? " never" : "")};
}

ArgumentCompletion arguments_of(const CommandSpec& command) {
  std::string_view name = command.arguments;
  while (name.starts_with('[')) name.remove_prefix(1);
  const std::size_t end = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  ArgumentCompletion out;
  out.repeat = command.arguments.find("…") == std::string_view::npos ? Repeat::Once : Repeat::Many;
  out.name = name.substr(0, end);
  const auto known = std::ranges::find(kArguments, out.name, &NamedArgument::name);
  if (known == kArguments.end()) return out;
  out.completion = {known->offer, known->words == nullptr ? std::string() : known->words()};
  return out;
}

std::vector<const OptionSpec*> options_of(const CommandSpec& command) {
  std::vector<const OptionSpec*> out;
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) out.push_back(&option);
  }
  return out;
}

std::vector<CommandWord> first_words() {
  std::vector<CommandWord> out;
  for (const CommandSpec& command : commands()) {
    const std::string_view group = group_of(command);
    if (group.empty()) {
      out.push_back({command.name, command.summary});
    } else if (std::ranges::find(out, group, &CommandWord::word) == out.end()) {
      const bool is_alone = words_below(group).size() == 1;
      out.push_back({group, is_alone ? command.summary : group_summary(group)});
    }
  }
  return out;
}

std::vector<CommandWord> words_below(std::string_view group) {
  std::vector<CommandWord> out;
  for (const CommandSpec& command : commands()) {
    if (group_of(command) == group && !group.empty())
      out.push_back({command.name.substr(group.size() + 1), command.summary});
  }
  return out;
}

}  // namespace corten::cli
