// Variables in the words of instructions, with their places in the file.
#pragma once

#include <string_view>
#include <vector>

#include "dockerfile/expand.h"
#include "dockerfile/rule.h"

namespace corten::dockerfile {

struct UsedVariable {
  std::string_view name;
  std::string_view modifier;  // as in VariableUse
  Range range;                // of the file
};

// The variables of `part`, a piece of the arguments of `instruction`. Where `part` was decoded, all
// of them stand at `fallback`.
[[nodiscard]] std::vector<UsedVariable> variables_of(const Lint& lint,
                                                     const Instruction& instruction,
                                                     std::string_view part, Range fallback);

}  // namespace corten::dockerfile
