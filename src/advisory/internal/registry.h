// Requests to an OCI registry, with the token dance of the distribution specification.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "advisory/artifact.h"

namespace corten::advisory {

inline constexpr std::uint64_t kMaxRegistryText = std::uint64_t{4} << 20;  // manifests, tokens

// "Bearer realm="…",service="…",scope="…"" (RFC 9110, section 11.6.1); scheme in lower case.
struct Challenge {
  std::string scheme;
  std::map<std::string, std::string> parameters;
};
[[nodiscard]] std::optional<Challenge> parse_challenge(std::string_view header);

// {"token": …} or {"access_token": …}. Errors: InvalidInput.
[[nodiscard]] Result<std::string> parse_token(std::string_view body);

struct ArtifactManifest {
  std::string artifact_type;
  std::string layer_type;
  std::string layer_digest;
  std::uint64_t layer_size = 0;
};
// Errors: InvalidInput, Unsupported (no manifest of a database).
[[nodiscard]] Result<ArtifactManifest> parse_artifact_manifest(std::string_view body);

enum class Purpose { Pull, Push };  // what tokens are asked for

class Registry {
 public:
  // Errors: Usage (no TLS for a registry elsewhere).
  [[nodiscard]] static Result<Registry> create(const ArtifactReference& reference,
                                               const RegistryAccess& access, Purpose purpose);

  // "https://host/v2/REPOSITORY/" + path
  [[nodiscard]] std::string url(std::string_view path) const;
  // A Location of an answer, which may be relative to the registry.
  [[nodiscard]] std::string resolve(std::string_view location) const;

  // One request; asks for a token when the registry wants one. Statuses of 400 and above are
  // errors. The sink gets the body of other answers.
  [[nodiscard]] Result<HttpResponse> request(HttpRequest request, const HttpSink& sink);
  [[nodiscard]] Result<HttpText> text(HttpRequest request);

 private:
  Registry(const ArtifactReference& reference, const RegistryAccess& access, Purpose purpose)
      : reference_(reference), access_(access), purpose_(purpose) {}
  [[nodiscard]] Result<HttpResponse> send(HttpRequest request, const HttpSink& sink) const;
  [[nodiscard]] Status authorize(const HttpResponse& refusal);
  [[nodiscard]] std::string origin() const;

  ArtifactReference reference_;
  RegistryAccess access_;
  Purpose purpose_;
  std::string authorization_;
};

}  // namespace corten::advisory
