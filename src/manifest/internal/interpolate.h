// Compose's interpolation: $VAR, ${VAR}, ${VAR:-x}, ${VAR-x}, ${VAR:?e}, ${VAR?e}, ${VAR:+x},
// ${VAR+x}, nested, and $$ for a dollar sign (Compose Specification, "Interpolation").
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace corten::manifest {

using Variables = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kMaxInterpolationDepth = 20;

struct Interpolated {
  std::string text;
  bool is_open = false;  // a variable without a value: it is in `text` as it was written
  bool is_from_environment = false;  // a variable's value is part of it
  bool is_invalid = false;           // "${" without an end, or no name in it: Compose refuses it
};

// Linear in `text` and what the variables add; values are not interpolated again. A result longer
// than `limit` bytes is cut off and open.
[[nodiscard]] Interpolated interpolate(std::string_view text, const Variables& variables,
                                       std::size_t limit);

// The variables of an .env file: NAME=value, quotes, `export`, comments; a value may use variables
// of `known` and those above it.
[[nodiscard]] Variables parse_env_file(std::string_view content, const Variables& known);

}  // namespace corten::manifest
