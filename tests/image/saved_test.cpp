// `docker save` archives, as Docker has written them over the years.
#include "support/compress.h"
#include "target_test.h"

namespace corten::image {
namespace {

using test::ImageFiles;
using test::TarWriter;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Saved : public TargetTest {};

const std::string kBase = layer_tar("base");
const std::string kTop = layer_tar("top");

std::string id(char c) { return std::string(64, c); }

std::string saved_manifest(const std::string& config, const std::string& tags,
                           const std::vector<std::string>& layers) {
  std::vector<std::string> quoted;
  for (const std::string& layer : layers) quoted.push_back('"' + layer + '"');
  return fmt::format(R"({{"Config":"{}","RepoTags":{},"Layers":[{}]}})", config, tags,
                     join(quoted, ","));
}

TEST_F(Saved, OldForm) {
  const std::string config = test::config_json({kBase, kTop});
  const std::string name = test::hex_of(config) + ".json";
  const std::string tar =
      TarWriter()
          .folder(id('a'))
          .file(id('a') + "/VERSION", "1.0")
          .file(id('a') + "/layer.tar", kBase)
          .file(id('b') + "/layer.tar", kTop)
          .file(name, config)
          .file("manifest.json",
                "[" +
                    saved_manifest(name, R"(["app:1","app:latest"])",
                                   {id('a') + "/layer.tar", id('b') + "/layer.tar"}) +
                    "]")
          .file("repositories", "{}")
          .finish();
  const auto opened = open_target(write("old.tar", tar), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  const Image& image = opened->images.at(0);
  EXPECT_EQ(image.digest, "sha256:" + test::hex_of(config));
  EXPECT_THAT(image.tags, ElementsAre("app:1", "app:latest"));
  EXPECT_EQ(image.layers[0].digest, "");
  EXPECT_EQ(image.layers[0].diff_id, "sha256:" + test::hex_of(kBase));
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
  const auto packed = open_target(write("old.tar.gz", test::gzip(tar)), {});
  ASSERT_TRUE(packed) << describe(packed.error());
  EXPECT_THAT(layers_of(*packed), ElementsAre(kBase, kTop));
}

TEST_F(Saved, SharedLayersAreLinks) {
  const std::string config = test::config_json({kBase, kBase, kBase});
  const std::string tar =
      TarWriter()
          .file(id('a') + "/layer.tar", kBase)
          .symlink(id('b') + "/layer.tar", "../" + id('a') + "/layer.tar")
          .hard_link(id('c') + "/layer.tar", id('b') + "/layer.tar")
          .file("c.json", config)
          .file("manifest.json", "[" +
                                     saved_manifest("c.json", "null",
                                                    {id('a') + "/layer.tar", id('b') + "/layer.tar",
                                                     id('c') + "/layer.tar"}) +
                                     "]")
          .finish();
  const auto opened = open_target(write("links.tar", tar), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kBase, kBase));
}

std::string with_layer_link(const std::string& target) {
  return TarWriter()
      .symlink("x/layer.tar", target)
      .symlink("y/layer.tar", "../x/layer.tar")
      .file("c.json", test::config_json({kBase}))
      .file("manifest.json", "[" + saved_manifest("c.json", "[]", {"x/layer.tar"}) + "]")
      .finish();
}

TEST_F(Saved, LinksThatGoRoundOrOutAreRefused) {
  EXPECT_THAT(open_outcome(write("a", with_layer_link("../y/layer.tar"))), HasSubstr("goes round"));
  EXPECT_THAT(open_outcome(write("b", with_layer_link("layer.tar"))), HasSubstr("goes round"));
  EXPECT_THAT(open_outcome(write("c", with_layer_link("../../etc/passwd"))),
              HasSubstr("leads out"));
  EXPECT_THAT(open_outcome(write("d", with_layer_link("/etc/passwd"))), HasSubstr("leads out"));
  EXPECT_THAT(open_outcome(write("e", with_layer_link("absent"))), StartsWith("not-found"));
}

TEST_F(Saved, NewFormIsOneImageWithItsTags) {
  ImageFiles files;
  const std::string manifest = files.image({kBase, kTop});
  const std::string config = test::config_json({kBase, kTop});
  files.layout(test::index_json({test::descriptor(
      test::kOciManifest, manifest,
      R"(,"annotations":{"io.containerd.image.name":"docker.io/library/app:1"})")}));
  files.put("manifest.json",
            "[" +
                saved_manifest(
                    "blobs/sha256/" + test::hex_of(config), R"(["app:1"])",
                    {"blobs/sha256/" + test::hex_of(kBase), "blobs/sha256/" + test::hex_of(kTop)}) +
                "]");
  const auto opened = open_target(write("new.tar", files.tar()), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_EQ(opened->images.size(), 1U);
  EXPECT_EQ(opened->images[0].digest, "sha256:" + test::hex_of(manifest));
  EXPECT_THAT(opened->images[0].tags, ElementsAre("app:1"));
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
}

TEST_F(Saved, ImagesThatOnlyOneOfTheTwoListsAreBothOpened) {
  ImageFiles files;
  const std::string shown = files.image({kBase});
  files.layout(test::index_json({test::descriptor(test::kOciManifest, shown)}));
  const std::string hidden = files.blob(test::config_json({kTop}));
  files.put("manifest.json",
            "[" +
                saved_manifest("blobs/sha256/" + test::hex_of(hidden), R"(["evil:1"])",
                               {"blobs/sha256/" + test::hex_of(files.blob(kTop))}) +
                "]");
  const auto opened = open_target(write("two-faced.tar", files.tar()), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_EQ(opened->images.size(), 2U);
  EXPECT_THAT(layers_of(*opened, 1), ElementsAre(kTop));
}

TEST_F(Saved, SeveralImages) {
  const std::string a = test::config_json({kBase});
  const std::string b = test::config_json({kTop}, "linux", "arm64");
  const std::string tar =
      TarWriter()
          .file("1/layer.tar", kBase)
          .file("2/layer.tar", kTop)
          .file("a.json", a)
          .file("b.json", b)
          .file("manifest.json", "[" + saved_manifest("a.json", R"(["a:1"])", {"1/layer.tar"}) +
                                     "," + saved_manifest("b.json", R"(["b:1"])", {"2/layer.tar"}) +
                                     "]")
          .finish();
  const auto opened = open_target(write("several.tar", tar), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_EQ(opened->images.size(), 2U);
  EXPECT_EQ(opened->images[1].config->platform.architecture, "arm64");
}

TEST_F(Saved, TheLastOfTwoMembersOfOneNameCounts) {
  const std::string tar =
      TarWriter()
          .file("1/layer.tar", kTop)
          .file("1/layer.tar", kBase)
          .file("c.json", test::config_json({kBase}))
          .file("manifest.json", "[" + saved_manifest("c.json", "[]", {"1/layer.tar"}) + "]")
          .finish();
  const auto opened = open_target(write("twice.tar", tar), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase));
}

TEST_F(Saved, ConfigurationsOfAnotherDigestAreRefused) {
  const std::string tar =
      TarWriter()
          .file("1/layer.tar", kBase)
          .file(id('a') + ".json", test::config_json({kBase}))
          .file("manifest.json",
                "[" + saved_manifest(id('a') + ".json", "[]", {"1/layer.tar"}) + "]")
          .finish();
  const std::string outcome = open_outcome(write("config.tar", tar));
  EXPECT_THAT(outcome, StartsWith("invalid-input"));
  EXPECT_THAT(outcome, HasSubstr(id('a')));
  EXPECT_THAT(outcome, HasSubstr(test::hex_of(test::config_json({kBase}))));
}

TEST_F(Saved, BadManifestsAreRefused) {
  for (const std::string json :
       {"", "{}", "[1]", "[{}]", "null", "[", R"([{"Config":"../../x","Layers":[]}])"}) {
    const std::string tar = TarWriter().file("manifest.json", json).finish();
    EXPECT_NE(open_outcome(write("bad.tar", tar)), "ok") << json;
  }
  EXPECT_THAT(open_outcome(write("none.tar", TarWriter().file("manifest.json", "[]").finish())),
              HasSubstr("lists no image"));
  EXPECT_THAT(
      open_outcome(write("dir.tar", TarWriter().folder("manifest.json").file("x", "").finish())),
      "ok");
  EXPECT_THAT(open_outcome(write(
                  "old.tar", TarWriter().file("repositories", "{}").file("VERSION", "1").finish())),
              StartsWith("unsupported"));
}

}  // namespace
}  // namespace corten::image
