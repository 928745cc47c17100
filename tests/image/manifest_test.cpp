#include "image/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/image_builder.h"
#include "support/sources.h"

namespace corten::image {
namespace {

using testing::ElementsAre;
using testing::Pair;

// Every field that Docker and the OCI specification know, as Docker 28 writes them.
constexpr const char* kFullConfig = R"({
  "architecture": "arm", "variant": "v7", "os": "linux", "created": "2024-05-06T07:08:09Z",
  "config": {
    "User": "app:app", "ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "Env": ["PATH=/bin", "A=b=c"],
    "Entrypoint": ["/run"], "Cmd": ["--help"], "Volumes": {"/data": {}}, "WorkingDir": "/srv",
    "Labels": {"a": "1", "A": "2"}, "OnBuild": ["RUN make"], "Shell": ["/bin/bash", "-c"],
    "Healthcheck": {"Test": ["CMD", "curl", "x"], "Interval": 30000000000, "Retries": 3},
    "StopSignal": "SIGTERM", "ArgsEscaped": true
  },
  "rootfs": {"type": "layers", "diff_ids": [
    "sha256:0000000000000000000000000000000000000000000000000000000000000001"]},
  "history": [
    {"created": "2024-01-01T00:00:00Z", "created_by": "ADD x /", "comment": "buildkit"},
    {"created_by": "CMD [\"x\"]", "empty_layer": true}
  ]
})";

TEST(ParseConfig, ReadsAllFields) {
  const auto config = parse_config(as_bytes(kFullConfig));
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->platform, (Platform{"linux", "arm", "v7"}));
  EXPECT_EQ(config->created, "2024-05-06T07:08:09Z");
  EXPECT_EQ(config->user, "app:app");
  EXPECT_THAT(config->exposed_ports, ElementsAre("80/tcp", "53/udp"));
  EXPECT_THAT(config->env, ElementsAre("PATH=/bin", "A=b=c"));
  EXPECT_THAT(config->entrypoint, ElementsAre("/run"));
  EXPECT_THAT(config->cmd, ElementsAre("--help"));
  EXPECT_THAT(config->volumes, ElementsAre("/data"));
  EXPECT_EQ(config->working_dir, "/srv");
  EXPECT_THAT(config->labels, ElementsAre(Pair("A", "2"), Pair("a", "1")));
  EXPECT_THAT(config->on_build, ElementsAre("RUN make"));
  EXPECT_THAT(config->shell, ElementsAre("/bin/bash", "-c"));
  ASSERT_TRUE(config->healthcheck);
  EXPECT_THAT(config->healthcheck->test, ElementsAre("CMD", "curl", "x"));
  EXPECT_EQ(config->diff_ids.size(), 1U);
  ASSERT_EQ(config->history.size(), 2U);
  EXPECT_EQ(config->history[0].comment, "buildkit");
  EXPECT_TRUE(config->history[1].empty_layer);
}

TEST(ParseConfig, TakesNullAndAbsentAsEmpty) {
  const auto config = parse_config(as_bytes(
      R"({"config":{"Env":null,"Cmd":null,"Volumes":null,"Labels":null,"Healthcheck":null},"history":null})"));
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_THAT(config->cmd, ElementsAre());
  EXPECT_FALSE(config->healthcheck);
  EXPECT_TRUE(parse_config(as_bytes("{}")));
}

TEST(ParseConfig, TakesACommandThatIsOneText) {
  const auto config = parse_config(as_bytes(R"({"config":{"Entrypoint":"/run"}})"));
  ASSERT_TRUE(config);
  EXPECT_THAT(config->entrypoint, ElementsAre("/run"));
}

struct Case {
  const char* name;
  std::string json;
  const char* expected;
};
const std::string kDigest = "sha256:" + std::string(64, 'a');

