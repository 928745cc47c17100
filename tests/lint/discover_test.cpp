#include "lint/discover.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

#include "lint/support.h"
#include "support/case_name.h"

namespace corten::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Named {
  std::string name;
  std::string path;
  FileKind kind;
};
class KindByName : public testing::TestWithParam<Named> {};
TEST_P(KindByName, IsKnown) { EXPECT_EQ(kind_by_name(GetParam().path), GetParam().kind); }
INSTANTIATE_TEST_SUITE_P(Discover, KindByName,
                         testing::ValuesIn<Named>({
                             {"Plain", "Dockerfile", FileKind::Dockerfile},
                             {"Below", "a/b/Dockerfile", FileKind::Dockerfile},
                             {"Suffix", "Dockerfile.dev", FileKind::Dockerfile},
                             {"Prefix", "api.Dockerfile", FileKind::Dockerfile},
                             {"Lower", "api.dockerfile", FileKind::Dockerfile},
                             {"Container", "Containerfile", FileKind::Dockerfile},
                             {"ContainerSuffix", "Containerfile.arm", FileKind::Dockerfile},
                             {"Ignore", "Dockerfile.dockerignore", FileKind::Other},
                             {"OtherName", "Dockerfiles", FileKind::Other},
                             {"Compose", "compose.yaml", FileKind::Compose},
                             {"ComposeYml", "x/compose.yml", FileKind::Compose},
                             {"Override", "compose.override.yaml", FileKind::Compose},
                             {"Old", "docker-compose.yml", FileKind::Compose},
                             {"OldSuffix", "docker-compose.prod.yml", FileKind::Compose},
                             {"ComposePrefix", "web.compose.yaml", FileKind::Compose},
                             {"NotCompose", "composer.yaml", FileKind::Other},
                             {"Json", "compose.json", FileKind::Other},
                             {"Kustomize", "base/kustomization.yaml", FileKind::Kustomization},
                             {"Yaml", "deploy.yaml", FileKind::Other},
                         }),
                         test::case_name<Named>);

struct Read {
  std::string name;
  std::string path;
  std::string content;
  FileKind kind;
};
class KindOf : public testing::TestWithParam<Read> {};
TEST_P(KindOf, LooksAtNameAndContent) {
  EXPECT_EQ(kind_of(GetParam().path, GetParam().content), GetParam().kind);
}
INSTANTIATE_TEST_SUITE_P(
    Discover, KindOf,
    testing::ValuesIn<Read>({
        {"AnyNameIsDockerfile", "build.txt", "RUN x\n", FileKind::Dockerfile},
        {"StdinDockerfile", "-", "# syntax=x\nfrom debian\n", FileKind::Dockerfile},
        {"StdinCompose", "-", "services:\n  a: {}\n", FileKind::Compose},
        {"StdinManifest", "-", "---\napiVersion: v1\nkind: Pod\n", FileKind::Kubernetes},
        {"StdinJson", "-", "{\"kind\": \"Pod\", \"apiVersion\": \"v1\"}", FileKind::Kubernetes},
        {"Bom", "x.yaml",
         "\xef\xbb\xbf"
         "apiVersion: v1\nkind: Pod\n",
         FileKind::Kubernetes},
        {"Crlf", "x.yaml", "apiVersion: v1\r\nkind: Pod\r\n", FileKind::Kubernetes},
        {"NestedKeysOnly", "x.yaml", "a:\n  apiVersion: v1\n  kind: x\n", FileKind::Other},
        {"OtherYaml", "x.yaml", "a: b\n", FileKind::Other},
        {"DockerfileAsYaml", "x.yaml", "FROM a\n", FileKind::Dockerfile},
        {"ComposeByName", "compose.yaml", "x-a: 1\n", FileKind::Compose},
        {"ComposeByContent", "stack.yml", "version: '3'\nservices:\n  a: {}\n", FileKind::Compose},
        {"Helm", "c/templates/d.yaml", "apiVersion: v1\nkind: {{ .Values.k }}\n",
         FileKind::HelmTemplate},
        {"NoTemplateWithoutBraces", "templates/d.yaml", "apiVersion: v1\nkind: Pod\n",
         FileKind::Kubernetes},
        {"DockerfileWithBraces", "templates/Dockerfile", "FROM {{x}}\n", FileKind::Dockerfile},
        {"Empty", "Dockerfile", "", FileKind::Dockerfile},
        {"EmptyYaml", "x.yaml", "", FileKind::Other},
    }),
    test::case_name<Read>);

class Discover : public InFolder {
 protected:
  // "path below the folder:kind", in their order.
  [[nodiscard]] std::vector<std::string> found(const Discovery& discovery) const {
    std::vector<std::string> out;
    for (const LintFile& file : discovery.files) {
      out.push_back(file.path.substr(folder_->path().native().size() + 1) + ":" +
                    name_of(file.kind));
    }
    return out;
  }
  [[nodiscard]] Discovery walk() const { return discover({folder_->path().native()}, 2); }
};

