#include "base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten {

Hasher::Hasher(DigestAlgorithm algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(),
                    algorithm == DigestAlgorithm::Sha256 ? EVP_sha256() : EVP_sha512(), nullptr);
}

void Hasher::update(Bytes bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::string Hasher::digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), raw.data(), &size);
  std::string out = algorithm_ == DigestAlgorithm::Sha256 ? "sha256:" : "sha512:";
  constexpr std::string_view kHex = "0123456789abcdef";
  for (unsigned int i = 0; i < size; ++i) {
    out.push_back(kHex[raw[i] >> 4]);
    out.push_back(kHex[raw[i] & 15]);
  }
  return out;
}

std::string sha256_digest(Bytes bytes) {
  Hasher hasher;
  hasher.update(bytes);
  return hasher.digest();
}

Result<DigestAlgorithm> parse_digest(std::string_view digest) {
  const auto parts = split_once(digest, ':');
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!parts || parts->first.empty() || parts->second.empty()) {
    return fail(ErrorCode::InvalidInput, fmt::format("'{}' is not a digest", digest));
  }
  const bool sha256 = parts->first == "sha256";
  if (!sha256 && parts->first != "sha512") {
    return fail(ErrorCode::Unsupported, fmt::format("digest algorithm '{}'", parts->first));
  }
  if (parts->second.size() != (sha256 ? 64 : 128) || !std::ranges::all_of(parts->second, is_hex)) {
    return fail(ErrorCode::InvalidInput, fmt::format("'{}' is not a digest", digest));
  }
  return sha256 ? DigestAlgorithm::Sha256 : DigestAlgorithm::Sha512;
}

std::string short_digest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos || digest.size() <= colon + 13) return std::string(digest);
  return fmt::format("{}…", digest.substr(0, colon + 13));
}

}  // namespace corten
