#include "manifest/kustomize.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "ID:line severity" of what is found, of one rule or of all.
std::vector<std::string> found_in(const std::string& content, std::string_view id = {}) {
  const auto file = load_kustomization("kustomization.yaml", content);
  EXPECT_TRUE(file) << content << (file ? "" : describe(file.error()));
  std::vector<std::string> out;
  if (!file) return out;
  for (const Finding& finding : check_kustomization(*file)) {
    if (!id.empty() && finding.id != id) continue;
    out.push_back(
        fmt::format("{}:{} {}", finding.id, finding.location->line, name_of(finding.severity)));
  }
  return out;
}

struct RemoteCase {
  const char* url;
  const char* severity;  // "" for silence
};

class KustomizeRemote : public testing::TestWithParam<RemoteCase> {};

TEST_P(KustomizeRemote, IsPinnedByACommitOnly) {
  const auto found = found_in(fmt::format("resources:\n- '{}'\n", GetParam().url));
  if (*GetParam().severity == '\0') {
    EXPECT_THAT(found, IsEmpty());
  } else {
    EXPECT_THAT(found, ElementsAre(fmt::format("KC1013:2 {}", GetParam().severity)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kustomize, KustomizeRemote,
    testing::ValuesIn(std::vector<RemoteCase>{
        {"../base", ""},
        {"app.yaml", ""},
        {"my.dir/app.yaml", ""},
        {"https://github.com/a/b//c?ref=0123456789abcdef0123456789abcdef01234567", ""},
        {"https://github.com/a/b//c?timeout=9s&ref=0123456789abcdef0123456789abcdef01234567", ""},
        {"https://raw.githubusercontent.com/a/b/0123456789abcdef0123456789abcdef01234567/c.yaml",
         ""},
        {"github.com/a/b//c?ref=v1.2", "info"},
        {"https://github.com/a/b/releases/download/v1.2/install.yaml", "info"},
        {"https://raw.githubusercontent.com/a/b/v1.2/c.yaml", "info"},
        {"https://raw.githubusercontent.com/a/b/main/c.yaml", "medium"},
        {"github.com/a/b//c?ref=main", "medium"},
        {"github.com/a/b", "medium"},
        {"git@github.com:a/b.git", "medium"},
        {"https://example.org/install.yaml", "medium"},
        {"https://github.com/a/b?ref=${REF}", ""},
    }));

TEST(Kustomize, JudgesImages) {
  EXPECT_THAT(found_in("images:\n- {name: a, newTag: latest}\n- {name: b, newTag: v1}\n"
                       "- {name: c, newTag: v1, digest: 'sha256:00'}\n- {name: d, newName: e}\n"
                       "- {name: f, newTag: '${TAG}'}\n"),
              ElementsAre("KSV-0013:2 medium", "KSV-0013:3 info"));
}

TEST(Kustomize, JudgesTheLiteralsOfGenerators) {
  EXPECT_THAT(
      found_in("secretGenerator:\n- name: s\n  literals:\n  - password=q8Zr1vK2mW7x\n"
               "  - username=anna-the-admin\n  - password=${FROM_CI}\n  - empty=\n"
               "configMapGenerator:\n- literals:\n  - API_TOKEN=q8Zr1vK2mW7x\n  - LOG=debug\n"),
      ElementsAre("KC1012:4 high", "KSV-0109:10 high"));
}

TEST(Kustomize, JudgesPatchesInPlace) {
  const std::string patch =
      "apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: a}\n    spec:\n"
      "      template:\n        spec:\n          containers:\n          - name: c\n"
      "            securityContext: {privileged: true}\n";
  // Without an image it says nothing of what is missing.
  EXPECT_THAT(found_in("patches:\n- target: {kind: Deployment}\n  patch: |-\n    " + patch),
              ElementsAre("KSV-0017:12 high"));
  EXPECT_THAT(found_in("patchesStrategicMerge:\n- file.yaml\n- |\n    " + patch),
              ElementsAre("KC1014:1 info", "KSV-0017:12 high"));
  const auto file = load_kustomization("k.yaml", "patches:\n- patch: |-\n    " + patch);
  ASSERT_TRUE(file);
  const auto findings = check_kustomization(*file);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].location->column, 43U);  // of "true"
  EXPECT_THAT(findings[0].fix, IsEmpty());
}

TEST(Kustomize, APatchInQuotesIsToldAtItsBeginning) {
  EXPECT_THAT(found_in("patches:\n- patch: \"apiVersion: v1\\nkind: Pod\\nmetadata: {name: a}\\n"
                       "spec:\\n  hostPID: true\\n\"\n",
                       "KSV-0010"),
              ElementsAre("KSV-0010:2 high"));
}

TEST(Kustomize, OtherPatchesAndResourcesAreLeftAlone) {
  for (const char* content :
       {"patches:\n- path: a.yaml\n- patch: |-\n    - op: replace\n      path: /kind:\n",
        "patches:\n- patch: |-\n    kind: [\n", "patches: none\n", "images: {}\n", "", "- a\n",
        "resources: [a.yaml]\nnamespace: a\n"}) {
    EXPECT_THAT(found_in(content), IsEmpty()) << content;
  }
}

TEST(Kustomize, OldFieldsAreTold) {
  EXPECT_THAT(found_in("bases: [a]\ncommonLabels: {}\nvars: []\npatchesJson6902: []\n", "KC1014"),
              ElementsAre("KC1014:1 info", "KC1014:2 info", "KC1014:3 info", "KC1014:4 info"));
  const auto file = load_kustomization("k.yaml", "bases: # here\n- a\n");
  const auto findings = check_kustomization(*file);
  ASSERT_EQ(findings.size(), 1U);
  ASSERT_EQ(findings[0].fix.size(), 1U);
  EXPECT_EQ(findings[0].fix[0].replacement, "resources: # here");
  EXPECT_EQ(findings[0].fix_risk, "");
}

TEST(Kustomize, ImagesOfResourcesAreThoseThatItSets) {
  const auto kustomization =
      load_kustomization("k.yaml",
                         "resources: [./a.yaml, b.yaml]\nimages:\n- {name: nginx, newTag: '1.27'}\n"
                         "- {name: 'example.org:5000/app', digest: 'sha256:"
                         "0000000000000000000000000000000000000000000000000000000000000001'}\n"
                         "- {name: redis, newName: mirror/redis}\n");
  ASSERT_TRUE(kustomization);
  EXPECT_TRUE(names_resource(*kustomization, "a.yaml"));
  EXPECT_FALSE(names_resource(*kustomization, "c.yaml"));
  KubernetesContext context;
  context.images = image_overrides_of(*kustomization);
  const auto pod = load_kubernetes(
      "a.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
      "  - {name: a, image: nginx}\n  - {name: b, image: 'example.org:5000/app:latest'}\n"
      "  - {name: c, image: 'redis:latest'}\n");
  ASSERT_TRUE(pod);
  std::vector<std::string> evidence;
  for (const Finding& finding : check_kubernetes(*pod, context)) {
    if (finding.id == "KSV-0013") evidence.push_back(finding.evidence);
  }
  EXPECT_THAT(evidence, ElementsAre("image 'nginx:1.27' has a tag, but no digest",
                                    "image 'mirror/redis:latest' may be another one tomorrow"));
}

}  // namespace
}  // namespace corten::manifest
