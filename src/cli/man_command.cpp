// corten man [COMMAND]: manual pages in man(7), made from the option tables.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace corten::cli {

namespace {

constexpr std::array<std::span<const OptionSpec>, 0> kOptions = {};

// Text for roff: backslashes and leading dots and quotes are commands otherwise.
std::string roff(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out.push_back(c);
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

std::string dashed(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c == ' ') c = '-';
  }
  return out;
}

// Titles of manual pages are upper case.
std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string command_page(const CommandSpec& command) {
  std::string out = fmt::format(
      ".TH CORTEN\\-{} 1 \"\" \"corten {}\"\n.SH NAME\ncorten\\-{} \\- {}\n.SH SYNOPSIS\n.B corten "
      "{}\n[OPTIONS] {}\n",
      upper(dashed(command.name)), CORTEN_VERSION, dashed(command.name), roff(command.summary),
      command.name, roff(command.arguments));
  if (!command.details.empty()) {
    out += ".SH DESCRIPTION\n";
    for (std::string_view paragraph : split(command.details, '\n'))
      out += fmt::format("{}\n.PP\n", roff(paragraph));
  }
  if (!command.options.empty()) out += ".SH OPTIONS\n";
  for (const auto& group : command.options) {
    for (const OptionSpec& option : group) {
      out += fmt::format(".TP\n.B {}\\-\\-{}{}\n{}",
                         option.letter != 0 ? fmt::format("\\-{}, ", option.letter) : "",
                         roff(option.name),
                         option.value.empty() ? ""
                         : option.is_switch() ? roff(option.value)
                                              : fmt::format(" {}", roff(option.value)),
                         roff(option.help));
      if (!option.choices.empty())
        out += fmt::format(": {}", fmt::join(split(option.choices, ' '), ", "));
      out += "\n";
    }
  }
  if (!command.example.empty())
    out += fmt::format(".SH EXAMPLE\n.nf\n{}\n.fi\n", roff(command.example));
  return out;
}

std::string overview() {
  std::string out = fmt::format(
      ".TH CORTEN 1 \"\" \"corten {}\"\n.SH NAME\ncorten \\- container security in one "
      "program\n.SH SYNOPSIS\n.B corten\nCOMMAND [OPTIONS]\n.SH COMMANDS\n",
      CORTEN_VERSION);
  for (const CommandSpec& command : commands()) {
    out +=
        fmt::format(".TP\n.BR corten\\-{} (1)\n{}\n", dashed(command.name), roff(command.summary));
  }
  out +=
      ".SH EXIT STATUS\n0: examined, and nothing at or above \\-\\-fail\\-on. 1: something was. 2: "
      "bad usage. 3: something could not be examined. 130: interrupted.\n"
      ".SH ENVIRONMENT\nEvery option can be set by CORTEN_NAME. NO_COLOR, DOCKER_HOST, "
      "XDG_CACHE_HOME and XDG_DATA_HOME are honoured.\n";
  return out;
}

int run(const Context& /*context*/, const Arguments& arguments) {
  if (arguments.positionals.empty()) {
    fmt::print("{}", overview());
    return kExitClean;
  }
  const std::string name = join(arguments.positionals, " ");
  for (const CommandSpec& command : commands()) {
    if (command.name == name || dashed(command.name) == name) {
      fmt::print("{}", command_page(command));
      return kExitClean;
    }
  }
  return report_error({ErrorCode::Usage,
                       fmt::format("there is no command '{}'", name),
                       {},
                       "corten --help lists them"});
}

}  // namespace

const CommandSpec kManCommand = {
    "man",       "the manual page of corten or of one command, for man(1)",
    "[COMMAND]", "corten man scan | man -l -",
    "",          kOptions,
    run,
};

}  // namespace corten::cli
