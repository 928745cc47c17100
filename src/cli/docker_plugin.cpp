#include "cli/docker_plugin.h"

namespace corten::cli {

std::optional<std::string> answer_docker_plugin(std::vector<std::string>& words) {
  if (words.empty()) return std::nullopt;
  if (words[0] == "docker-cli-plugin-metadata") {
    return "{\"SchemaVersion\":\"0.1.0\",\"Vendor\":\"Corten\",\"Version\":\"" CORTEN_VERSION
           "\",\"ShortDescription\":\"Audit and scan images, containers and hosts\"}\n";
  }
  if (words[0] == "corten") words.erase(words.begin());
  return std::nullopt;
}

}  // namespace corten::cli
