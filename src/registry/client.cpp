#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "registry/registry.h"

namespace corten::registry {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
// What a registry says beside a refusal is read to its end, so that the connection stays open; more
// than this is not.
constexpr std::size_t kMaxRefusalBytes = std::size_t{64} << 10;

std::string header_value(const HttpResponse& response, const char* name) {
  const auto at = response.headers.find(name);
  return at == response.headers.end() ? std::string() : at->second;
}

std::string query_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~:/,").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

bool is_on_this_machine(std::string_view registry) {
  const std::string_view host =
      registry.starts_with('[') ? registry : registry.substr(0, registry.find(':'));
  return host == "localhost" || host.starts_with("[::1]") ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::optional<Challenge> parse_challenge(std::string_view header) {
  constexpr std::size_t kMaxParameters = 20;
  const auto parts = split_once(trim(header), ' ');
  if (!parts) return std::nullopt;
  Challenge challenge{to_lower(parts->first), {}};
  std::string_view rest = trim(parts->second);
  while (!rest.empty() && challenge.parameters.size() < kMaxParameters) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name = to_lower(trim(rest.substr(0, equals)));
    rest = trim(rest.substr(equals + 1));
    std::string value;
    if (rest.starts_with('"')) {
      const std::size_t end = rest.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      value = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
      rest.remove_prefix(std::min(rest.size(), rest.find(',')));
    } else {
      value = trim(rest.substr(0, rest.find(',')));
      rest.remove_prefix(std::min(rest.size(), rest.find(',')));
    }
    challenge.parameters[name] = std::move(value);
    while (rest.starts_with(',') || rest.starts_with(' ')) rest.remove_prefix(1);
  }
  return challenge;
}

Result<std::string> parse_token(std::string_view body) {
  const Json answer = Json::parse(body, nullptr, false);
  std::string token;
  if (answer.is_object()) {
    for (const char* key : {"token", "access_token"}) {
      const auto found = answer.find(key);
      if (token.empty() && found != answer.end() && found->is_string()) token = *found;
    }
  }
  const bool plain = std::ranges::all_of(
      token, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
  if (token.empty() || !plain) return fail(ErrorCode::InvalidInput, "no token in the answer");
  return token;
}

std::optional<std::string> credentials_in(std::string_view docker_config,
                                          std::string_view registry) {
  const Json config = Json::parse(docker_config, nullptr, false);
  if (!config.is_object() || !config.contains("auths") || !config["auths"].is_object())
    return std::nullopt;
  for (const auto& [name, entry] : config["auths"].items()) {
    std::string_view host = name;
    if (host.starts_with("https://")) host.remove_prefix(std::string_view("https://").size());
    host = host.substr(0, host.find('/'));
    if (host == "index.docker.io") host = "docker.io";  // docker login's name for it
    if (host != registry || !entry.is_object()) continue;
    const auto found = entry.find("auth");
    if (found == entry.end() || !found->is_string()) continue;
    std::string auth = *found;
    const bool plain = !auth.empty() && auth.find_first_not_of(kBase64) == std::string::npos;
    if (plain) return auth;
  }
  return std::nullopt;
}

Result<Client> Client::create(std::string_view registry, std::string repository, Access access,
                              Purpose purpose) {
  if (access.encryption == Encryption::None && !is_on_this_machine(registry)) {
    return fail(ErrorCode::Usage, fmt::format("{} is not on this machine: it needs TLS", registry));
  }
  // The name that people write is not the host that answers.
  std::string host(registry == "docker.io" ? "registry-1.docker.io" : registry);
  return Client(std::move(host), std::move(repository), std::move(access), purpose);
}

std::string Client::origin() const {
  return fmt::format("{}://{}", access_.encryption == Encryption::None ? "http" : "https", host_);
}

std::string Client::url(std::string_view path) const {
  return fmt::format("{}/v2/{}/{}", origin(), repository_, path);
}

std::string Client::resolve(std::string_view location) const {
  return location.starts_with('/') ? origin() + std::string(location) : std::string(location);
}

Result<HttpResponse> Client::send(HttpRequest request, const HttpSink& sink) const {
  // The token goes to the registry alone, whatever place it names for an upload.
  if (!authorization_.empty() && origin_of(request.url) == origin()) {
    request.headers.push_back("Authorization: " + authorization_);
  }
  long status = 0;
  std::size_t refused = 0;
  request.on_response = [&](const HttpResponse& response) {
    status = response.status;
    return true;
  };
  const auto response = access_.transport(request, [&](Bytes bytes) {
    if (status < 300) return sink(bytes);
    refused += bytes.size();
    return refused <= kMaxRefusalBytes;
  });
  return response;
}

Result<HttpResponse> Client::request(HttpRequest request, const HttpSink& sink) {
  CORTEN_TRY(HttpResponse response, send(request, sink));
  if (response.status == 401 && authorization_.empty()) {
    CORTEN_CHECK(authorize(response));
    CORTEN_TRY(response, send(request, sink));
  }
  if (response.status < 400) return response;
  ErrorCode code = ErrorCode::Unavailable;
  if (response.status == 404) code = ErrorCode::NotFound;
  if (response.status == 401 || response.status == 403) code = ErrorCode::PermissionDenied;
  return fail(code, fmt::format("{}: the registry answered {}", request.url, response.status),
              code == ErrorCode::PermissionDenied
                  ? fmt::format("docker login {} keeps credentials that are used here", host_)
                  : "");
}

// Gets a token (distribution's token authentication), or falls back on the password itself.
Status Client::authorize(const HttpResponse& refusal) {
  const auto challenge = parse_challenge(header_value(refusal, "www-authenticate"));
  if (!challenge || challenge->scheme != "bearer") {
    if (access_.credentials.empty()) return {};
    authorization_ = "Basic " + access_.credentials;
    return {};
  }
  const auto parameter = [&](const char* name) {
    const auto at = challenge->parameters.find(name);
    return at == challenge->parameters.end() ? std::string() : at->second;
  };
  const std::string realm = parameter("realm");
  const std::string_view needed = access_.encryption == Encryption::None ? "http" : "https://";
  if (!realm.starts_with(needed)) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("{} asks for a token from '{}'", host_, realm));
  }
  HttpRequest request;
  request.url = fmt::format("{}{}service={}&scope=repository:{}:{}", realm,
                            realm.find('?') == std::string::npos ? '?' : '&',
                            query_value(parameter("service")), query_value(repository_),
                            purpose_ == Purpose::Push ? "pull,push" : "pull");
  if (!access_.credentials.empty())
    request.headers.push_back("Authorization: Basic " + access_.credentials);
  request.max_bytes = kMaxTextBytes;
  std::string body;
  CORTEN_TRY(const HttpResponse response, access_.transport(request, [&](Bytes bytes) {
    body += as_text(bytes);
    return true;
  }));
  if (response.status != 200) {
    return fail(ErrorCode::PermissionDenied,
                fmt::format("{}: the token server answered {}", realm, response.status),
                fmt::format("docker login {} keeps credentials that are used here", host_));
  }
  CORTEN_TRY(const std::string token, parse_token(body));
  authorization_ = "Bearer " + token;
  return {};
}

Result<HttpText> Client::text(HttpRequest request_to_send) {
  request_to_send.max_bytes = kMaxTextBytes;
  HttpText text;
  CORTEN_TRY(text.response, request(std::move(request_to_send), [&](Bytes bytes) {
               text.body += as_text(bytes);
               return true;
             }));
  return text;
}

}  // namespace corten::registry
