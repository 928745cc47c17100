// SHA-256, and content digests as OCI writes them ("sha256:…", "sha512:…").
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/closer.h"
#include "base/result.h"

struct evp_md_ctx_st;
extern "C" void EVP_MD_CTX_free(evp_md_ctx_st* context);

namespace corten {

enum class DigestAlgorithm { Sha256, Sha512 };

// A streaming hash; one thread at a time.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
  void update(Bytes bytes);
  // "sha256:<64 hex digits>". The hasher is used up.
  [[nodiscard]] std::string digest();

 private:
  DigestAlgorithm algorithm_;
  std::unique_ptr<evp_md_ctx_st, Closer<EVP_MD_CTX_free>> context_;
};

[[nodiscard]] std::string sha256_digest(Bytes bytes);

// The algorithm of a well-formed digest (OCI image-spec, descriptor.md, "Digests"): InvalidInput
// for malformed text, Unsupported for an algorithm other than sha256 and sha512.
[[nodiscard]] Result<DigestAlgorithm> parse_digest(std::string_view digest);

// For people: "sha256:5f0c91ab…" cut to twelve hex digits.
[[nodiscard]] std::string short_digest(std::string_view digest);

}  // namespace corten
