// corten lint --lsp
#pragma once

#include "cli/command.h"

namespace corten::cli {

// Serves an editor on standard input and output until it says goodbye. The options hold for every
// document; the configuration files are those of the folder that the editor works in.
int serve_editor(const Context& context, const Arguments& arguments);

}  // namespace corten::cli
