// Which bytes may stand in YAML.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace corten::yaml {

struct BadByte {
  std::uint32_t offset = 0;
  std::string_view what;
};

// The first byte that is not UTF-8, or a control character that YAML 1.2.2 (section 5.1) does not
// allow; nullopt if there is none.
[[nodiscard]] std::optional<BadByte> first_unprintable(std::string_view source);

}  // namespace corten::yaml
