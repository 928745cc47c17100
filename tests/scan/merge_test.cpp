#include "scan/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/support.h"
#include "support/case_name.h"

namespace corten::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room
using test::TarWriter;

std::string with(const std::vector<std::pair<std::string, std::string>>& packages) {
  return TarWriter().file(kApkPath, apk_database(packages)).finish();
}

package::Package program(std::string path) {
  package::Package p;
  p.type = package::Type::Go;
  p.name = "example.org/app";
  p.version = "v1.0.0";
  p.path = std::move(path);
  return p;
}

LayerFacts with_program(const std::string& path) {
  LayerFacts facts;
  facts.files.push_back({path, {{program(path)}, {}, {}, {}}});
  return facts;
}

struct HideCase {
  const char* name;
  std::string upper;
  bool hidden = true;
};

class Hiding : public ::testing::TestWithParam<HideCase> {};

TEST_P(Hiding, DecidesWhatIsSeen) {
  const ImageFacts facts = merged({with({{"zlib", "1-r0"}}), GetParam().upper});
  EXPECT_EQ(facts.packages.empty(), GetParam().hidden);
}

INSTANTIATE_TEST_SUITE_P(
    MergeLayers, Hiding,
    ::testing::ValuesIn(std::vector<HideCase>{
        {"Whiteout", TarWriter().file("lib/apk/db/.wh.installed", "").finish()},
        {"WhiteoutOfAFolderAbove", TarWriter().file("lib/.wh.apk", "").finish()},
        {"WhiteoutAtTheTop", TarWriter().file(".wh.lib", "").finish()},
        {"Opaque", TarWriter().file("lib/apk/.wh..wh..opq", "").finish()},
        {"OpaqueRoot", TarWriter().file(".wh..wh..opq", "").finish()},
        {"ReplacedByAFile", TarWriter().file(kApkPath, "").finish()},
        {"ReplacedByALink", TarWriter().symlink(kApkPath, "/dev/null").finish()},
        {"ReplacedByADevice", TarWriter().add({.path = kApkPath, .type = '3'}).finish()},
        {"ReplacedByAFolder", TarWriter().folder(kApkPath).finish()},
        {"FolderReplacedByAFile", TarWriter().file("lib/apk", "x").finish()},
        {"FolderReplacedByALink", TarWriter().symlink("lib", "usr/lib").finish()},
        {"OtherFile", TarWriter().file("lib/apk/db/other", "x").finish(), false},
        {"SameFolderAgain",
         TarWriter().folder("lib").folder("lib/apk").folder("lib/apk/db").finish(), false},
        {"WhiteoutOfALongerName", TarWriter().file("lib/apk/.wh.db2", "").finish(), false},
        {"OpaqueFolderBeside", TarWriter().file("lib/apk/keys/.wh..wh..opq", "").finish(), false},
    }),
    test::case_name<HideCase>);

TEST(MergeLayers, ALayerDoesNotHideItsOwnFiles) {
  const std::string upper = TarWriter()
                                .file("lib/apk/db/.wh..wh..opq", "")
                                .file(kApkPath, apk_database({{"zlib", "2-r0"}}))
                                .finish();
  EXPECT_THAT(packages_of(merged({with({{"zlib", "1-r0"}}), upper})), ElementsAre("zlib 2-r0 @1"));
}

TEST(MergeLayers, TheFirstLayerOfAnUnbrokenRunBroughtAPackage) {
  const auto facts = merged({
      with({{"a", "1-r0"}, {"b", "1-r0"}, {"c", "1-r0"}}),
      with({{"a", "1-r0"}, {"b", "2-r0"}}),                                // b upgraded, c removed
      TarWriter().file("srv/x", "x").finish(),                             // no database
      with({{"a", "1-r0"}, {"b", "2-r0"}, {"c", "1-r0"}, {"d", "1-r0"}}),  // c back, d new
  });
  EXPECT_THAT(packages_of(facts), ElementsAre("a 1-r0 @0", "b 2-r0 @1", "c 1-r0 @3", "d 1-r0 @3"));
}

TEST(MergeLayers, ADatabaseThatWasDeletedInBetweenIsNew) {
  const auto facts =
      merged({with({{"a", "1-r0"}}), TarWriter().file("lib/apk/db/.wh.installed", "").finish(),
              with({{"a", "1-r0"}})});
  EXPECT_THAT(packages_of(facts), ElementsAre("a 1-r0 @2"));
}

