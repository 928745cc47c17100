#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint/lint.h"
#include "lint/relate.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ComposeEngine : public InFolder {
 protected:
  LintReport lint(std::vector<std::string> paths = {}) {
    LintRequest request;
    request.paths = paths.empty() ? std::vector{folder_->path().native()} : std::move(paths);
    request.shellcheck = RunShellcheck::No;
    NoProgress progress;
    auto report = lint_files(request, progress);
    EXPECT_TRUE(report) << describe(report.error());
    return report ? *std::move(report) : LintReport{};
  }

  // "file:line" or "file:line by" (suppressed) of the findings of one rule.
  std::vector<std::string> places(const LintReport& report, std::string_view id) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) {
      if (finding.id != id) continue;
      const auto name = std::filesystem::path(finding.location->path).filename().native();
      out.push_back(name + ":" + std::to_string(finding.location->line));
      if (finding.suppressed) out.back() += " " + finding.suppressed->reason;
    }
    return out;
  }
};

constexpr const char* kRootDockerfile = "FROM debian:12\nCOPY app /app\nCMD [\"/app\"]\n";

TEST_F(ComposeEngine, AServiceWithAUserIsNotToldThatItsImageRunsAsRoot) {
  put_file(path("app/Dockerfile"), kRootDockerfile);
  put_file(path("compose.yaml"), "services:\n  app:\n    build: ./app\n    user: \"1000\"\n");
  const LintReport report = lint();
  EXPECT_THAT(places(report, "CL1001"), ElementsAre(HasSubstr("service app runs it as user 1000")));
  EXPECT_THAT(places(report, "CC1009"), IsEmpty());
}

TEST_F(ComposeEngine, OneServiceWithoutAUserIsEnoughToBlameTheDockerfile) {
  put_file(path("app/Dockerfile"), kRootDockerfile);
  for (const char* other : {"", "    user: root\n", "    user: \"${WHO}\"\n"}) {
    put_file(path("compose.yaml"), std::string("services:\n"
                                               "  app:\n    build: ./app\n    user: \"1000\"\n"
                                               "  job:\n    build: ./app\n") +
                                       other);
    EXPECT_THAT(places(lint(), "CL1001"), ElementsAre(Not(HasSubstr("runs it")))) << other;
  }
}

TEST_F(ComposeEngine, AnOverrideFileIsLaidOverItsProject) {
  put_file(path("compose.yaml"), "services:\n  app:\n    image: a:1\n");
  put_file(path("compose.override.yaml"), "services:\n  app:\n    privileged: true\n");
  const LintReport report = lint();
  EXPECT_THAT(places(report, "CC1001"), ElementsAre("compose.override.yaml:3"));
  EXPECT_THAT(places(report, "CC1022"), IsEmpty());  // alone it would have no image
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("laid over")));
}

TEST_F(ComposeEngine, AnOverrideFileMayBeNamedAlone) {
  put_file(path("compose.yaml"), "services:\n  app:\n    image: a:1\n    privileged: true\n");
  put_file(path("compose.override.yaml"), "services:\n  app:\n    pid: host\n");
  const LintReport report = lint({path("compose.override.yaml")});
  EXPECT_THAT(places(report, "CC1002"), ElementsAre("compose.override.yaml:3"));
  EXPECT_THAT(places(report, "CC1001"), IsEmpty());
}

TEST_F(ComposeEngine, ThePragmasOfAnOverrideFileCount) {
  put_file(path("compose.yaml"), "services:\n  app:\n    image: a:1\n");
  put_file(path("compose.override.yaml"),
           "services:\n  app:\n    privileged: true  # corten ignore=CC1001 reason=\"a test\"\n");
  EXPECT_THAT(places(lint(), "CC1001"), ElementsAre("compose.override.yaml:3 a test"));
}

TEST_F(ComposeEngine, FilesThatAreToBeMergedAreOneProject) {
  put_file(path("base/compose.yaml"), "services:\n  app:\n    image: a:1\n    user: \"1\"\n");
  put_file(path("prod.yaml"), "services:\n  app:\n    privileged: true\n");
  put_file(path("more.yaml"), "services:\n  app:\n    pid: host\n");
  LintRequest request;
  request.merged = {path("base/compose.yaml"), path("prod.yaml"), path("more.yaml")};
  request.paths = request.merged;
  NoProgress progress;
  auto report = lint_files(request, progress);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->errors, IsEmpty());
  EXPECT_THAT(places(*report, "CC1001"), ElementsAre("prod.yaml:3"));
  EXPECT_THAT(places(*report, "CC1002"), ElementsAre("more.yaml:3"));
  EXPECT_THAT(places(*report, "CC1010"), ElementsAre("compose.yaml:2"));
  EXPECT_THAT(report->notes, ElementsAre(HasSubstr("laid over")));
}

