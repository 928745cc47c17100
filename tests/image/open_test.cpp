#include "image/open.h"

#include <sys/stat.h>
#include <unistd.h>

#include "image/platform.h"
#include "support/compress.h"
#include "target_test.h"

namespace corten::image {
namespace {

using test::descriptor;
using test::ImageFiles;
using test::index_json;
using test::kOciConfig;
using test::kOciIndex;
using test::kOciLayer;
using test::kOciLayerGzip;
using test::kOciManifest;
using test::platform_member;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kBase = layer_tar("base");
const std::string kTop = layer_tar("top");

class Open : public TargetTest {};

// A layout of one image of two layers, the second gzipped.
ImageFiles small_layout() {
  ImageFiles files;
  const std::string packed = files.blob(test::gzip(kTop));
  const std::string config = files.blob(test::config_json({kBase, kTop}));
  const std::string manifest = files.blob(test::manifest_json(
      descriptor(kOciConfig, config),
      {descriptor(kOciLayer, files.blob(kBase)), descriptor(kOciLayerGzip, packed)}));
  files.layout(index_json({descriptor(
      kOciManifest, manifest, R"(,"annotations":{"org.opencontainers.image.ref.name":"app:1"})")}));
  return files;
}

TEST_F(Open, LayoutFolder) {
  const auto path = write_folder("layout", small_layout());
  const auto opened = open_target(path, {});
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_EQ(opened->images.size(), 1U);
  const Image& image = opened->images[0];
  EXPECT_EQ(image.name, path);
  EXPECT_THAT(image.tags, ElementsAre("app:1"));
  EXPECT_THAT(image.digest, StartsWith("sha256:"));
  EXPECT_EQ(image.config->platform.architecture, "amd64");
  EXPECT_EQ(image.layers[0].digest, "sha256:" + test::hex_of(kBase));
  EXPECT_EQ(image.layers[1].diff_id, "sha256:" + test::hex_of(kTop));
  EXPECT_EQ(image.layers[1].media_type, kOciLayerGzip);
  EXPECT_EQ(image.layers[0].bytes.path, path / "blobs/sha256" / test::hex_of(kBase));
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
}

TEST_F(Open, LayoutInATarIsReadInPlace) {
  const auto path = write("layout.tar", small_layout().tar());
  const auto opened = open_target(path, {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_EQ(opened->images[0].layers[0].bytes.path, path);
  EXPECT_GT(opened->images[0].layers[0].bytes.offset, 0U);
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
}

TEST_F(Open, CompressedLayoutTarIsSpooled) {
  for (const auto& pack : {test::gzip, test::zstd, test::xz, test::bzip2}) {
    const auto path = write("layout.tar.x", pack(small_layout().tar()));
    const auto fd = open_for_reading(path);
    ASSERT_TRUE(fd);
    EXPECT_EQ(needs_spooling(fd->get()), true);
    EXPECT_EQ(test::outcome(open_images(fd->get(), path, {})), "usage");
    const auto opened = open_target(path, {});
    ASSERT_TRUE(opened) << describe(opened.error());
    EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
  }
}

TEST_F(Open, RootFileSystemTarStaysAsItIs) {
  const std::string tar = test::TarWriter().folder(".").file("./etc/os-release", "ID=x").finish();
  for (const std::string& stored :
       {tar, test::gzip(tar), test::zstd(tar), test::xz(tar), test::bzip2(tar)}) {
    const auto opened = open_target(write("rootfs", stored), {});
    ASSERT_TRUE(opened) << describe(opened.error());
    ASSERT_EQ(opened->images.size(), 1U);
    EXPECT_FALSE(opened->images[0].config);
    EXPECT_EQ(opened->images[0].layers[0].bytes.size, stored.size());
    EXPECT_THAT(layers_of(*opened), ElementsAre(tar));
  }
}

TEST_F(Open, RootFileSystemFolder) {
  std::filesystem::create_directories(dir_->path() / "root/usr/bin");
  const auto opened = open_target(dir_->path() / "root", {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_TRUE(opened->images[0].layers[0].bytes.is_folder);
  EXPECT_EQ(opened->images[0].layers[0].bytes.path, dir_->path() / "root");
  EXPECT_THAT(layers_of(*opened), ElementsAre("unsupported"));
}

TEST_F(Open, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(open_outcome(dir_->path() / "absent"), StartsWith("not-found"));
  EXPECT_THAT(open_outcome(write("empty", "")), StartsWith("invalid-input"));
  EXPECT_THAT(open_outcome(write("text", "just some text")), StartsWith("invalid-input"));
  EXPECT_THAT(open_outcome(write("long", std::string(10'000, 'x'))), StartsWith("invalid-input"));
  EXPECT_THAT(open_outcome(write("gz", test::gzip("just text"))), StartsWith("invalid-input"));
  std::filesystem::create_directories(dir_->path() / "project/src");
  EXPECT_THAT(open_outcome(dir_->path() / "project"), StartsWith("invalid-input"));
  EXPECT_THAT(open_outcome("/dev/null"), StartsWith("unsupported"));
}

TEST_F(Open, AnArchiveThatIsCutOffIsReportedOrLostNothing) {
  const std::string tar = small_layout().tar();
  int reported = 0;
  for (std::size_t size = 1; size < tar.size(); size += 97) {
    const auto opened = open_target(write("cut", tar.substr(0, size)), {});
    reported += opened ? 0 : 1;
    if (opened) {
      EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop)) << size;
    }
  }
  EXPECT_GT(reported, 50);
}

TEST_F(Open, ChoosesThePlatformAlsoFromNestedIndexes) {
  ImageFiles files;
  const std::string amd = files.image({layer_tar("amd")}, "linux", "amd64");
  const std::string arm = files.image({layer_tar("arm")}, "linux", "arm64");
  const std::string attestation = files.blob("{}");
  const std::string nested = files.blob(index_json(
      {descriptor(kOciManifest, amd, platform_member("linux", "amd64")),
       descriptor(kOciManifest, arm, platform_member("linux", "arm64", "v8")),
       descriptor(kOciManifest, attestation,
                  platform_member("unknown", "unknown") +
                      R"(,"annotations":{"vnd.docker.reference.type":"attestation-manifest"})")}));
  files.layout(index_json({descriptor(kOciIndex, nested)}));
  const auto path = write("multi.tar", files.tar());

  const auto chosen = open_target(path, {.platform = {"linux", "arm64", ""}});
  ASSERT_TRUE(chosen) << describe(chosen.error());
  EXPECT_THAT(layers_of(*chosen), ElementsAre(layer_tar("arm")));
  const auto machine = open_target(path, {.platform = machine_platform()});
  EXPECT_EQ(machine->images.size(), 1U);
  const std::string outcome = open_outcome(path, {.platform = {"linux", "s390x", ""}});
  EXPECT_THAT(outcome, StartsWith("not-found"));
  EXPECT_THAT(outcome, HasSubstr("linux/s390x"));
  EXPECT_THAT(outcome, HasSubstr("linux/amd64, linux/arm64/v8"));
}

TEST_F(Open, ChoosesOnlyAmongWhatIsThere) {
  ImageFiles files;
  const std::string here = files.image({kBase}, "linux", "arm64");
  ImageFiles elsewhere;
  const std::string absent = elsewhere.image({kTop}, "linux", "amd64");
  files.layout(index_json({descriptor(kOciManifest, absent, platform_member("linux", "amd64")),
                           descriptor(kOciManifest, here, platform_member("linux", "arm64"))}));
  const auto path = write("one.tar", files.tar());
  EXPECT_EQ(open_outcome(path), "ok");  // the only one, whatever this machine is
  EXPECT_THAT(open_outcome(path, {.platform = {"linux", "amd64", ""}}),
              HasSubstr("there is linux/arm64"));
}

TEST_F(Open, GivesAllNamedImages) {
  ImageFiles files;
  const std::string a = files.image({kBase});
  const std::string b = files.image({kTop});
  files.layout(
      index_json({descriptor(kOciManifest, a,
                             R"(,"annotations":{"io.containerd.image.name":"docker.io/a:1"})"),
                  descriptor(kOciManifest, b,
                             R"(,"annotations":{"io.containerd.image.name":"docker.io/b:2"})")}));
  const auto opened = open_target(write("two.tar", files.tar()), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  ASSERT_EQ(opened->images.size(), 2U);
  EXPECT_THAT(opened->images[0].tags, ElementsAre("docker.io/a:1"));
  EXPECT_THAT(opened->images[1].tags, ElementsAre("docker.io/b:2"));
  EXPECT_THAT(layers_of(*opened, 1), ElementsAre(kTop));
}

TEST_F(Open, RefusesDocumentsOfAnotherDigestAndNamesBoth) {
  ImageFiles files;
  const std::string manifest = files.image({kBase});
  files.layout(index_json({descriptor(kOciManifest, manifest)}));
  std::string changed = manifest;
  changed[changed.find("schemaVersion")] = 'S';
  files["blobs/sha256/" + test::hex_of(manifest)] = changed;
  const std::string outcome = open_outcome(write_folder("changed", files));
  EXPECT_THAT(outcome, StartsWith("invalid-input"));
  EXPECT_THAT(outcome, HasSubstr(test::hex_of(manifest)));
  EXPECT_THAT(outcome, HasSubstr(test::hex_of(changed)));
}

TEST_F(Open, RefusesSizesThatDisagree) {
  ImageFiles files;
  const std::string config = files.blob(test::config_json({kBase}));
  files.blob(kBase);
  const std::string lie = fmt::format(R"({{"mediaType":"{}","digest":"sha256:{}","size":5}})",
                                      kOciLayer, test::hex_of(kBase));
  files.layout(index_json({descriptor(
      kOciManifest, files.blob(test::manifest_json(descriptor(kOciConfig, config), {lie})))}));
  EXPECT_THAT(open_outcome(write("lie.tar", files.tar())), HasSubstr("its descriptor says 5"));
}

TEST_F(Open, ReportsMissingBlobs) {
  for (const std::string& gone : {kBase, test::config_json({kBase, kTop})}) {
    ImageFiles files = small_layout();
    files.remove("blobs/sha256/" + test::hex_of(gone));
    EXPECT_THAT(open_outcome(write("missing.tar", files.tar())), StartsWith("not-found"));
    EXPECT_THAT(open_outcome(write_folder("missing-" + test::hex_of(gone).substr(0, 5), files)),
                StartsWith("not-found"));
  }
}

TEST_F(Open, FlagsForeignLayersThatAreElsewhereOnly) {
  ImageFiles files;
  const std::string config = files.blob(test::config_json({kBase, kTop}));
  const std::string foreign =
      descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", kBase);
  const std::string marked = descriptor(kOciLayer, files.blob(kTop), R"(,"urls":["https://x"])");
  files.layout(index_json({descriptor(
      kOciManifest,
      files.blob(test::manifest_json(descriptor(kOciConfig, config), {foreign, marked})))}));
  const auto opened = open_target(write("foreign.tar", files.tar()), {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_TRUE(opened->images[0].layers[0].foreign);
  EXPECT_FALSE(opened->images[0].layers[1].foreign);
  EXPECT_EQ(test::outcome(open_layer(opened->images[0].layers[0], opened->fd.get())),
            "unsupported");
}

TEST_F(Open, RefusesArtifactsThatAreNoImages) {
  ImageFiles files;
  const std::string config = files.blob("{}");
  files.layout(index_json({descriptor(
      kOciManifest, files.blob(test::manifest_json(
                        descriptor("application/vnd.cncf.helm.config.v1+json", config), {})))}));
  EXPECT_THAT(open_outcome(write("helm.tar", files.tar())), HasSubstr("not a container image"));
}

TEST_F(Open, RefusesAnotherNumberOfDiffIds) {
  ImageFiles files;
  const std::string config = files.blob(test::config_json({kBase}));
  const std::string layer = descriptor(kOciLayer, files.blob(kBase));
  files.layout(
      index_json({descriptor(kOciManifest, files.blob(test::manifest_json(
                                               descriptor(kOciConfig, config), {layer, layer})))}));
  EXPECT_THAT(open_outcome(write("count.tar", files.tar())), HasSubstr("2 layers"));
}

TEST_F(Open, StopsAtIndexesThatNestForever) {
  ImageFiles files;
  std::string index = files.image({kBase});
  std::string type = kOciManifest;
  for (int i = 0; i < 10; ++i) {
    index = files.blob(index_json({descriptor(type, index)}));
    type = kOciIndex;
  }
  files.layout(index_json({descriptor(kOciIndex, index)}));
  EXPECT_THAT(open_outcome(write("deep.tar", files.tar())), StartsWith("limit-exceeded"));
}

TEST_F(Open, FollowsNoLinkOutOfALayoutFolder) {
  const auto path = write_folder("layout", small_layout());
  const auto blob = path / "blobs/sha256" / test::hex_of(kBase);
  const auto outside = write("outside", kBase);
  std::filesystem::remove(blob);
  std::filesystem::create_symlink(outside, blob);
  EXPECT_THAT(open_outcome(path), HasSubstr("leads out of the layout"));
  std::filesystem::remove(blob);
  std::filesystem::create_symlink(blob, blob);
  EXPECT_THAT(open_outcome(path), StartsWith("invalid-input"));
  std::filesystem::remove(blob);
  ASSERT_EQ(::mkfifo(blob.c_str(), 0600), 0);
  EXPECT_THAT(open_outcome(path), HasSubstr("not a regular file"));
}

TEST_F(Open, FollowsLinksWithinALayoutFolder) {
  const auto path = write_folder("layout", small_layout());
  const auto blob = path / "blobs/sha256" / test::hex_of(kBase);
  std::filesystem::rename(blob, path / "moved");
  std::filesystem::create_symlink("../../moved", blob);
  const auto opened = open_target(path, {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_THAT(layers_of(*opened), ElementsAre(kBase, kTop));
}

TEST_F(Open, LargeOrDeepDocumentsAreRefused) {
  ImageFiles files;
  files.layout(std::string(9 << 20, ' '));
  EXPECT_THAT(open_outcome(write("large.tar", files.tar())), StartsWith("limit-exceeded"));
  files.layout(std::string(100'000, '[') + std::string(100'000, ']'));
  EXPECT_THAT(open_outcome(write("deep.tar", files.tar())), StartsWith("limit-exceeded"));
  files.layout("{}");
  EXPECT_THAT(open_outcome(write("none.tar", files.tar())), StartsWith("invalid-input"));
  files.layout(index_json({}));
  EXPECT_THAT(open_outcome(write("zero.tar", files.tar())), StartsWith("invalid-input"));
}

TEST(ImageArchiveMember, IsToldByItsName) {
  EXPECT_TRUE(is_image_archive_member("manifest.json"));
  EXPECT_FALSE(is_image_archive_member("app/manifest.json"));
}

TEST_F(Open, RealAlpine) {
  const auto path =
      std::filesystem::path(CORTEN_SHARED_DIR) / "images/alpine-minirootfs-3.18.9-x86_64.tar.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto opened = open_target(path, {});
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_FALSE(opened->images[0].config);
  const auto layers = layers_of(*opened);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_GT(layers[0].size(), 5'000'000U);
}

}  // namespace
}  // namespace corten::image