TEST(MergeLayers, NotesOfHiddenFilesAndOlderModesAreGone) {
  const std::string base = TarWriter()
                               .file("usr/bin/a", "x", 04755)
                               .file("usr/bin/b", "x", 04755)
                               .file("usr/bin/c", "x", 04755)
                               .add({.path = "srv/", .type = '5', .mode = "0000777"})
                               .add({.path = "opt/", .type = '5', .mode = "0000777"})
                               .finish();
  const std::string upper = TarWriter()
                                .file("usr/bin/.wh.a", "")
                                .file("usr/bin/b", "x", 0755)
                                .add({.path = "srv/", .type = '5', .mode = "0000755"})
                                .finish();
  const auto facts = merged({base, upper});
  EXPECT_THAT(note_paths(facts, NoteKind::SetUid), ElementsAre("usr/bin/c"));
  EXPECT_THAT(note_paths(facts, NoteKind::WorldWritable), ElementsAre("opt"));
}

TEST(MergeLayers, CachesCountEvenWhereTheyAreDeletedLater) {
  const auto facts = merged({TarWriter().file("var/cache/apk/x", "data").finish(),
                             TarWriter().file("var/cache/.wh.apk", "").finish()});
  ASSERT_EQ(facts.caches.size(), 1U);
  EXPECT_EQ(facts.caches[0].layer, 0U);
}