class BadConfig : public testing::TestWithParam<Case> {};
TEST_P(BadConfig, EndsInAClearError) {
  EXPECT_EQ(test::outcome(parse_config(as_bytes(GetParam().json))), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Manifest, BadConfig,
    testing::ValuesIn(std::vector<Case>{
        {"Nothing", "", "invalid-input"},
        {"NotJson", "{", "invalid-input"},
        {"List", "[]", "invalid-input"},
        {"Trailing", "{} {}", "invalid-input"},
        {"NotUtf8", "{\"os\":\"\xff\"}", "invalid-input"},
        {"EnvIsANumber", R"({"config":{"Env":1}})", "invalid-input"},
        {"EnvHasANumber", R"({"config":{"Env":[1]}})", "invalid-input"},
        {"UserIsAList", R"({"config":{"User":[]}})", "invalid-input"},
        {"PortsAreAList", R"({"config":{"ExposedPorts":["80"]}})", "invalid-input"},
        {"LabelIsANumber", R"({"config":{"Labels":{"a":1}}})", "invalid-input"},
        {"HistoryIsAnObject", R"({"history":{}})", "invalid-input"},
        {"HistoryOfText", R"({"history":["x"]})", "invalid-input"},
        {"EmptyLayerIsText", R"({"history":[{"empty_layer":"true"}]})", "invalid-input"},
        {"TwoConfigs", R"({"config":{},"config":{}})", "invalid-input"},
        {"TwoConfigsInTwoCases", R"({"config":{},"Config":{}})", "invalid-input"},
        {"BadDiffId", R"({"rootfs":{"diff_ids":["../x"]}})", "invalid-input"},
        {"OtherAlgorithm", R"({"rootfs":{"diff_ids":["md5:00"]}})", "unsupported"},
        {"TooDeep", std::string(65, '[') + std::string(65, ']'), "limit-exceeded"},
        {"TooLarge", std::string((8 << 20) + 1, ' '), "limit-exceeded"},
    }),
    test::case_name<Case>);

TEST(ParseManifest, TellsIndexFromManifest) {
  const auto index = parse_manifest(as_bytes(test::index_json({test::descriptor(
      "t", "x", test::platform_member("linux", "arm", "v7") + R"(,"annotations":{"k":"v"})")})));
  ASSERT_TRUE(index) << describe(index.error());
  ASSERT_TRUE(std::holds_alternative<Index>(*index));
  const Descriptor& entry = std::get<Index>(*index).manifests.at(0);
  EXPECT_EQ(entry.media_type, "t");
  EXPECT_EQ(entry.digest, "sha256:" + test::hex_of("x"));
  EXPECT_EQ(entry.size, 1U);
  EXPECT_EQ(entry.platform->variant, "v7");
  EXPECT_THAT(entry.annotations, ElementsAre(Pair("k", "v")));

  const auto manifest = parse_manifest(as_bytes(test::manifest_json(
      test::descriptor("c", "x"), {test::descriptor("l", "y", R"(,"urls":["https://z"])")})));
  ASSERT_TRUE(manifest) << describe(manifest.error());
  ASSERT_TRUE(std::holds_alternative<Manifest>(*manifest));
  EXPECT_TRUE(std::get<Manifest>(*manifest).layers.at(0).has_urls);
}

std::string manifest_of(const std::string& config, const std::string& layers) {
  return R"({"config":)" + config + R"(,"layers":)" + layers + "}";
}
std::string many_layers(int count) {
  return manifest_of(test::descriptor("c", "x"),
                     "[" +
                         join(std::vector<std::string>(static_cast<std::size_t>(count),
                                                       test::descriptor("l", "y")),
                              ",") +
                         "]");
}

class BadManifest : public testing::TestWithParam<Case> {};
TEST_P(BadManifest, EndsInAClearError) {
  EXPECT_EQ(test::outcome(parse_manifest(as_bytes(GetParam().json))), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Manifest, BadManifest,
    testing::ValuesIn(std::vector<Case>{
        {"Nothing", "", "invalid-input"},
        {"Empty", "{}", "invalid-input"},
        {"Schema1", R"({"schemaVersion":1,"fsLayers":[]})", "unsupported"},
        {"IndexAndManifest", R"({"manifests":[],"layers":[]})", "invalid-input"},
        {"IndexAndSchema1", R"({"manifests":[],"fsLayers":[]})", "invalid-input"},
        {"NoConfig", R"({"layers":[]})", "invalid-input"},
        {"ConfigIsText", manifest_of("\"x\"", "[]"), "invalid-input"},
        {"LayersAreAnObject", manifest_of(test::descriptor("c", "x"), "{}"), "invalid-input"},
        {"DigestMissing", manifest_of("{}", "[]"), "invalid-input"},
        {"DigestIsAPath", manifest_of(R"({"digest":"sha256:../../../etc/passwd"})", "[]"),
         "invalid-input"},
        {"SizeNegative", manifest_of(R"({"digest":")" + kDigest + R"(","size":-1})", "[]"),
         "invalid-input"},
        {"SizeFraction", manifest_of(R"({"digest":")" + kDigest + R"(","size":1.5})", "[]"),
         "invalid-input"},
        {"SizeOverflows",
         manifest_of(R"({"digest":")" + kDigest + R"(","size":18446744073709551616})", "[]"),
         "invalid-input"},
        {"SizeIsText", manifest_of(R"({"digest":")" + kDigest + R"(","size":"1"})", "[]"),
         "invalid-input"},
        {"JustEnoughLayers", many_layers(1000), "ok"},
        {"TooManyLayers", many_layers(1001), "limit-exceeded"},
    }),
    test::case_name<Case>);

}  // namespace
}  // namespace corten::image
