// The parsers of cmd and PowerShell: simple commands and words only.
#pragma once

#include <span>
#include <string_view>

#include "shell/script.h"

namespace corten::shell {

// Fills everything of `script` but its text and dialect.
void parse_windows(Script& script);

// Applies the leading option words of `set` or of a shell's command line ("-eo", "pipefail", "+x").
void apply_options(Options& options, std::span<const std::string_view> words);

}  // namespace corten::shell