TEST(MergeLayers, OsReleaseIsReadThroughLinksAcrossLayers) {
  const auto facts =
      merged({TarWriter().symlink("etc/os-release", "../usr/lib/os-release").finish(),
              TarWriter().file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.8.5\n").finish()});
  EXPECT_EQ(facts.distribution.id, "alpine");
  EXPECT_EQ(facts.distribution.version_id, "3.8.5");
}

// Root file systems of today have /lib as a link to usr/lib, and layers use either name.
struct AliasCase {
  const char* name;
  std::vector<std::string> layers;
  std::vector<std::string> expected;
};

class Aliases : public ::testing::TestWithParam<AliasCase> {};

TEST_P(Aliases, AreOnePath) {
  EXPECT_EQ(packages_of(merged(GetParam().layers)), GetParam().expected);
}

const std::string kUsrApkPath = "usr/lib/apk/db/installed";

std::string usr_merged(const std::string& link_target, const std::string& version = "1-r0") {
  return TarWriter()
      .folder("usr/lib")
      .symlink("lib", link_target)
      .file(kUsrApkPath, apk_database({{"zlib", version}}))
      .finish();
}

INSTANTIATE_TEST_SUITE_P(
    MergeLayers, Aliases,
    ::testing::ValuesIn(std::vector<AliasCase>{
        {"ReplacedByTheOtherName",
         {usr_merged("usr/lib"), with({{"zlib", "2-r0"}})},
         {"zlib 2-r0 @1"}},
        {"KeptByTheOtherName",
         {usr_merged("/usr/lib"), with({{"zlib", "1-r0"}, {"musl", "1-r0"}})},
         {"musl 1-r0 @1", "zlib 1-r0 @0"}},
        {"ReplacedBack",
         {usr_merged("usr/lib"), with({{"zlib", "2-r0"}}),
          TarWriter().file(kUsrApkPath, apk_database({{"zlib", "3-r0"}})).finish()},
         {"zlib 3-r0 @2"}},
        {"WhiteoutByTheOtherName",
         {usr_merged("usr/lib"), TarWriter().file("lib/apk/db/.wh.installed", "").finish()},
         {}},
        {"OpaqueFolderByTheOtherName",
         {usr_merged("usr/lib"), TarWriter().file("lib/apk/.wh..wh..opq", "").finish()},
         {}},
        {"TheLinkAgain",
         {usr_merged("usr/lib"), TarWriter().symlink("lib", "usr/lib").finish()},
         {"zlib 1-r0 @0"}},
        {"TheLinkRemoved",
         {usr_merged("usr/lib"), TarWriter().file(".wh.lib", "").finish(),
          with({{"other", "1-r0"}})},
         {"other 1-r0 @2", "zlib 1-r0 @0"}},
        {"AFolderBecomesALink",
         {with({{"zlib", "1-r0"}}), usr_merged("usr/lib", "1-r0")},
         {"zlib 1-r0 @1"}},
        {"LinksInACircle",
         {TarWriter().symlink("lib", "usr/lib").symlink("usr/lib", "../lib").finish(),
          with({{"zlib", "1-r0"}})},
         {"zlib 1-r0 @1"}},
        {"AboveTheRoot", {usr_merged("../../usr/lib"), with({{"zlib", "2-r0"}})}, {"zlib 2-r0 @1"}},
    }),
    test::case_name<AliasCase>);

TEST(MergeLayers, ProgramsByEitherNameOfAFolderAreOne) {
  LayerFacts base = with_program("usr/bin/app");
  base.links.push_back({"bin", "usr/bin"});
  LayerFacts upper = with_program("bin/app");
  upper.files[0].catalog.packages[0].version = "v2.0.0";
  upper.hides = {hash_of_path("bin/app")};
  upper.has_hides = true;
  std::vector<LayerFacts> layers;
  layers.push_back(std::move(base));
  layers.push_back(std::move(upper));
  EXPECT_THAT(packages_of(merge_layers(image_of(2), std::move(layers))),
              ElementsAre("example.org/app v2.0.0 @1"));
}

TEST(MergeLayers, APackageMayShareTheCopyrightFileOfAnother) {
  const std::string status =
      "Package: gcc-12-base\nVersion: 1\n\nPackage: libgcc-s1\nVersion: 1\n\n"
      "Package: libfoo\nVersion: 1\n";
  const auto facts = merged(
      {TarWriter()
           .file("var/lib/dpkg/status", status)
           .file("usr/share/doc/gcc-12-base/copyright",
                 "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
                 "Files: *\nLicense: Zlib\n")
           .symlink("usr/share/doc/libgcc-s1", "gcc-12-base")
           .symlink("usr/share/doc/libfoo/copyright", "../gcc-12-base/copyright")
           .finish()});
  ASSERT_EQ(facts.packages.size(), 3U);
  for (const LocatedPackage& p : facts.packages)
    EXPECT_EQ(p.package.licenses, facts.packages[0].package.licenses) << p.package.name;
  EXPECT_FALSE(facts.packages[0].package.licenses.empty());
}

TEST(MergeLayers, ManyFilesInManyLayersTakeTimeInProportion) {
  const auto layer = [] {
    LayerFacts facts;
    for (int i = 0; i < 20'000; ++i)
      facts.files.push_back(with_program("usr/bin/p" + std::to_string(i)).files[0]);
    return facts;
  };
  std::vector<LayerFacts> layers(4);
  for (LayerFacts& one : layers) one = layer();
  EXPECT_EQ(merge_layers(image_of(4), std::move(layers)).packages.size(), 20'000U);
}

// Each view of a layer has the links of those below, so their number must have an end.
TEST(MergeLayers, LinksWithoutEndTakeNoMemoryWithoutEnd) {
  constexpr std::size_t kLayers = 400;
  std::vector<LayerFacts> layers(kLayers);
  layers[0] = collect(usr_merged("usr/lib", "1-r0")).value();
  for (std::size_t layer = 1; layer < kLayers; ++layer) {
    for (std::size_t i = 0; i < 200; ++i) {
      layers[layer].links.push_back(
          {"a" + std::to_string(layer) + "_" + std::to_string(i), "/usr"});
    }
  }
  layers.back() = collect(with({{"zlib", "2-r0"}})).value();
  EXPECT_THAT(packages_of(merge_layers(image_of(1), std::move(layers))),
              ElementsAre("zlib 2-r0 @399"));
}

TEST(MergeLayers, LinksInACircleEnd) {
  const auto facts = merged({TarWriter()
                                 .symlink("etc/os-release", "/usr/lib/os-release")
                                 .symlink("usr/lib/os-release", "../../etc/os-release")
                                 .finish()});
  EXPECT_EQ(facts.distribution.id, "");
}

TEST(MergeLayers, ProblemsNameTheirLayer) {
  const auto facts =
      merged({TarWriter().file("x", "").finish(), TarWriter().file("../y", "").finish()});
  EXPECT_THAT(facts.problems,
              ElementsAre(::testing::AllOf(HasSubstr("layer 2"), HasSubstr("../y"))));
}

TEST(MergeLayers, NothingAtAll) {
  const auto facts = merge_layers(image_of(0), {});
  EXPECT_THAT(facts.packages, IsEmpty());
  EXPECT_EQ(facts.base_layers, 0U);
}

LayerFacts with_owner(const std::string& package, const std::string& path, bool installed) {
  LayerFacts facts;
  FileFacts file{"var/lib/dpkg/info/x.list", {}};
  if (installed) {
    package::Package p;
    p.type = package::Type::Deb;
    p.name = package;
    p.version = "1";
    file.catalog.packages.push_back(p);
  }
  file.catalog.owned.push_back({package, {package::path_hash(path)}});
  facts.files.push_back(std::move(file));
  return facts;
}

TEST(MergeLayers, AProgramOfAnInstalledPackageIsItsPart) {
  const auto inside = [](LayerFacts owner, const std::string& path) {
    std::vector<LayerFacts> layers;
    layers.push_back(std::move(owner));
    layers.push_back(with_program(path));
    const ImageFacts facts = merge_layers(image_of(2), std::move(layers));
    const auto app = std::ranges::find(facts.packages, std::string("example.org/app"),
                                       [](const LocatedPackage& p) { return p.package.name; });
    return app->package.inside_os_package;
  };
  EXPECT_EQ(inside(with_owner("docker.io", "usr/bin/docker", true), "usr/bin/docker"), "docker.io");
  EXPECT_EQ(inside(with_owner("docker.io", "bin/docker", true), "usr/bin/docker"),
            "docker.io");  // merged /usr
  EXPECT_EQ(inside(with_owner("docker.io", "usr/bin/docker", true), "usr/local/bin/docker"), "");
  // The list of a package that was removed but not purged stays behind.
  EXPECT_EQ(inside(with_owner("docker.io", "usr/bin/docker", false), "usr/bin/docker"), "");
}

struct HistoryCase {
  const char* name;
  std::vector<image::HistoryEntry> history;
  std::size_t layers = 0;
  std::uint32_t base = 0;
};

image::HistoryEntry full(std::string by) { return {{}, std::move(by), {}, false}; }
image::HistoryEntry empty(std::string by) { return {{}, std::move(by), {}, true}; }

class BaseLayers : public ::testing::TestWithParam<HistoryCase> {};

TEST_P(BaseLayers, AreCountedByTheHistory) {
  image::Image image = image_of(GetParam().layers);
  image.config->history = GetParam().history;
  EXPECT_EQ(count_base_layers(image), GetParam().base);
}

INSTANTIATE_TEST_SUITE_P(
    CountBaseLayers, BaseLayers,
    ::testing::ValuesIn(std::vector<HistoryCase>{
        {"ClassicBuilder",
         {full("/bin/sh -c #(nop) ADD file:1 in / "), empty("/bin/sh -c #(nop)  CMD [\"bash\"]"),
          full("/bin/sh -c apt-get update"), full("/bin/sh -c #(nop) COPY file:2 in /app "),
          empty("/bin/sh -c #(nop)  CMD [\"/app\"]")},
         3,
         1},
        {"BuildKit",
         {full("/bin/sh -c #(nop) ADD file:1 in / "), empty("/bin/sh -c #(nop)  CMD [\"bash\"]"),
          empty("ENV A=b"), full("RUN /bin/sh -c apt-get update # buildkit"),
          full("COPY app /app # buildkit"), empty("USER app"), empty("ENTRYPOINT [\"/app\"]")},
         3,
         1},
        {"BaseOfSeveralLayers",
         {full("ADD rootfs / # buildkit"), full("RUN install # buildkit"),
          empty("CMD [\"python3\"]"), full("COPY . /app # buildkit")},
         3,
         2},
        {"BaseItself",
         {full("/bin/sh -c #(nop) ADD file:1 in / "), empty("/bin/sh -c #(nop)  CMD [\"bash\"]")},
         1,
         0},
        {"FromScratch", {full("COPY app / # buildkit"), empty("ENTRYPOINT [\"/app\"]")}, 1, 0},
        {"OnlySettingsOnTop",
         {full("ADD a /"), empty("CMD [\"sh\"]"), empty("USER app"), empty("CMD [\"x\"]")},
         1,
         0},
        {"HealthcheckIsNoCommand",
         {full("ADD a /"), empty("HEALTHCHECK &{[\"CMD-SHELL\" \"curl x\"]}"),
          full("RUN y # buildkit")},
         2,
         0},
        {"CommandInALabel",
         {full("ADD a /"), empty("LABEL x=CMD [\"a\"]"), full("RUN y # buildkit")},
         2,
         0},
        {"NoHistory", {}, 3, 0},
        {"MoreStepsThanLayers", {full("a"), full("b"), empty("CMD [\"x\"]"), full("c")}, 1, 1},
    }),
    test::case_name<HistoryCase>);

TEST(CountBaseLayersErrors, RootFileSystemsHaveNone) {
  image::Image image = image_of(1);
  image.config.reset();
  EXPECT_EQ(count_base_layers(image), 0U);
}

}  // namespace
}  // namespace corten::scan
