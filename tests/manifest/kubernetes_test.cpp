#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "manifest/kubernetes_rules.h"

namespace corten::manifest {
namespace {

using testing::IsEmpty;
using testing::Not;

// What every test trusts, so that KSV-0125 has something to say.
const KubernetesContext kContext{
    .trusted_registries = {"docker.io", "registry.example", "gcr.io", "*.pkg.dev"}};

std::vector<Finding> all_findings(std::string_view content) {
  const auto file = load_kubernetes("app.yaml", std::string(content));
  EXPECT_TRUE(file) << content << (file ? "" : describe(file.error()));
  return file ? check_kubernetes(*file, kContext) : std::vector<Finding>();
}

std::vector<Finding> findings_of(std::string_view content, std::string_view id) {
  std::vector<Finding> all = all_findings(content);
  std::erase_if(all, [&](const Finding& finding) { return finding.id != id; });
  return all;
}

TEST(KubernetesCatalogue, EveryBadExampleFiresAndNoGoodOneDoes) {
  for (const Check& check : kubernetes_catalogue()) {
    const auto bad = findings_of(check.bad, check.id);
    ASSERT_THAT(bad, Not(IsEmpty())) << check.id << "\n" << check.bad;
    EXPECT_EQ(bad[0].severity, check.severity) << check.id;
    EXPECT_THAT(findings_of(check.good, check.id), IsEmpty()) << check.id << "\n" << check.good;
  }
}

TEST(KubernetesCatalogue, SaysTwoToFiveSentencesAndHasNoIdTwice) {
  std::set<std::string_view> ids;
  for (const Check& check : kubernetes_catalogue()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_FALSE(check.title.empty() || check.remediation.empty() || check.reference.empty());
    std::size_t sentences = 0;
    for (std::size_t i = 0; i < check.description.size(); ++i) {
      const bool ends = i + 1 == check.description.size() || check.description[i + 1] == ' ';
      if (check.description[i] == '.' && ends) ++sentences;
    }
    EXPECT_GE(sentences, 2U) << check.id;
    EXPECT_LE(sentences, 5U) << check.id;
  }
  EXPECT_GE(ids.size(), 85U);
}

}  // namespace
}  // namespace corten::manifest
