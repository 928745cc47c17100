// corten completion SHELL: made from the option tables.
#include <fmt/format.h>

#include <array>

#include "cli/commands.h"
#include "cli/completion.h"

namespace corten::cli {

namespace {

constexpr std::array<std::span<const OptionSpec>, 0> kOptions = {};

int run(const Context& /*context*/, const Arguments& arguments) {
  const std::string shell = arguments.positionals.empty() ? "" : arguments.positionals[0];
  std::string script;
  if (shell == "bash") script = bash_completion();
  if (shell == "zsh") script = zsh_completion();
  if (shell == "fish") script = fish_completion();
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
