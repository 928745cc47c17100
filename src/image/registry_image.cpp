#include "image/registry_image.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "image/manifest.h"
#include "image/platform.h"

namespace corten::image {

namespace {

// Image specification 1.1, "Media Types", and Docker's own of before.
constexpr const char* kAccept =
    "Accept: application/vnd.oci.image.index.v1+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

// A document of the repository. A digest that is wanted must be that of the content.
Result<std::string> fetch(registry::Client& client, const std::string& path,
                          const std::string& wanted) {
  HttpRequest request;
  request.url = client.url(path);
  request.headers = {kAccept};
  CORTEN_TRY(HttpText answer, client.text(std::move(request)));
  if (!wanted.empty()) {
    CORTEN_TRY(const DigestAlgorithm algorithm, parse_digest(wanted));
    Hasher hasher(algorithm);
    hasher.update(as_bytes(answer.body));
    if (hasher.digest() != wanted) {
      return fail(ErrorCode::InvalidInput,
                  fmt::format("{}: the registry sends another content", wanted));
    }
  }
  return std::move(answer.body);
}

Result<std::string> digest_for(const Index& index, const Platform& wanted) {
  std::vector<Platform> offered;
  std::vector<const Descriptor*> images;
  for (const Descriptor& descriptor : index.manifests) {
    // Attestations are listed beside the images, for the platform unknown/unknown.
    if (!descriptor.platform || descriptor.platform->os == "unknown") continue;
    offered.push_back(*descriptor.platform);
    images.push_back(&descriptor);
  }
  const auto chosen = choose_platform(offered, wanted);
  if (!chosen) return fail(ErrorCode::NotFound, "there is no image for the platform");
  return images[*chosen]->digest;
}

}  // namespace

Result<RegistryImage> describe_registry_image(const Reference& reference,
                                              const registry::Access& access,
                                              const Platform& wanted) {
  CORTEN_TRY(registry::Client client,
             registry::Client::create(reference.registry, reference.repository, access,
                                      registry::Purpose::Pull));
  const std::string tag = reference.tag.empty() ? "latest" : reference.tag;
  CORTEN_TRY(std::string document,
             fetch(client, "manifests/" + (reference.digest.empty() ? tag : reference.digest),
                   reference.digest));
  RegistryImage image;
  image.digest = reference.digest.empty() ? sha256_digest(as_bytes(document)) : reference.digest;
  CORTEN_TRY(auto parsed, parse_manifest(as_bytes(document)));
  if (const auto* index = std::get_if<Index>(&parsed)) {
    CORTEN_TRY(const std::string digest, digest_for(*index, wanted));
    CORTEN_TRY(document, fetch(client, "manifests/" + digest, digest));
    CORTEN_TRY(parsed, parse_manifest(as_bytes(document)));
  }
  const auto* manifest = std::get_if<Manifest>(&parsed);
  if (manifest == nullptr) {
    return fail(ErrorCode::Unsupported, "an index within an index, which no registry should have");
  }
  const std::string& config = manifest->config.digest;
  CORTEN_TRY(document, fetch(client, "blobs/" + config, config));
  CORTEN_TRY(image.config, parse_config(as_bytes(document)));
  return image;
}

}  // namespace corten::image
