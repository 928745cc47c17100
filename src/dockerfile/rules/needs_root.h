// Whether a container surely, or most likely, has to start as root.
#pragma once

#include <string_view>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"

namespace corten::dockerfile {

// Servers and supervisors that start as root by design and lower their rights themselves; without
// root their usual configuration fails. By the name of the program.
[[nodiscard]] bool starts_as_root_by_design(std::string_view program);

// Whether the final image, made on `base`, has something in it that another user than root could
// not run: such a program, a script that changes owners first, files in root's home.
[[nodiscard]] bool needs_root_at_start(const Lint& lint, const BaseImage& base);

}  // namespace corten::dockerfile
