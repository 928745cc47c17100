#include "dockerfile/rules/buildkit_support.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace corten::dockerfile {

Casing casing_of(std::string_view text) {
  const bool has_lower = std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  const bool has_upper = std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (has_lower && has_upper) return Casing::Mixed;
  return has_lower ? Casing::Lower : Casing::Upper;
}

std::string suggestion(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view near = closest(name, candidates);
  return near.empty() ? std::string() : fmt::format(": did you mean {}?", printable(near));
}

bool handles_unset(std::string_view modifier) {
  return modifier == ":-" || modifier == "-" || modifier == ":+" || modifier == "+" ||
         modifier == ":?" || modifier == "?";
}

}  // namespace corten::dockerfile
