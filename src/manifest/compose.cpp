#include "manifest/compose.h"

#include <algorithm>

namespace corten::manifest {

bool ComposePort::is_public() const {
  return !(host_ip.starts_with("127.") || host_ip == "::1" || host_ip == "localhost");
}

bool ComposeService::is_true(std::string_view path) const {
  return bool_of(get(path)).value_or(false);
}

const ComposeService* ComposeProject::service(std::string_view service_name) const {
  const auto found = std::ranges::find(services, service_name, &ComposeService::name);
  return found == services.end() ? nullptr : &*found;
}

bool is_root_user(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  return name == "root" || (!name.empty() && name.find_first_not_of('0') == std::string_view::npos);
}

}  // namespace corten::manifest
