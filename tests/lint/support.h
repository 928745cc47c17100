// Small fixtures of the lint tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/file.h"
#include "finding/finding.h"

namespace corten::lint {

inline void put_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

inline Finding finding_at(std::string id, std::string path, std::uint32_t line) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = Severity::Medium;
  finding.title = "a title";
  finding.subject = path;
  finding.location = Location{.path = std::move(path), .line = line, .column = 1};
  return finding;
}

// A folder of the test's own.
class InFolder : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TempDir::create("lint-test");
    ASSERT_TRUE(folder);
    folder_.emplace(*std::move(folder));
  }
  [[nodiscard]] std::string path(const std::string& below) const {
    return (folder_->path() / below).native();
  }

  std::optional<TempDir> folder_;
};

}  // namespace corten::lint
