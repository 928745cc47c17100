// Rules of BuildKit, of hadolint and of our own that say the same of the same place: one finding is
// enough.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

enum class Scope { Range, Instruction, Stage };  // what two problems share to be one

struct SameAs {
  std::string_view id;         // its problem is dropped…
  std::string_view yields_to;  // …where this rule has one in the same scope
  Scope scope;
};

[[nodiscard]] std::span<const SameAs> same_as();

// Takes away the problems that yield to others in the list. Problems that are not to be reported
// (ignored, off) must be gone before. The one that stays takes their remedy and fix where it has
// none of its own. n log n in the number of problems.
void drop_doubles(const Lint& lint, std::vector<Problem>& problems);

}  // namespace corten::dockerfile
