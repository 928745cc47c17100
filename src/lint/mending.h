// Whether findings of a rule can be mended, seen in the rule's own example.
#pragma once

#include "finding/check.h"
#include "lint/discover.h"

namespace corten::lint {

enum class Mending { No, Unsafe, Safe };  // Unsafe: with --fix=unsafe only

// The kind of file that the rule's examples are.
[[nodiscard]] FileKind kind_of_example(const Check& check);

// What the rule offers for its bad example.
[[nodiscard]] Mending mending_of(const Check& check);

}  // namespace corten::lint
