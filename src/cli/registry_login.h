// What docker login has kept.
#pragma once

#include <string>

namespace corten::cli {

// The credentials for a registry in Docker's configuration ($DOCKER_CONFIG, or ~/.docker), as
// registry::Access takes them; empty: none.
[[nodiscard]] std::string find_credentials(const std::string& registry);

}  // namespace corten::cli
