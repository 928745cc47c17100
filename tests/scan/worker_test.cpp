#include "scan/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "base/sandbox.h"
#include "scan/support.h"
#include "support/image_builder.h"

namespace corten::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room
using test::ImageFiles;
using test::TarWriter;

class Examine : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& content) {
    const auto path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  Result<std::vector<ImageFacts>> run(const Target& target, std::uint64_t memory = 512 << 20) {
    NoProgress progress;
    return examine(target, cache_, progress, {2, memory, parse_time("2026-01-02").value()});
  }
  Result<std::vector<ImageFacts>> run(const std::filesystem::path& path) {
    CORTEN_TRY(const Target target, path_target(path, {}));
    return run(target);
  }
  void use_cache() { cache_ = Cache::open(folder_.path() / "cache").value(); }

  TempDir folder_ = TempDir::create().value();
  Cache cache_;
};

std::string database_layer(const std::string& version) {
  return TarWriter().file(kApkPath, apk_database({{"zlib", version}})).finish();
}

TEST_F(Examine, ReadsTheLayersOfAnArchive) {
  ImageFiles files;
  const std::string manifest = files.image({database_layer("1-r0"), database_layer("2-r0")});
  files.layout(test::index_json({test::descriptor(test::kOciManifest, manifest)}));
  for (int runs = 0; runs < 2; ++runs) {
    const auto facts = run(write("image.tar", files.tar()));
    ASSERT_TRUE(facts) << describe(facts.error());
    ASSERT_THAT(*facts, SizeIs(1));
    EXPECT_THAT(packages_of(facts->front()), ElementsAre("zlib 2-r0 @1"));
    use_cache();
  }
}

class StageLog final : public Progress {
 public:
  void stage(std::string_view what, std::uint64_t /*total*/) override { stages.emplace_back(what); }
  void advance(std::uint64_t /*amount*/) override {}
  std::vector<std::string> stages;
};

TEST_F(Examine, ALayerThatImagesOfOneFileShareIsReadOnce) {
  ImageFiles files;
  const std::string base = database_layer("1-r0");
  const std::string one = files.image({base, TarWriter().file("srv/one", "x").finish(), base});
  const std::string two = files.image({base, TarWriter().file("srv/two", "x").finish(), base});
  files.layout(test::index_json(
      {test::descriptor(test::kOciManifest, one), test::descriptor(test::kOciManifest, two)}));
  const auto path = write("image.tar", files.tar());
  StageLog log;
  const auto target = path_target(path, {});
  ASSERT_TRUE(target);

  const auto facts =
      examine(*target, cache_, log, {2, 512 << 20, parse_time("2026-01-02").value()});

  ASSERT_TRUE(facts) << describe(facts.error());
  // The base is read at the bottom, and once more where what it hides matters.
  EXPECT_THAT(log.stages, ElementsAre("reading 4 layers"));
  ASSERT_THAT(*facts, SizeIs(2));
  for (const ImageFacts& image : *facts)
    EXPECT_THAT(packages_of(image), ElementsAre("zlib 1-r0 @0"));
}

TEST_F(Examine, ADigestThatDoesNotMatchIsAnErrorOfItsLayer) {
  ImageFiles files;
  const std::string layer = database_layer("1-r0");
  const std::string manifest = files.image({layer});
  files.layout(test::index_json({test::descriptor(test::kOciManifest, manifest)}));
  use_cache();
  ASSERT_TRUE(run(write("image.tar", files.tar())));
  std::string& stored = files["blobs/sha256/" + test::hex_of(layer)];
  stored[stored.size() - 700] ^= 1;
  for (const char* name : {"image.tar", "other.tar"}) {
    const auto facts = run(write(name, files.tar()));
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().code, ErrorCode::InvalidInput);
    EXPECT_THAT(describe(facts.error()), HasSubstr("layer sha256:" + test::hex_of(layer)));
  }
}

TEST_F(Examine, FactsOfALayerAreTheSameAboveAnotherOne) {
  // As a base layer it needs no list of what it hides; cached so, it must be read again above.
  const std::string upper = TarWriter().file("lib/apk/db/.wh.installed", "").finish();
  use_cache();
  for (const auto& [layers, count] :
       {std::pair{std::vector{upper}, 0U}, {std::vector{database_layer("1-r0"), upper}, 0U}}) {
    ImageFiles files;
    const std::string manifest = files.image(layers);
    files.layout(test::index_json({test::descriptor(test::kOciManifest, manifest)}));
    const auto facts = run(write("image.tar", files.tar()));
    ASSERT_TRUE(facts);
    EXPECT_THAT(facts->front().packages, SizeIs(count));
  }
}

Target target_of(std::function<Result<OpenedImages>()> open) {
  Target target;
  target.open = std::move(open);
  return target;
}

