#include "cli/registry_login.h"

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "registry/registry.h"

namespace corten::cli {

std::string find_credentials(const std::string& registry) {
  const char* folder = std::getenv("DOCKER_CONFIG");
  const char* home = std::getenv("HOME");
  const std::filesystem::path path =
      folder != nullptr && *folder != '\0'
          ? std::filesystem::path(folder)
          : std::filesystem::path(home == nullptr ? "/" : home) / ".docker";
  const auto config = read_file(path / "config.json");
  if (!config) return {};
  return registry::credentials_in(*config, registry).value_or("");
}

}  // namespace corten::cli
