// Characters that mean something between the values of YAML.
#pragma once

namespace corten::yaml {

[[nodiscard]] inline bool is_break(char c) { return c == '\n' || c == '\r'; }
[[nodiscard]] inline bool is_space(char c) { return c == ' ' || c == '\t' || is_break(c); }

}  // namespace corten::yaml
