#include "engine/endpoint.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <filesystem>

#include "base/digest.h"
#include "base/file.h"

namespace corten::engine {

namespace {

namespace dom = simdjson::dom;
namespace fs = std::filesystem;

constexpr const char* kDefaultHost = "unix:///var/run/docker.sock";
constexpr const char* kDefaultContext = "default";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 20;

std::string value_of(const Environment& environment, const std::string& name) {
  return environment(name).value_or("");
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Where `docker` keeps its settings; empty without a home.
fs::path settings_folder(const Environment& environment) {
  if (const std::string set = value_of(environment, "DOCKER_CONFIG"); !set.empty()) return set;
  const std::string home = value_of(environment, "HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".docker";
}

// A certificate and its key go together: where one is there, both are named, so that the other is
// missed by its name.
void add_tls(Endpoint& endpoint, const fs::path& folder) {
  endpoint.ca_file = folder / "ca.pem";
  if (!is_there(folder / "cert.pem") && !is_there(folder / "key.pem")) return;
  endpoint.certificate_file = folder / "cert.pem";
  endpoint.key_file = folder / "key.pem";
}

Endpoint named_host(const std::string& host, const Environment& environment) {
  Endpoint endpoint{host, {}, {}, {}};
  const bool local = host.starts_with("unix://");
  if (local || value_of(environment, "DOCKER_TLS_VERIFY").empty()) return endpoint;
  const std::string folder = value_of(environment, "DOCKER_CERT_PATH");
  add_tls(endpoint, folder.empty() ? settings_folder(environment) : fs::path(folder));
  return endpoint;
}

// The context that is in use; empty: none but the default one.
std::string current_context(const fs::path& settings, const Environment& environment) {
  std::string name = value_of(environment, "DOCKER_CONTEXT");
  if (name.empty()) {
    // Settings that cannot be read say nothing of a context.
    const auto json = read_file(settings / "config.json", kMaxFileBytes);
    dom::parser parser;
    std::string_view current;
    if (json && parser.parse(*json)["currentContext"].get(current) == simdjson::SUCCESS)
      name = current;
  }
  return name == kDefaultContext ? std::string() : name;
}

// docker/cli, "context store": meta/<digest of the name>/meta.json, tls/<digest>/docker/*.pem.
Result<Endpoint> host_of_context(const std::string& name, const fs::path& settings) {
  const std::string folder = sha256_digest(as_bytes(name)).substr(sizeof("sha256:") - 1);
  const auto json = read_file(settings / "contexts/meta" / folder / "meta.json", kMaxFileBytes);
  if (!json && json.error().code != ErrorCode::NotFound)
    return in_context(json.error(), fmt::format("the Docker context '{}'", name));
  if (!json) {
    return fail(ErrorCode::NotFound, fmt::format("no Docker context '{}'", name),
                "`docker context ls` lists them; --docker-host names an engine without one");
  }
  dom::parser parser;
  std::string_view host;
  if (parser.parse(*json)["Endpoints"]["docker"]["Host"].get(host) != simdjson::SUCCESS ||
      host.empty()) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("the Docker context '{}' names no host", name));
  }
  Endpoint endpoint{std::string(host), {}, {}, {}};
  const fs::path tls = settings / "contexts/tls" / folder / "docker";
  if (is_there(tls / "ca.pem")) add_tls(endpoint, tls);
  return endpoint;
}

Endpoint default_host(const Environment& environment) {
  const std::string runtime = value_of(environment, "XDG_RUNTIME_DIR");
  const std::string rootless = runtime + "/docker.sock";
  const bool only_rootless =
      !runtime.empty() && !is_there("/var/run/docker.sock") && is_there(rootless);
  return {only_rootless ? "unix://" + rootless : kDefaultHost, {}, {}, {}};
}

}  // namespace

Result<Endpoint> find_endpoint(const std::string& host, const Environment& environment) {
  if (!host.empty()) return named_host(host, environment);
  if (const std::string set = value_of(environment, "DOCKER_HOST"); !set.empty())
    return named_host(set, environment);
  const fs::path settings = settings_folder(environment);
  if (const std::string context = current_context(settings, environment); !context.empty())
    return host_of_context(context, settings);
  return default_host(environment);
}

}  // namespace corten::engine
