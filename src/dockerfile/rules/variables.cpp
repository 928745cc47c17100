#include "dockerfile/rules/variables.h"

#include <functional>

namespace corten::dockerfile {

namespace {

// Whether `part` is a view into `whole`, not a copy.
bool is_inside(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> not_after;
  return not_after(whole.data(), part.data()) &&
         not_after(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

std::vector<UsedVariable> variables_of(const Lint& lint, const Instruction& instruction,
                                       std::string_view part, Range fallback) {
  std::vector<UsedVariable> found;
  if (!part.contains('$')) return found;
  ExpandOptions options;
  options.escape = lint.file.escape;
  const Lookup nothing = [](std::string_view) { return std::nullopt; };
  const LogicalText& text = instruction.text;
  const bool has_place = is_inside(part, text.text);
  const std::size_t base = has_place ? static_cast<std::size_t>(part.data() - text.text.data()) : 0;
  for (const VariableUse& use : expand(part, nothing, options).variables) {
    const Range range =
        has_place ? text.source_range(base + use.range.begin, base + use.range.end) : fallback;
    found.push_back({use.name, use.modifier, range});
  }
  return found;
}

}  // namespace corten::dockerfile
