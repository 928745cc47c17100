#include "version/compare_lines.h"

#include "base/text.h"

namespace corten::version {

std::string_view order_sign(std::weak_ordering order) {
  if (order == 0) return "=";
  return order < 0 ? "<" : ">";
}

std::optional<std::string_view> compare_line(Scheme scheme, std::string_view line) {
  const auto pair = split_once(line, '\t');
  if (!pair) return std::nullopt;
  return order_sign(compare(scheme, pair->first, pair->second));
}

}  // namespace corten::version
