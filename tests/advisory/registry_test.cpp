// Names of artifacts and what registries answer.
#include <gmock/gmock.h>

#include "advisory/internal/registry.h"

namespace corten::advisory::testing {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(ArtifactReferences, AreRead) {
  EXPECT_EQ(parse_artifact_reference("r.test/a/b"),
            (ArtifactReference{"r.test", "a/b", "latest", ""}));
  EXPECT_EQ(parse_artifact_reference("localhost:5000/db:v1"),
            (ArtifactReference{"localhost:5000", "db", "v1", ""}));
  EXPECT_EQ(parse_artifact_reference("R.test/db:V1@" + kDigest),
            (ArtifactReference{"R.test", "db", "V1", kDigest}));
  for (const std::string text :
       {"", "db", "team/db", "r.test/", "r.test/A", "r.test/a b", "r.test//a", "r.test/../a",
        "r.test/a/", "r.test/a:", "r.test/a?x=1", "user@r.test/a", "https://r.test/a",
        "r.test/a@sha256:1"}) {
    const auto reference = parse_artifact_reference(text);
    ASSERT_FALSE(reference.has_value()) << text;
    EXPECT_EQ(reference.error().code, ErrorCode::Usage) << text;
  }
}

TEST(Challenges, AreRead) {
  // The example of the distribution project's "Token Authentication Specification".
  const auto challenge = parse_challenge(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push")");
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->scheme, "bearer");
  EXPECT_EQ(challenge->parameters,
            (std::map<std::string, std::string>{{"realm", "https://auth.docker.io/token"},
                                                {"service", "registry.docker.io"},
                                                {"scope", "repository:samalba/my-app:pull,push"}}));
  EXPECT_EQ(parse_challenge("BASIC realm=x , charset = \"UTF-8\"")->parameters.at("charset"),
            "UTF-8");
  for (const char* text : {"", "Bearer", "Bearer realm", "Bearer realm=\"x"}) {
    EXPECT_FALSE(parse_challenge(text).has_value()) << text;
  }
}

TEST(Tokens, AreOneWord) {
  EXPECT_EQ(parse_token(R"({"token":"a.b-c"})"), "a.b-c");
  EXPECT_EQ(parse_token(R"({"access_token":"x","expires_in":60})"), "x");
  for (const char* text : {"", "{}", "[]", R"({"token":""})", R"({"token":7})",
                           R"({"token":"a\r\nX-Evil: b"})", R"({"token":"a b"})"}) {
    EXPECT_FALSE(parse_token(text).has_value()) << text;
  }
}

TEST(DockerCredentials, AreFoundByRegistry) {
  const std::string config =
      R"({"credsStore":"x","auths":{"r.test":{"auth":"YTpi"},"https://index.test/v1/":{"auth":"Yzpk"},"helper.test":{},"bad.test":{"auth":"a\nb"}}})";
  EXPECT_EQ(credentials_in(config, "r.test"), "YTpi");
  EXPECT_EQ(credentials_in(config, "index.test"), "Yzpk");
  for (const char* registry : {"test", "r.test:5000", "helper.test", "bad.test", ""}) {
    EXPECT_EQ(credentials_in(config, registry), std::nullopt) << registry;
  }
  EXPECT_EQ(credentials_in("no JSON", "r.test"), std::nullopt);
}

TEST(Registries, ElsewhereNeedTls) {
  const auto code = [](const std::string& host) {
    const auto registry = Registry::create({host, "a", "latest", ""},
                                           {{}, "", Encryption::None, nullptr}, Purpose::Pull);
    return registry.has_value();
  };
  for (const char* host : {"localhost", "localhost:5000", "127.0.0.1:5000", "127.1", "[::1]:5000"})
    EXPECT_TRUE(code(host)) << host;
  for (const char* host : {"r.test", "10.0.0.1:5000", "127.0.0.1.evil.test", "localhost.test"})
    EXPECT_FALSE(code(host)) << host;
}

TEST(Registries, TokenIsNotSentElsewhere) {
  std::vector<std::pair<std::string, std::string>> seen;
  RegistryAccess access;
  access.credentials = "YTpi";
  access.transport = [&](const HttpRequest& request, const HttpSink& sink) -> Result<HttpResponse> {
    std::string given;
    for (const std::string& header : request.headers) {
      if (header.starts_with("Authorization: ")) given = header.substr(15);
    }
    seen.emplace_back(request.url, given);
    HttpResponse response;
    response.status = 200;
    if (request.url.starts_with("https://auth.test/")) {
      (void)sink(as_bytes(std::string_view(R"({"token":"t"})")));
    } else if (given.empty() && seen.size() == 1) {
      response.status = 401;
      response.headers["www-authenticate"] = R"(Bearer realm="https://auth.test/t",service="a b")";
    }
    return response;
  };
  auto registry = Registry::create({"r.test", "team/db", "latest", ""}, access, Purpose::Pull);
  ASSERT_TRUE(registry.has_value());
  HttpRequest request;
  request.url = registry->url("manifests/latest");
  EXPECT_TRUE(registry->text(request).has_value());
  request.url = registry->resolve("https://uploads.test/x");
  request.method = "PUT";
  EXPECT_TRUE(registry->text(request).has_value());
  using Seen = std::pair<std::string, std::string>;
  EXPECT_THAT(seen, ::testing::ElementsAre(
                        Seen("https://r.test/v2/team/db/manifests/latest", ""),
                        Seen("https://auth.test/t?service=a%20b&scope=repository:team/db:pull",
                             "Basic YTpi"),
                        Seen("https://r.test/v2/team/db/manifests/latest", "Bearer t"),
                        Seen("https://uploads.test/x", "")));
}

}  // namespace
}  // namespace corten::advisory::testing
