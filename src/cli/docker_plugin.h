// `docker corten …`: Docker's CLI plugin protocol (docker/cli, cli-plugins/metadata).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace corten::cli {

// The metadata that Docker asks for, when `words` is that question. Otherwise nullopt; when Docker
// runs the plugin
// ("docker-corten corten scan …") the leading plugin name is removed from `words`.
[[nodiscard]] std::optional<std::string> answer_docker_plugin(std::vector<std::string>& words);

}  // namespace corten::cli