TEST_F(Examine, ACrashOfTheParserIsOneError) {
  const auto facts = run(target_of([]() -> Result<OpenedImages> { std::abort(); }));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::Internal);
}

// The channel to the parent is the worker's only socket.
int channel_of_worker() {
  for (int fd = 3; fd < 1000; ++fd) {
    struct stat info{};
    if (::fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode)) return fd;
  }
  return -1;
}

TEST_F(Examine, ACrashWithinAMessageIsTheSameError) {
  const auto facts = run(target_of([]() -> Result<OpenedImages> {
    (void)write_all(channel_of_worker(), as_bytes("header"));
    std::abort();
  }));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::Internal);
  EXPECT_THAT(describe(facts.error()), HasSubstr("crashed"));
}

TEST_F(Examine, ErrorsOfTheParserArriveWhole) {
  const auto facts = run(target_of([]() -> Result<OpenedImages> {
    return in_context({ErrorCode::Unsupported, "message", {"inner"}, "hint"}, "outer");
  }));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error(), (Error{ErrorCode::Unsupported, "message", {"inner", "outer"}, "hint"}));
}

TEST_F(Examine, TooMuchMemoryIsALimit) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve more address space than any limit";
#endif
  const auto facts = run(target_of([]() -> Result<OpenedImages> {
                           std::vector<std::string> hoard;
                           for (int i = 0; i < 1000; ++i) hoard.emplace_back(1 << 20, 'x');
                           return OpenedImages{};
                         }),
                         64 << 20);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::LimitExceeded);
}

TEST_F(Examine, WhatTheTargetMayNotReadItCannot) {
  const auto secret = write("secret", "x");
  const auto facts = run(target_of([&]() -> Result<OpenedImages> {
    CORTEN_TRY(const std::string content, read_file(secret));
    return OpenedImages{};
  }));
  if (confinement() == Confinement::SeccompOnly) GTEST_SKIP() << "the kernel has no Landlock";
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::PermissionDenied);
}

TEST_F(Examine, ManyLayersAreALimit) {
  const auto facts = run(target_of([]() -> Result<OpenedImages> {
    image::Image image;
    image.layers.resize(5000);
    return OpenedImages{{image}, -1};
  }));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::LimitExceeded);
}

TEST_F(Examine, ImagesOfOneFileHaveNamesOfTheirOwn) {
  const auto facts = run(target_of([]() -> Result<OpenedImages> {
    const auto image = [](std::string digest, std::vector<std::string> tags) {
      image::Image out;
      out.name = "a.tar";
      out.digest = std::move(digest);
      out.tags = std::move(tags);
      return out;
    };
    return OpenedImages{
        {image("sha256:aaaaaaaaaaaaaaaa", {"app:1"}), image("sha256:bbbbbbbbbbbbbbbb", {}),
         image("sha256:aaaaaaaaaaaaaaaa", {"app:2"}), image("sha256:cccccccccccccccc", {"app:1"})},
        -1};
  }));
  ASSERT_TRUE(facts) << describe(facts.error());
  ASSERT_THAT(*facts, SizeIs(3));
  EXPECT_EQ((*facts)[0].image.name, "a.tar (app:1)");
  EXPECT_THAT((*facts)[0].image.tags, ElementsAre("app:1", "app:2"));
  EXPECT_THAT((*facts)[1].image.name, HasSubstr("bbbbbbbbbbbb"));
  EXPECT_NE((*facts)[2].image.name, (*facts)[0].image.name);
}

TEST_F(Examine, AnArchiveWithoutEntriesIsNoRootFileSystem) {
  const auto facts = run(write("zeros.tar", std::string(10240, '\0')));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::InvalidInput);
}

TEST_F(Examine, ProblemsOfAnUnpackedFolderAreNotCached) {
  use_cache();
  const auto folder = folder_.path() / "diff";
  std::filesystem::create_directories(folder / "etc");
  std::ofstream(folder / "etc/passwd") << "root:x:0:0\n";
  const auto target = [&](const std::string& digit) {
    Target out = target_of([=]() -> Result<OpenedImages> {
      image::Image image;
      image.layers.emplace_back().diff_id = "sha256:" + std::string(64, digit[0]);
      image.layers.front().bytes = {folder, 0, 0, true};
      return OpenedImages{{image}, -1};
    });
    out.folder_kind = FolderKind::OverlayLayer;
    return out;
  };
  Target locked_out = target("1");  // the sandbox does not let it read
  const auto first = run(locked_out);
  Target readable = target("1");
  readable.readable = {folder};
  const auto second = run(readable);
  ASSERT_TRUE(second) << describe(second.error());
  EXPECT_TRUE(second->front().problems.empty());
  EXPECT_TRUE(second->front().kept.contains("etc/passwd"));
}

TEST(PathTarget, MissingFilesAreErrorsAtOnce) {
  const auto target = path_target("/no/such/file", {});
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace corten::scan
