#include "image/registry_image.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/digest.h"

namespace corten::image {
namespace {

// A registry with one repository, "team/app", whose documents are kept by path.
class FakeRegistry {
 public:
  // Keeps a document and returns its digest.
  std::string put(const std::string& kind, const std::string& content) {
    const std::string digest = sha256_digest(as_bytes(content));
    documents_[kind + "/" + digest] = content;
    return digest;
  }
  void tag(const std::string& name, const std::string& content) {
    documents_["manifests/" + name] = content;
  }
  void replace(const std::string& path, const std::string& content) { documents_[path] = content; }

  Result<RegistryImage> describe(const std::string& name, const Platform& wanted = {}) {
    registry::Access access;
    access.transport = [this](const HttpRequest& request,
                              const HttpSink& sink) -> Result<HttpResponse> {
      constexpr std::string_view kRoot = "https://r.example/v2/team/app/";
      HttpResponse response;
      const auto found = request.url.starts_with(kRoot)
                             ? documents_.find(request.url.substr(kRoot.size()))
                             : documents_.end();
      response.status = found == documents_.end() ? 404 : 200;
      if (request.on_response) (void)request.on_response(response);
      if (found != documents_.end()) (void)sink(as_bytes(found->second));
      return response;
    };
    return describe_registry_image(parse_reference("r.example/team/app" + name).value(), access,
                                   wanted);
  }

 private:
  std::map<std::string, std::string> documents_;
};

std::string config_of(const char* architecture, const char* user) {
  return fmt::format(
      R"({{"architecture":"{}","os":"linux","config":{{"User":"{}"}},"rootfs":{{"type":"layers","diff_ids":[]}}}})",
      architecture, user);
}

std::string manifest_of(const std::string& config) {
  return fmt::format(
      R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":1}},"layers":[]}})",
      config);
}

// An image for two processors, and an attestation beside them.
std::string index_of(const std::string& amd64, const std::string& arm64) {
  const auto entry = [](const std::string& digest, const char* os, const char* architecture) {
    return fmt::format(
        R"({{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":1,"platform":{{"os":"{}","architecture":"{}"}}}})",
        digest, os, architecture);
  };
  return fmt::format(
      R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{},{},{}]}})",
      entry(amd64, "unknown", "unknown"), entry(amd64, "linux", "amd64"),
      entry(arm64, "linux", "arm64"));
}

TEST(RegistryImages, AreOneManifest) {
  FakeRegistry registry;
  const std::string manifest = manifest_of(registry.put("blobs", config_of("amd64", "app")));
  registry.tag("latest", manifest);
  const auto image = registry.describe("", {"linux", "amd64", ""});
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->config.user, "app");
  EXPECT_EQ(image->digest, sha256_digest(as_bytes(manifest)));
}

TEST(RegistryImages, AreChosenByPlatform) {
  FakeRegistry registry;
  const std::string amd64 =
      registry.put("manifests", manifest_of(registry.put("blobs", config_of("amd64", "one"))));
  const std::string arm64 =
      registry.put("manifests", manifest_of(registry.put("blobs", config_of("arm64", "two"))));
  const std::string index = index_of(amd64, arm64);
  registry.tag("1", index);
  const auto image = registry.describe(":1", {"linux", "arm64", ""});
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->config.user, "two");
  EXPECT_EQ(image->digest, sha256_digest(as_bytes(index)));  // pins hold for every platform
  EXPECT_EQ(registry.describe(":1", {"windows", "amd64", ""}).error().code, ErrorCode::NotFound);
}

TEST(RegistryImages, AreWhatTheirDigestsSay) {
  FakeRegistry registry;
  const std::string config = registry.put("blobs", config_of("amd64", "app"));
  const std::string digest = registry.put("manifests", manifest_of(config));
  const Platform linux{"linux", "amd64", ""};
  ASSERT_TRUE(registry.describe("@" + digest, linux));

  registry.replace("blobs/" + config, config_of("amd64", "root"));
  EXPECT_EQ(registry.describe("@" + digest, linux).error().code, ErrorCode::InvalidInput);
  registry.replace("manifests/" + digest, manifest_of(config) + " ");
  EXPECT_EQ(registry.describe("@" + digest, linux).error().code, ErrorCode::InvalidInput);
}

TEST(RegistryImages, ThatAreNoneAreErrors) {
  FakeRegistry registry;
  EXPECT_EQ(registry.describe(":1").error().code, ErrorCode::NotFound);
  registry.tag("1", "<html>");
  EXPECT_EQ(registry.describe(":1").error().code, ErrorCode::InvalidInput);
}

}  // namespace
}  // namespace corten::image
