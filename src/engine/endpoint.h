// Where the Docker engine is that `docker` itself would talk to.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace corten::engine {

struct Endpoint {
  std::string host;  // as it is named: "unix:///var/run/docker.sock"
  // Paths of PEM files for a host that wants TLS; empty: without it.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;

  [[nodiscard]] bool has_tls() const { return !ca_file.empty(); }
};

// Environment variables by name.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

// `host` if it is not empty; else DOCKER_HOST; else the host of the context that DOCKER_CONTEXT or
// `docker context use` names; else /var/run/docker.sock, or the socket of a rootless engine where
// only that is there. DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the context, tell the files for
// TLS. Errors: NotFound (the context), InvalidInput (its description).
[[nodiscard]] Result<Endpoint> find_endpoint(const std::string& host,
                                             const Environment& environment);

}  // namespace corten::engine
