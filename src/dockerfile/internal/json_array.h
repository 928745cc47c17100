// The exec form: a JSON array of strings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/internal/words.h"

namespace corten::dockerfile::internal {

inline constexpr std::size_t kMaxJsonDepth = 64;

enum class JsonArray {
  None,        // not JSON, or no array: the shell form
  Strings,     // an array of strings, perhaps empty
  OtherItems,  // valid JSON, and an array, but with something else in it: BuildKit refuses it
};

struct JsonString {
  Span span;          // with the quotes
  bool plain = true;  // no escapes: the value is what stands between the quotes
  std::string value;  // decoded, if not plain
};

// Blanks around the array are fine, anything else after it is not. `strings` is filled for Strings.
[[nodiscard]] JsonArray parse_json_array(std::string_view text, std::vector<JsonString>& strings);

}  // namespace corten::dockerfile::internal
