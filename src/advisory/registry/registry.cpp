#include "advisory/internal/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "advisory/internal/fetch.h"
#include "advisory/internal/json.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

bool is_on_this_machine(std::string_view registry) {
  const std::string_view host =
      registry.starts_with('[') ? registry : registry.substr(0, registry.find(':'));
  return host == "localhost" || host.starts_with("[::1]") ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

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
  std::string token;
  JsonScratch scratch;
  CORTEN_CHECK(with_document(body, scratch, [&](json::object document) {
    return each_member(document, [&](std::string_view key, json::value value) -> Status {
      return key == "token" || key == "access_token" ? take_text(value, token) : Status{};
    });
  }));
  const bool plain = std::ranges::all_of(
      token, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
  if (token.empty() || !plain) return fail(ErrorCode::InvalidInput, "no token in the answer");
  return token;
}

Result<ArtifactManifest> parse_artifact_manifest(std::string_view body) {
  ArtifactManifest manifest;
  std::size_t layers = 0;
  JsonScratch scratch;
  const auto read_layer = [&](json::value layer) {
    ++layers;
    return members_of(layer, [&](std::string_view key, json::value value) -> Status {
      if (key == "mediaType") return take_text(value, manifest.layer_type);
      if (key == "digest") return take_text(value, manifest.layer_digest);
      if (key == "size" && value.get_uint64().get(manifest.layer_size)) manifest.layer_size = 0;
      return {};
    });
  };
  CORTEN_CHECK(with_document(body, scratch, [&](json::object document) {
    return each_member(document, [&](std::string_view key, json::value value) -> Status {
      if (key == "artifactType") return take_text(value, manifest.artifact_type);
      return key == "layers" ? elements_of(value, read_layer) : Status{};
    });
  }));
  if (layers != 1 || manifest.layer_type != kArtifactLayer) {
    return fail(ErrorCode::Unsupported,
                fmt::format("no advisory database of Corten ('{}', {} layers)",
                            manifest.artifact_type, layers));
  }
  return manifest;
}

std::optional<std::string> credentials_in(std::string_view docker_config,
                                          std::string_view registry) {
  std::string found;
  JsonScratch scratch;
  const auto read = with_document(docker_config, scratch, [&](json::object document) {
    return each_member(document, [&](std::string_view key, json::value auths) -> Status {
      if (key != "auths") return {};
      return members_of(auths, [&](std::string_view name, json::value entry) -> Status {
        if (name.starts_with("https://")) name.remove_prefix(std::string_view("https://").size());
        if (name.substr(0, name.find('/')) != registry) return {};
        return members_of(entry, [&](std::string_view member, json::value value) -> Status {
          return member == "auth" ? take_text(value, found) : Status{};
        });
      });
    });
  });
  const bool plain =
      found.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == std::string::npos;
  if (!read || found.empty() || !plain) return std::nullopt;
  return found;
}

Result<Registry> Registry::create(const ArtifactReference& reference, const RegistryAccess& access,
                                  Purpose purpose) {
  if (access.encryption == Encryption::None && !is_on_this_machine(reference.registry)) {
    return fail(ErrorCode::Usage,
                fmt::format("{} is not on this machine: it needs TLS", reference.registry));
  }
  return Registry(reference, access, purpose);
}

std::string Registry::origin() const {
  return fmt::format("{}://{}", access_.encryption == Encryption::None ? "http" : "https",
                     reference_.registry);
}

std::string Registry::url(std::string_view path) const {
  return fmt::format("{}/v2/{}/{}", origin(), reference_.repository, path);
}

std::string Registry::resolve(std::string_view location) const {
  return location.starts_with('/') ? origin() + std::string(location) : std::string(location);
}

Result<HttpResponse> Registry::send(HttpRequest request, const HttpSink& sink) const {
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

Result<HttpResponse> Registry::request(HttpRequest request, const HttpSink& sink) {
  CORTEN_TRY(HttpResponse response, send(request, sink));
  if (response.status == 401 && authorization_.empty()) {
    CORTEN_CHECK(authorize(response));
    CORTEN_TRY(response, send(request, sink));
  }
  if (response.status < 400) return response;
  ErrorCode code = ErrorCode::Unavailable;
  if (response.status == 404) code = ErrorCode::NotFound;
  if (response.status == 401 || response.status == 403) code = ErrorCode::PermissionDenied;
  return fail(
      code, fmt::format("{}: the registry answered {}", request.url, response.status),
      code == ErrorCode::PermissionDenied
          ? fmt::format("docker login {} keeps credentials that are used here", reference_.registry)
          : "");
}

// Gets a token (distribution's token authentication), or falls back on the password itself.
Status Registry::authorize(const HttpResponse& refusal) {
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
                fmt::format("{} asks for a token from '{}'", reference_.registry, realm));
  }
  HttpRequest request;
  request.url = fmt::format("{}{}service={}&scope=repository:{}:{}", realm,
                            realm.find('?') == std::string::npos ? '?' : '&',
                            query_value(parameter("service")), query_value(reference_.repository),
                            purpose_ == Purpose::Push ? "pull,push" : "pull");
  if (!access_.credentials.empty())
    request.headers.push_back("Authorization: Basic " + access_.credentials);
  request.max_bytes = kMaxRegistryText;
  std::string body;
  CORTEN_TRY(const HttpResponse response, access_.transport(request, [&](Bytes bytes) {
    body += as_text(bytes);
    return true;
  }));
  if (response.status != 200) {
    return fail(
        ErrorCode::PermissionDenied,
        fmt::format("{}: the token server answered {}", realm, response.status),
        fmt::format("docker login {} keeps credentials that are used here", reference_.registry));
  }
  CORTEN_TRY(const std::string token, parse_token(body));
  authorization_ = "Bearer " + token;
  return {};
}

Result<HttpText> Registry::text(HttpRequest request_to_send) {
  request_to_send.max_bytes = kMaxRegistryText;
  HttpText text;
  CORTEN_TRY(text.response, request(std::move(request_to_send), [&](Bytes bytes) {
               text.body += as_text(bytes);
               return true;
             }));
  return text;
}

}  // namespace corten::advisory
