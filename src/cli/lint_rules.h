// corten lint --list-rules
#pragma once

#include "cli/command.h"

namespace corten::cli {

// All rules by id: with what severity they come, whether there is a mended example, and what they
// find. With --format json as a list for scripts.
int list_rules(const Context& context, const Arguments& arguments);

}  // namespace corten::cli
