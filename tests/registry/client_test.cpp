// What registries answer, and what they are told.
#include <gmock/gmock.h>

#include "base/bytes.h"
#include "registry/registry.h"

namespace corten::registry {
namespace {

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
    const auto client = Client::create(host, "a", {{}, "", Encryption::None}, Purpose::Pull);
    return client.has_value();
  };
  for (const char* host : {"localhost", "localhost:5000", "127.0.0.1:5000", "127.1", "[::1]:5000"})
    EXPECT_TRUE(code(host)) << host;
  for (const char* host : {"r.test", "10.0.0.1:5000", "127.0.0.1.evil.test", "localhost.test"})
    EXPECT_FALSE(code(host)) << host;
}

TEST(Registries, TokenIsNotSentElsewhere) {
  std::vector<std::pair<std::string, std::string>> seen;
  Access access;
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
  auto client = Client::create("r.test", "team/db", access, Purpose::Pull);
  ASSERT_TRUE(client.has_value());
  HttpRequest request;
  request.url = client->url("manifests/latest");
  EXPECT_TRUE(client->text(request).has_value());
  request.url = client->resolve("https://uploads.test/x");
  request.method = "PUT";
  EXPECT_TRUE(client->text(request).has_value());
  using Seen = std::pair<std::string, std::string>;
  EXPECT_THAT(seen, ::testing::ElementsAre(
                        Seen("https://r.test/v2/team/db/manifests/latest", ""),
                        Seen("https://auth.test/t?service=a%20b&scope=repository:team/db:pull",
                             "Basic YTpi"),
                        Seen("https://r.test/v2/team/db/manifests/latest", "Bearer t"),
                        Seen("https://uploads.test/x", "")));
}

}  // namespace
}  // namespace corten::registry
