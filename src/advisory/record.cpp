#include "advisory/record.h"

#include <limits>

#include "base/text.h"

namespace corten::advisory {

std::optional<CveId> parse_cve(std::string_view id) {
  if (!id.starts_with("CVE-")) return std::nullopt;
  const auto parts = split_once(id.substr(4), '-');
  if (!parts || parts->first.size() != 4 || parts->second.size() < 4) return std::nullopt;
  const auto year = parse_number<std::uint16_t>(parts->first);
  const auto number = parse_number<std::uint32_t>(parts->second);
  if (!year || !number) return std::nullopt;
  return CveId{*year, *number};
}

}  // namespace corten::advisory
