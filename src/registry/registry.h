// registry: requests to OCI registries, with the token dance of the distribution specification.
//
// OCI distribution specification 1.1; "Token Authentication Specification" of the distribution
// project. Registries are not trusted: whoever fetches something checks its digest.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "base/result.h"

namespace corten::registry {

inline constexpr std::uint64_t kMaxTextBytes = std::uint64_t{4} << 20;  // manifests, tokens

// "Bearer realm="…",service="…",scope="…"" (RFC 9110, section 11.6.1); scheme in lower case.
struct Challenge {
  std::string scheme;
  std::map<std::string, std::string> parameters;
};
[[nodiscard]] std::optional<Challenge> parse_challenge(std::string_view header);

// {"token": …} or {"access_token": …}. Errors: InvalidInput.
[[nodiscard]] Result<std::string> parse_token(std::string_view body);

// The credentials for a registry in Docker's config.json ("auths"), base64 of "user:password";
// nullopt: none of use.
[[nodiscard]] std::optional<std::string> credentials_in(std::string_view docker_config,
                                                        std::string_view registry);

enum class Encryption { Tls, None };  // None only for registries on this machine
// Localhost and loopback addresses, with or without a port.
[[nodiscard]] bool is_on_this_machine(std::string_view registry);

struct Access {
  HttpTransport transport;
  std::string credentials;  // as credentials_in() gives them; empty: none
  Encryption encryption = Encryption::Tls;
};

enum class Purpose { Pull, Push };  // what tokens are asked for

// What requests are about one repository of one registry.
class Client {
 public:
  // `registry` is host[:port]; docker.io is asked where its images are. Errors: Usage (no TLS for a
  // registry elsewhere).
  [[nodiscard]] static Result<Client> create(std::string_view registry, std::string repository,
                                             Access access, Purpose purpose);

  // "https://host/v2/REPOSITORY/" + path
  [[nodiscard]] std::string url(std::string_view path) const;
  // A Location of an answer, which may be relative to the registry.
  [[nodiscard]] std::string resolve(std::string_view location) const;

  // One request; asks for a token when the registry wants one. Statuses of 400 and above are
  // errors: NotFound, PermissionDenied, Unavailable. The sink gets the body of other answers.
  [[nodiscard]] Result<HttpResponse> request(HttpRequest request, const HttpSink& sink);
  [[nodiscard]] Result<HttpText> text(HttpRequest request);  // at most kMaxTextBytes

 private:
  Client(std::string host, std::string repository, Access access, Purpose purpose)
      : host_(std::move(host)),
        repository_(std::move(repository)),
        access_(std::move(access)),
        purpose_(purpose) {}
  [[nodiscard]] Result<HttpResponse> send(HttpRequest request, const HttpSink& sink) const;
  [[nodiscard]] Status authorize(const HttpResponse& refusal);
  [[nodiscard]] std::string origin() const;

  std::string host_;
  std::string repository_;
  Access access_;
  Purpose purpose_;
  std::string authorization_;
};

}  // namespace corten::registry
