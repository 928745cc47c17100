// Every fix of every finding in the corpus, applied one after the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "manifest/compose_load.h"
#include "manifest/compose_rules.h"
#include "manifest/kubernetes_rules.h"
#include "manifest/mending.h"

namespace corten::manifest {
namespace {

using testing::IsEmpty;

std::optional<std::vector<Finding>> examine_compose(const std::string& content) {
  const std::vector<std::string> paths{"compose.yaml"};
  auto project = load_compose(paths, MemoryFiles({{"compose.yaml", content}}));
  if (!project) return std::nullopt;
  return check_compose(*project);
}

std::optional<std::vector<Finding>> examine_kubernetes(const std::string& content) {
  auto file = load_kubernetes("a.yaml", content);
  if (!file) return std::nullopt;
  return check_kubernetes(*file);
}

struct Totals {
  std::size_t files = 0;
  std::size_t fixes = 0;
  std::size_t lost_comments = 0;
};

void mend_file(const std::filesystem::path& path, const Examine& examine, WantedFixes wanted,
               Totals& totals) {
  const auto content = read_file(path);
  ASSERT_TRUE(content);
  if (content->find("{{") != std::string::npos || !examine(*content)) return;
  const MendedText mended = mend_all(*content, examine, wanted);
  EXPECT_THAT(mended.harms, IsEmpty()) << path;
  const MendedText again = mend_all(mended.content, examine, wanted);
  EXPECT_EQ(again.steps, 0U) << path;
  const std::size_t before = count_comments(*content);
  const std::size_t after = count_comments(mended.content);
  EXPECT_LE(after, before) << path;
  totals.lost_comments += before - after;
  totals.fixes += mended.steps;
  ++totals.files;
}

class MendCorpus : public testing::TestWithParam<WantedFixes> {
 protected:
  static std::filesystem::path corpus() {
    return std::filesystem::path(CORTEN_SHARED_DIR) / "corpus";
  }
};

TEST_P(MendCorpus, ComposeFilesAreMendedStepByStep) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "no corpus at " << corpus();
  Totals totals;
  for (const auto& file : std::filesystem::recursive_directory_iterator(corpus())) {
    const std::string name = file.path().filename();
    const bool is_compose = name.find("compose") != std::string::npos &&
                            (name.ends_with(".yaml") || name.ends_with(".yml"));
    if (is_compose) mend_file(file.path(), examine_compose, GetParam(), totals);
  }
  EXPECT_GT(totals.files, 30U);
  std::cout << totals.files << " files, " << totals.fixes << " fixes, " << totals.lost_comments
            << " comments gone with what they stood at\n";
}

TEST_P(MendCorpus, ManifestsAreMendedStepByStep) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "no corpus at " << corpus();
  Totals totals;
  for (const char* name : {"kubernetes+examples", "GoogleCloudPlatform+microservices-demo"}) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(corpus() / name)) {
      if (file.path().extension() != ".yaml" || !file.is_regular_file()) continue;
      mend_file(file.path(), examine_kubernetes, GetParam(), totals);
    }
  }
  EXPECT_GT(totals.files, 100U);
  std::cout << totals.files << " files, " << totals.fixes << " fixes, " << totals.lost_comments
            << " comments gone with what they stood at\n";
}

INSTANTIATE_TEST_SUITE_P(Fixes, MendCorpus, testing::Values(WantedFixes::Safe, WantedFixes::All),
                         [](const auto& param) {
                           return param.param == WantedFixes::Safe ? "Safe" : "All";
                         });

}  // namespace
}  // namespace corten::manifest
