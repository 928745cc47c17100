// What a command is: its name, its options as rows, and the function that runs it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace corten::cli {

enum ExitStatus : int {
  kExitClean = 0,
  kExitFindings = 1,
  kExitUsage = 2,
  kExitIncomplete = 3,
  kExitInterrupted = 130,
};

enum class Repeat { Once, Many };

struct OptionSpec {
  std::string_view name;  // long name without dashes
  char letter = 0;        // short name, or 0
  // Name of the value for --help ("FILE"); empty: a switch. "[=WORD]": a switch that may have a
  // value, which then must be joined ("--fix=unsafe"); without one its value is "1".
  std::string_view value;
  std::string_view choices;  // allowed values separated by spaces, or empty
  std::string_view help;     // one sentence
  Repeat repeat = Repeat::Once;

  [[nodiscard]] bool is_switch() const { return value.empty() || value.starts_with('['); }
};

// The parsed command line of one command, with CORTEN_… from the environment merged in below it.
class Arguments {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> options;
  std::vector<std::string> positionals;

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  [[nodiscard]] std::optional<std::string> get(std::string_view option) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view option) const;
};

// The outside world as a command sees it; tests make their own.
struct Context {
  Time now{};
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  std::size_t terminal_width = 80;
  bool no_color = false;
};

struct CommandSpec {
  std::string_view name;       // "scan", or "db update" for one below a group
  std::string_view summary;    // one line
  std::string_view arguments;  // "TARGET…", or empty
  std::string_view example;    // shown first in --help
  std::string_view details;    // a paragraph or two for --help and the man page
  std::span<const std::span<const OptionSpec>> options;  // groups of rows, shared ones included
  int (*run)(const Context& context, const Arguments& arguments);
};

[[nodiscard]] std::span<const CommandSpec> commands();
// What the commands of a group have in common ("db"), or empty.
[[nodiscard]] std::string_view group_summary(std::string_view group);
// The groups of options that several commands share.
[[nodiscard]] std::span<const OptionSpec> report_options();
[[nodiscard]] std::span<const OptionSpec> common_options();

struct Invocation {
  const CommandSpec* command = nullptr;
  Arguments arguments;
};

// What parsing can end in: a command to run, or a text to print (help, version) with an exit
// status.
struct Reply {
  std::string text;
  int status = kExitClean;
};

// Parses argv[1…]. Errors are Usage errors with a hint ("did you mean --severity?").
[[nodiscard]] Result<std::variant<Invocation, Reply>> parse_command_line(
    const std::vector<std::string>& arguments);

// Breaks `text` at spaces into lines of at most `width` columns, each further line under column
// `indent`.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent,
                                  std::size_t width = 80);
[[nodiscard]] std::string help_page(const CommandSpec& command);
[[nodiscard]] std::string overview_page();

// Prints "corten: …" and the hint on stderr; the exit status for the error's code.
int report_error(const Error& error);

}  // namespace corten::cli
