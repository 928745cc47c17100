// Parsing of the command line against the option tables.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "cli/command.h"

namespace corten::cli {

std::optional<std::string> Arguments::get(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

namespace {

std::string environment_name(std::string_view option) {
  std::string name = "CORTEN_";
  for (char c : option) name.push_back(c == '-' ? '_' : static_cast<char>(std::toupper(c)));
  return name;
}

const OptionSpec* find_option(const CommandSpec& command, std::string_view name) {
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

// `name` is what the user wrote: "--format", or the variable.
Status check_choice(const OptionSpec& option, std::string_view name, const std::string& value) {
  if (option.choices.empty() || (option.is_switch() && value == "1")) return {};
  std::vector<std::string_view> choices = split(option.choices, ' ');
  if (std::ranges::find(choices, std::string_view(value)) != choices.end()) return {};
  const std::string_view near = closest(value, choices);
  return fail(ErrorCode::Usage, fmt::format("{} cannot be '{}'", name, value),
              near.empty() ? fmt::format("one of: {}", fmt::join(choices, ", "))
                           : fmt::format("did you mean '{}'?", near));
}

Status check_choices(const CommandSpec& command, const Arguments& arguments) {
  for (const auto& [name, values] : arguments.options) {
    const OptionSpec* option = find_option(command, name);
    if (option == nullptr || option->value.empty()) continue;
    for (const std::string& value : values) CORTEN_CHECK(check_choice(*option, "--" + name, value));
  }
  return {};
}

// Values that the command line left open come from CORTEN_NAME.
Status add_environment(const CommandSpec& command, Arguments& arguments) {
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) {
      if (arguments.has(option.name)) continue;
      const std::string name = environment_name(option.name);
      const char* value = std::getenv(name.c_str());
      if (value == nullptr || *value == '\0') continue;
      if (option.is_switch() && (std::string_view(value) == "0" || to_lower(value) == "false"))
        continue;
      if (!option.value.empty()) CORTEN_CHECK(check_choice(option, name, value));
      arguments.options[std::string(option.name)] = {value};
    }
  }
  return {};
}

Error unknown_option(const CommandSpec& command, std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) names.push_back(option.name);
  }
  std::string_view bare = word;
  while (bare.starts_with('-')) bare.remove_prefix(1);
  const std::string_view near = closest(bare.substr(0, bare.find('=')), names);
  return Error{ErrorCode::Usage,
               fmt::format("unknown option {}", word),
               {},
               near.empty() ? fmt::format("corten {} --help lists them", command.name)
                            : fmt::format("did you mean --{}?", near)};
}

// CLI11 throws; this is the one place that catches.
Result<Arguments> parse_options(const CommandSpec& command, std::vector<std::string> words) {
  CLI::App app{std::string(command.summary)};
  app.set_help_flag();
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> switches;
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) {
      const std::string name(option.name);
      const std::string flags =
          (option.letter != 0 ? fmt::format("-{},", option.letter) : std::string()) + "--" + name;
      if (option.value.empty()) {
        app.add_flag(flags, switches[name]);
      } else if (option.is_switch()) {
        app.add_flag(flags, values[name])->take_all();
      } else {
        app.add_option(flags, values[name])->expected(1)->allow_extra_args(false)->take_all();
      }
    }
  }
  Arguments parsed;
  app.add_option("arguments", parsed.positionals);
  std::ranges::reverse(words);  // CLI11 wants the last word first
  try {
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError& error) {
    const std::string_view what = error.what();
    return std::unexpected(unknown_option(command, trim(what.substr(what.rfind(' ') + 1))));
  } catch (const CLI::ParseError& error) {
    return fail(ErrorCode::Usage, error.what(), fmt::format("corten {} --help", command.name));
  }
  for (auto& [name, list] : values) {
    if (list.empty()) continue;
    // CLI11's word for a switch that is given without a value.
    if (find_option(command, name)->is_switch())
      std::ranges::replace(list, std::string("true"), std::string("1"));
    parsed.options[name] = std::move(list);
  }
  for (const auto& [name, set] : switches) {
    if (set) parsed.options[name] = {"1"};
  }
  return parsed;
}

struct CommandMatch {
  const CommandSpec* command = nullptr;
  std::size_t words = 0;
};

// "db update --offline": the longest command name that the words begin with.
CommandMatch find_command(const std::vector<std::string>& words) {
  CommandMatch best;
  for (const CommandSpec& command : commands()) {
    const std::vector<std::string_view> parts = split(command.name, ' ');
    if (parts.size() <= best.words || parts.size() > words.size()) continue;
    if (std::ranges::equal(parts, std::span(words).first(parts.size())))
      best = {&command, parts.size()};
  }
  return best;
}

Error unknown_command(const std::string& word) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : commands()) names.push_back(split(command.name, ' ').front());
  const std::string_view near = closest(word, names);
  return Error{ErrorCode::Usage,
               fmt::format("there is no command '{}'", word),
               {},
               near.empty() ? "corten --help lists them" : fmt::format("did you mean '{}'?", near)};
}

// Help for a group such as "db": its commands, one a line.
std::string group_page(std::string_view group) {
  std::string out;
  for (const CommandSpec& command : commands()) {
    if (command.name.starts_with(fmt::format("{} ", group))) {
      out += fmt::format("  {:<18} {}\n", command.name, wrapped(command.summary, 21));
    }
  }
  if (out.empty()) return out;
  return fmt::format(
      "{0}\n\nUsage: corten {1} COMMAND\n\nCommands:\n{2}\ncorten {1} COMMAND --help explains "
      "one.\n",
      wrapped(group_summary(group), 0), group, out);
}

}  // namespace

Result<std::variant<Invocation, Reply>> parse_command_line(const std::vector<std::string>& words) {
  using Outcome = std::variant<Invocation, Reply>;
  if (words.empty()) return Outcome(Reply{overview_page(), kExitUsage});
  const auto is_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (is_help(words[0]) || (words[0] == "help" && words.size() == 1)) {
    return Outcome(Reply{overview_page(), kExitClean});
  }
  if (words[0] == "help") {
    std::vector<std::string> rest(words.begin() + 1, words.end());
    rest.emplace_back("--help");
    return parse_command_line(rest);
  }
  if (words[0] == "--version" || words[0] == "-V" || (words[0] == "version" && words.size() == 1))
    return Outcome(Reply{"corten " CORTEN_VERSION "\n", kExitClean});
  const CommandMatch match = find_command(words);
  if (match.command == nullptr) {
    const std::string page = group_page(words[0]);
    if (!page.empty() && words.size() > 1 && !is_help(words[1])) {
      return std::unexpected(unknown_command(words[0] + " " + words[1]));
    }
    if (!page.empty()) return Outcome(Reply{page, words.size() > 1 ? kExitClean : kExitUsage});
    return std::unexpected(unknown_command(words[0]));
  }
  const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(match.words),
                                      words.end());
  const auto options_end = std::ranges::find(rest, "--");
  if (std::any_of(rest.begin(), options_end, is_help))
    return Outcome(Reply{help_page(*match.command), kExitClean});
  CORTEN_TRY(Arguments arguments, parse_options(*match.command, rest));
  CORTEN_CHECK(check_choices(*match.command, arguments));
  CORTEN_CHECK(add_environment(*match.command, arguments));
  return Outcome(Invocation{match.command, std::move(arguments)});
}

}  // namespace corten::cli