TEST_F(ComposeEngine, TheEnvFileMayNameTheFilesOfTheProject) {
  put_file(path(".env"), "COMPOSE_FILE=base.compose.yaml:prod.compose.yaml\n");
  put_file(path("base.compose.yaml"), "services:\n  app:\n    image: a:1\n");
  put_file(path("prod.compose.yaml"), "services:\n  app:\n    privileged: true\n");
  const LintReport report = lint();
  EXPECT_THAT(places(report, "CC1001"), ElementsAre("prod.compose.yaml:3"));
  EXPECT_THAT(places(report, "CC1010"), ElementsAre("base.compose.yaml:2"));
}

// What is mended but not yet written counts for the other file's run too.
TEST_F(ComposeEngine, FilesInMemoryCountForTheWholeProject) {
  put_file(path("compose.yaml"), "services:\n  app:\n    image: a:1\n");
  put_file(path("compose.override.yaml"), "services:\n  app:\n    privileged: true\n");
  LintRequest request;
  request.paths = {folder_->path().native()};
  request.contents[path("compose.override.yaml")] =
      "services:\n  app:\n    user: \"1\"\n    pid: host\n";
  NoProgress progress;
  auto report = lint_files(request, progress);
  ASSERT_TRUE(report);
  EXPECT_THAT(places(*report, "CC1001"), IsEmpty());
  EXPECT_THAT(places(*report, "CC1002"), ElementsAre("compose.override.yaml:4"));
}

TEST_F(ComposeEngine, AnotherFileIsNoOverride) {
  put_file(path("compose.yaml"), "services:\n  app:\n    image: a:1\n");
  put_file(path("compose.prod.yaml"), "services:\n  app:\n    privileged: true\n");
  EXPECT_THAT(lint({path("compose.yaml")}).notes, IsEmpty());
}

TEST_F(ComposeEngine, LinksOutOfTheProjectAreNotFollowed) {
  put_file(path("secret.yaml"), "services:\n  app:\n    image: a:1\n    privileged: true\n");
  put_file(path("project/compose.yaml"),
           "include: [linked.yaml]\nservices:\n  web:\n    image: b:1\n");
  std::filesystem::create_symlink("../secret.yaml", path("project/linked.yaml"));
  const LintReport report = lint({path("project/compose.yaml")});
  EXPECT_THAT(places(report, "CC1001"), IsEmpty());
  std::vector<std::string> evidence;
  for (const Finding& finding : report.findings) evidence.push_back(finding.evidence);
  EXPECT_THAT(evidence, Contains(HasSubstr("it is not followed")));
}

TEST_F(ComposeEngine, LinksWithinTheProjectAreFollowed) {
  put_file(path("project/real.yaml"), "services:\n  app:\n    image: a:1\n    privileged: true\n");
  put_file(path("project/compose.yaml"),
           "include: [linked.yaml]\nservices:\n  web:\n    image: b:1\n");
  std::filesystem::create_symlink("real.yaml", path("project/linked.yaml"));
  EXPECT_THAT(places(lint({path("project/compose.yaml")}), "CC1001"), ElementsAre("linked.yaml:4"));
}

TEST_F(ComposeEngine, AnIncludedFileThatIsLintedTooTellsEverythingOnce) {
  put_file(path("part.compose.yaml"), "services:\n  app:\n    image: a:1\n    privileged: true\n");
  put_file(path("compose.yaml"), "include: [part.compose.yaml]\n");
  const LintReport report = lint();
  EXPECT_THAT(places(report, "CC1001"), ElementsAre("part.compose.yaml:4"));
  for (const Finding& finding : report.findings) {
    if (finding.id == "CC1001") {
      EXPECT_THAT(finding.fix, Not(IsEmpty()));
    }
  }
}

TEST_F(ComposeEngine, KustomizationsAreSaidNotToBeRendered) {
  put_file(path("kustomization.yaml"), "resources: [a.yaml]\n");
  EXPECT_THAT(lint().notes, ElementsAre(HasSubstr("kustomize build")));
}

TEST_F(ComposeEngine, ImagesAreThoseThatTheKustomizationSets) {
  const char* pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
      "  - name: a\n    image: nginx:latest\n";
  put_file(path("a.yaml"), pod);
  put_file(path("b.yaml"), pod);
  put_file(path("kustomization.yaml"),
           "resources: [a.yaml]\nimages:\n- name: nginx\n  digest: sha256:"
           "0000000000000000000000000000000000000000000000000000000000000001\n");
  EXPECT_THAT(places(lint(), "KSV-0013"), ElementsAre("b.yaml:7"));
}

}  // namespace
}  // namespace corten::lint
