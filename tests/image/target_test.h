// A fixture with a folder for targets, and reading what an image's layers hold.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/file.h"
#include "image/layer.h"
#include "image/open.h"
#include "support/image_builder.h"
#include "support/sources.h"

namespace corten::image {

class TargetTest : public testing::Test {
 protected:
  void SetUp() override {
    auto dir = TempDir::create();
    ASSERT_TRUE(dir);
    dir_.emplace(*std::move(dir));
  }

  std::filesystem::path write(const std::string& name, const std::string& content) {
    const auto path = dir_->path() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::filesystem::path write_folder(const std::string& name, const test::ImageFiles& files) {
    files.write_to(dir_->path() / name);
    return dir_->path() / name;
  }

  // The uncompressed layers of an image, verified; or the outcome of the first that fails.
  static std::vector<std::string> layers_of(const OpenedTarget& target, std::size_t image = 0) {
    std::vector<std::string> out;
    for (const Layer& layer : target.images.at(image).layers) {
      auto stream = open_layer(layer, target.fd.get());
      if (!stream) return {test::outcome(stream)};
      auto content = test::drain(**stream);
      if (!content) return {test::outcome(content)};
      const Status done = (*stream)->finish();
      if (!done) return {describe(done.error())};
      out.push_back(*std::move(content));
    }
    return out;
  }

  // "ok" or the code, with the whole message after it.
  static std::string open_outcome(const std::filesystem::path& path,
                                  const OpenOptions& options = {}) {
    const auto opened = open_target(path, options);
    if (opened) return "ok";
    return std::string(name_of(opened.error().code)) + ": " + describe(opened.error());
  }

  std::optional<TempDir> dir_;
};

inline std::string layer_tar(const std::string& content) {
  return test::TarWriter().file("etc/file", content).finish();
}

}  // namespace corten::image
