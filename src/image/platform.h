// Platforms as users write them and as indexes list them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/image.h"

namespace corten::image {

// "os/arch[/variant]", or an os or an architecture alone, as Docker takes them; "x86_64", "aarch64"
// and the like are understood. What is not said is empty. Errors: Usage.
[[nodiscard]] Result<Platform> parse_platform(std::string_view text);

// "linux/arm/v7".
[[nodiscard]] std::string to_text(const Platform& platform);

// What containers on this machine run: Linux on the processor that Corten was built for.
[[nodiscard]] Platform machine_platform();

// The index of the best of `offered` for `wanted`, whose empty os and architecture are this
// machine's: the same variant, else the highest that a processor of the wanted one runs
// (linux/arm/v7 runs v6), else any when no variant is wanted. nullopt: nothing fits.
[[nodiscard]] std::optional<std::size_t> choose_platform(const std::vector<Platform>& offered,
                                                         const Platform& wanted);

}  // namespace corten::image