TEST_F(Discover, FindsWhatIsToBeLinted) {
  put_file(path("b/Dockerfile"), "FROM a\n");
  put_file(path("a.Dockerfile"), "FROM a\n");
  put_file(path("compose.yaml"), "services: {}\n");
  put_file(path("k8s/pod.yml"), "kind: Pod\napiVersion: v1\n");
  put_file(path("k8s/pod.json"), "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}");
  put_file(path("k8s/values.yaml"), "a: 1\n");
  put_file(path("README.md"), "FROM a\n");
  for (const char* foreign : {".git", "node_modules", "vendor", ".venv", "target"}) {
    put_file(path(std::string("x/") + foreign + "/Dockerfile"), "FROM a\n");
  }
  EXPECT_THAT(
      found(walk()),
      ElementsAre("a.Dockerfile:Dockerfile", "b/Dockerfile:Dockerfile", "compose.yaml:compose file",
                  "k8s/pod.json:Kubernetes manifest", "k8s/pod.yml:Kubernetes manifest"));
}

TEST_F(Discover, AForeignFolderThatIsNamedIsSearched) {
  put_file(path("vendor/Dockerfile"), "FROM a\n");
  EXPECT_THAT(discover({path("vendor")}, 1).files, SizeIs(1));
}

TEST_F(Discover, CountsHelmTemplates) {
  put_file(path("web/templates/a.yaml"), "apiVersion: v1\nkind: {{ x }}\n");
  put_file(path("web/templates/b.yaml"), "x: {{ y }}\n");
  put_file(path("web/Chart.yaml"), "apiVersion: v2\nname: web\n");
  const Discovery discovery = walk();
  EXPECT_THAT(discovery.files, IsEmpty());
  EXPECT_THAT(discovery.notes, ElementsAre(HasSubstr("web: 2 Helm templates left out")));
}

TEST_F(Discover, SurvivesLinksPipesAndOddNames) {
  put_file(path("a/Dockerfile"), "FROM a\n");
  put_file(path("a/line\nbreak.Dockerfile"), "FROM a\n");
  put_file(path("a/\xff.dockerfile"), "FROM a\n");
  std::filesystem::create_directory_symlink("..", path("a/loop"));
  std::filesystem::create_symlink("/dev/zero", path("Dockerfile.zero"));
  std::filesystem::create_symlink("nowhere", path("Dockerfile.dangling"));
  std::filesystem::create_symlink("a/Dockerfile", path("Dockerfile.link"));
  ASSERT_EQ(::mkfifo(path("Dockerfile.pipe").c_str(), 0600), 0);
  const Discovery discovery = walk();
  EXPECT_THAT(discovery.errors, IsEmpty());
  EXPECT_THAT(found(discovery),
              ElementsAre("Dockerfile.link:Dockerfile", "a/Dockerfile:Dockerfile",
                          "a/line\nbreak.Dockerfile:Dockerfile", "a/\xff.dockerfile:Dockerfile"));
}

TEST_F(Discover, NamedFilesKeepTheirOrderAndComeOnce) {
  put_file(path("b"), "FROM a\n");
  put_file(path("a/Dockerfile"), "FROM a\n");
  const Discovery discovery =
      discover({path("b"), "-", path("a/Dockerfile"), path("a"), path("./b"), path("nosuch")}, 1);
  ASSERT_THAT(discovery.files, SizeIs(3));
  EXPECT_EQ(discovery.files[0], (LintFile{path("b"), FileKind::Other, FileOrigin::Named}));
  EXPECT_EQ(discovery.files[1].path, "-");
  EXPECT_EQ(discovery.files[2].path, path("a/Dockerfile"));
  ASSERT_THAT(discovery.errors, SizeIs(1));
  EXPECT_EQ(discovery.errors[0].path, path("nosuch"));
  EXPECT_EQ(discovery.errors[0].error.code, ErrorCode::NotFound);
}

TEST_F(Discover, DepthIsBounded) {
  std::string deep = folder_->path().native();
  for (std::size_t i = 0; i < kMaxFolderDepth + 5; ++i) deep += "/d";
  put_file(deep + "/Dockerfile", "FROM a\n");
  const Discovery discovery = walk();
  EXPECT_THAT(discovery.files, IsEmpty());
  ASSERT_THAT(discovery.errors, SizeIs(1));
  EXPECT_EQ(discovery.errors[0].error.code, ErrorCode::LimitExceeded);
}

TEST_F(Discover, SameResultWithAnyNumberOfThreads) {
  for (int i = 0; i < 300; ++i) {
    put_file(path(fmt::format("d{}/e{}/Dockerfile", i % 17, i)), "FROM a\n");
  }
  const std::string root = folder_->path().native();
  const auto one = discover({root}, 1).files;
  EXPECT_THAT(one, SizeIs(300));
  EXPECT_EQ(discover({root}, 8).files, one);
}

}  // namespace
}  // namespace corten::lint
