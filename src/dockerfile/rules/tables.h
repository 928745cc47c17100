// The tables of rules, one function a file of rules/.
#pragma once

#include <span>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

[[nodiscard]] std::span<const Rule> runtime_content_rules();
[[nodiscard]] std::span<const Rule> runtime_exposure_rules();
[[nodiscard]] std::span<const Rule> runtime_start_rules();
[[nodiscard]] std::span<const Rule> syntax_rules();

}  // namespace corten::dockerfile
