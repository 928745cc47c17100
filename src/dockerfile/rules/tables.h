// The tables of rules, one function a file of rules/.
#pragma once

#include <span>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

[[nodiscard]] std::span<const Rule> syntax_rules();

}  // namespace corten::dockerfile
