// CMD, ENTRYPOINT and the command of HEALTHCHECK as lists of words.
#pragma once

#include <optional>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// Writes the command, in shell form, as a list, where it uses nothing of the shell. `outer` is the
// instruction of the file that it stands in, or itself.
[[nodiscard]] std::optional<Fix> exec_form(const Lint& lint, const Instruction& outer,
                                           const Instruction& command);

}  // namespace corten::dockerfile
