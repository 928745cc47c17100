#include "image/engine_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/digest.h"
#include "base/text.h"
#include "engine/fake_engine.h"

namespace corten::image {
namespace {

using test::FakeEngine;
using ::testing::Each;
using ::testing::ElementsAre;

struct Step {
  std::string by;
  std::uint64_t size = 0;
};

// An engine with one image of two layers; its folder may hold them.
class EngineImage : public ::testing::Test {
 protected:
  [[nodiscard]] std::string folder(int layer) const {
    return root_.path() / "overlay2" / std::to_string(layer) / "diff";
  }
  void unpack() const {
    for (const int layer : {1, 2}) std::filesystem::create_directories(folder(layer));
  }
  void store_config(const std::string& json) const {
    const auto folder = root_.path() / "image/overlay2/imagedb/content/sha256";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / id_.substr(7)) << json;
  }
  // `steps`: oldest first.
  void serve(const std::vector<Step>& steps) {
    const std::string digests =
        R"("sha256:)" + std::string(64, '1') + R"(","sha256:)" + std::string(64, '2') + '"';
    engine_.answer(
        "/images/app:1/json",
        {200, R"({"Id":")" + id_ + R"(","RepoTags":["app:1"],"Os":"linux","Architecture":"amd64",
                     "Config":{"User":"app","Env":["A=b"]},"RootFS":{"Layers":[)" +
                  digests + R"(]},
                     "GraphDriver":{"Name":"overlay2","Data":{"LowerDir":")" +
                  folder(1) + R"(","UpperDir":")" + folder(2) + R"("}}})"});
    std::vector<std::string> items;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      items.push_back(R"({"CreatedBy":")" + step->by + R"(","Size":)" + std::to_string(step->size) +
                      "}");
    }
    engine_.answer("/images/" + id_ + "/history", {200, "[" + join(items, ",") + "]"});
  }
  [[nodiscard]] Image describe() {
    return describe_engine_image(engine::Docker::connect(engine_.host()).value(), "app:1").value();
  }
  [[nodiscard]] std::vector<std::string> instructions() {
    std::vector<std::string> out;
    for (const Layer& layer : describe().layers) out.push_back(layer.instruction);
    return out;
  }

  std::string id_ = "sha256:" + std::string(64, 'a');
  TempDir root_ = TempDir::create().value();
  FakeEngine engine_;
};

TEST_F(EngineImage, HasTheConfigurationAndWhereItsLayersAre) {
  unpack();
  serve({{"ADD a", 5}, {"CMD x", 0}, {"RUN y", 7}});
  const Image image = describe();
  EXPECT_EQ(image.name, "app:1");
  EXPECT_EQ(image.digest, id_);
  ASSERT_TRUE(image.config);
  EXPECT_EQ(image.config->user, "app");
  ASSERT_EQ(image.layers.size(), 2U);
  EXPECT_EQ(image.layers[1].bytes.path, folder(2));
  EXPECT_TRUE(image.layers[1].bytes.is_folder);
  EXPECT_FALSE(needs_export(image));
}

TEST_F(EngineImage, MustBeExportedWhereItsFoldersAreNotThere) {
  serve({{"ADD a", 5}, {"RUN y", 7}});
  EXPECT_TRUE(needs_export(describe()));
}

TEST_F(EngineImage, StepsWithContentMadeTheLayers) {
  serve({{"ADD a", 5}, {"WORKDIR /srv", 0}, {"RUN true", 0}, {"RUN y", 7}, {"CMD x", 0}});
  EXPECT_THAT(instructions(), ElementsAre("ADD a", "RUN y"));
}

TEST_F(EngineImage, AStepWithoutContentMayHaveMadeALayer) {
  serve({{"ADD a", 5}, {"ENV a=b", 0}, {"RUN rm /x", 0}, {"CMD x", 0}});
  EXPECT_THAT(instructions(), ElementsAre("ADD a", "RUN rm /x"));
}

TEST_F(EngineImage, WhatCannotBeToldIsNotClaimed) {
  serve({{"ADD a", 5}, {"WORKDIR /srv", 0}, {"RUN rm /x", 0}, {"CMD x", 0}});
  EXPECT_THAT(instructions(), Each(std::string()));
}

TEST_F(EngineImage, ItsStoredConfigurationTellsForSure) {
  unpack();
  const std::string json =
      R"({"os":"linux","architecture":"amd64","config":{"User":"stored"},"rootfs":{"type":"layers","diff_ids":[]},
    "history":[{"created_by":"ADD a"},{"created_by":"WORKDIR /srv","empty_layer":true},{"created_by":"RUN rm /x"}]})";
  id_ = sha256_digest(as_bytes(json));
  store_config(json);
  serve({{"ADD a", 5}, {"WORKDIR /srv", 0}, {"RUN rm /x", 0}});
  EXPECT_THAT(instructions(), ElementsAre("ADD a", "RUN rm /x"));
  EXPECT_EQ(describe().config->user, "stored");
}

TEST_F(EngineImage, AConfigurationOfAnotherDigestIsNotBelieved) {
  unpack();
  store_config(R"({"os":"linux","architecture":"amd64","config":{"User":"forged"}})");
  serve({{"ADD a", 5}, {"RUN y", 7}});
  EXPECT_EQ(describe().config->user, "app");
}

TEST_F(EngineImage, AnIdThatIsNoDigestNamesNoFile) {
  unpack();
  id_ = "sha256:x";
  serve({{"ADD a", 5}, {"RUN y", 7}});
  EXPECT_EQ(describe().config->user, "app");
}

TEST_F(EngineImage, AContainerHasItsOwnLayerOnTop) {
  unpack();
  serve({{"ADD a", 5}, {"RUN y", 7}});
  const std::string own = root_.path() / "overlay2/own/diff";
  std::filesystem::create_directories(own);
  engine_.answer("/containers/web/json", {200, R"({"Id":"01","Name":"/web","Image":")" + id_ +
                                                   R"(","Config":{"Image":"app:1"},
                   "GraphDriver":{"Name":"overlay2","Data":{"LowerDir":"x","UpperDir":")" +
                                                   own + R"("}}})"});
  // The API names the container's image by its id.
  engine_.answer("/images/" + id_ + "/json", engine_.answer_at("/images/app:1/json"));
  const auto image = describe_container(engine::Docker::connect(engine_.host()).value(), "web");
  ASSERT_TRUE(image) << corten::describe(image.error());
  EXPECT_EQ(image->name, "web");
  ASSERT_EQ(image->layers.size(), 3U);
  EXPECT_EQ(image->layers.back().bytes.path, own);
  EXPECT_THAT(image->tags, ElementsAre("app:1"));
}

TEST_F(EngineImage, AContainerOutlivesItsImage) {
  engine_.answer("/containers/old/json", {200, R"({"Id":"01","Name":"/old","Image":"sha256:gone",
                   "Config":{"Image":"app:1","User":"app"}})"});
  engine_.answer("/images/sha256:gone/json", {404, R"({"message":"No such image"})"});
  const auto image = describe_container(engine::Docker::connect(engine_.host()).value(), "old");
  ASSERT_TRUE(image) << corten::describe(image.error());
  EXPECT_TRUE(needs_export(*image));
  ASSERT_TRUE(image->config);
  EXPECT_EQ(image->config->user, "app");
  EXPECT_THAT(image->tags, ElementsAre("app:1"));
}

}  // namespace
}  // namespace corten::image
