#include "lint/build_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/parallel.h"
#include "dockerfile/parse.h"
#include "lint/lint.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class Context : public InFolder {
 protected:
  std::shared_ptr<const dockerfile::BuildContext> of(const std::string& name,
                                                     std::string_view copies) {
    const std::string content = "FROM a:1\n" + std::string(copies) + "\n";
    put_file(path(name), content);
    return contexts_.of(path(name), dockerfile::parse(content));
  }
  // The ids of what the program finds in the folder.
  std::vector<std::string> ids(Compatibility compatibility = Compatibility::Corten) {
    LintRequest request;
    request.paths = {folder_->path().native()};
    request.shellcheck = RunShellcheck::No;
    request.rules.compatibility = compatibility;
    request.jobs = 2;
    NoProgress progress;
    const auto report = lint_files(request, progress);
    std::vector<std::string> out;
    if (!report) return out;
    for (const Finding& finding : report->findings) out.push_back(finding.id);
    return out;
  }

  BuildContexts contexts_;
};

TEST_F(Context, ReadsSmallFilesThatNoLinkLeadsTo) {
  put_file(path("start.sh"), "exec app\n");
  put_file(path("bin/start.sh"), "exec other\n");
  put_file(path("long"), std::string(kMaxContextFileBytes + 1, 'x'));
  std::filesystem::create_symlink("start.sh", path("link"));
  std::filesystem::create_directory_symlink("bin", path("linked"));
  const auto context = of("Dockerfile", "COPY . /app");
  ASSERT_NE(context, nullptr);
  EXPECT_EQ(context->read("start.sh"), "exec app\n");
  EXPECT_EQ(context->read("bin/start.sh"), "exec other\n");
  for (const std::string_view none : {"", "long", "link", "linked/start.sh", "bin", "nothing",
                                      "bin/../start.sh", "../Dockerfile", "/etc/passwd"}) {
    EXPECT_EQ(context->read(none), std::nullopt) << none;
  }
}

TEST_F(Context, HoldsThePathsThatRulesAskFor) {
  put_file(path(".env"), "A=1\n");
  put_file(path("app.js"), "");
  put_file(path("keys/id_rsa"), "");
  put_file(path("package-lock.json"), "{}");
  put_file(path("sub/package-lock.json"), "{}");
  put_file(path(".git/config"), "");
  put_file(path(".git/id_rsa"), "");
  const auto context = of("Dockerfile", "COPY . /app");
  ASSERT_NE(context, nullptr);
  EXPECT_FALSE(context->dockerignore);
  EXPECT_THAT(context->paths, ElementsAre(".env", ".git/", "keys/id_rsa", "package-lock.json"));
}

TEST_F(Context, TheDockerfilesOwnIgnoreFileComesFirst) {
  put_file(path(".dockerignore"), "*.log\n");
  put_file(path("b.Dockerfile.dockerignore"), "*.tmp\n");
  const auto usual = of("a.Dockerfile", "COPY . /app");
  const auto own = of("b.Dockerfile", "COPY . /app");
  ASSERT_NE(usual, nullptr);
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(usual->dockerignore, "*.log\n");
  EXPECT_EQ(own->dockerignore, "*.tmp\n");
}

TEST_F(Context, IsReadOnceForAllDockerfilesOfAFolder) {
  put_file(path("app.js"), "");
  const std::string content = "FROM a:1\nCOPY . /app\n";
  const dockerfile::Dockerfile file = dockerfile::parse(content);
  std::vector<std::shared_ptr<const dockerfile::BuildContext>> found(64);
  parallel_for(found.size(), 4, [&](std::size_t i) {
    found[i] = contexts_.of(path("f" + std::to_string(i) + ".Dockerfile"), file);
  });
  ASSERT_NE(found.front(), nullptr);
  EXPECT_EQ(std::ranges::count(found, found.front()), 64);
}

TEST_F(Context, IsNotAskedForWhereNothingIsCopiedFromIt) {
  put_file(path("app.js"), "");
  EXPECT_EQ(of("Dockerfile", "RUN true"), nullptr);
  EXPECT_EQ(of("Dockerfile", "COPY --from=b . /app"), nullptr);
  EXPECT_EQ(of("Dockerfile", "ADD https://example.com/x /x"), nullptr);
  EXPECT_EQ(of("Dockerfile", "COPY <<x /x\nhello\nx"), nullptr);
  EXPECT_NE(of("Dockerfile", "ONBUILD COPY . /app"), nullptr);
}

TEST_F(Context, IsElsewhereWhereNothingOfWhatIsCopiedIsThere) {
  put_file(path("docker/entrypoint.sh"), "");
  EXPECT_EQ(of("docker/Dockerfile", "COPY src/main.go /src/"), nullptr);
  EXPECT_NE(of("docker/Dockerfile", "COPY entrypoint.sh src/main.go /src/"), nullptr);
  EXPECT_NE(of("docker/Dockerfile", "COPY . /src/"), nullptr);
  put_file(path("only/other.Dockerfile"), "FROM a\n");
  EXPECT_EQ(of("only/Dockerfile", "COPY . /src/"), nullptr);
}

TEST_F(Context, FollowsNoLinksAndReadsNoPipes) {
  put_file(path("outside/.env"), "");
  put_file(path("here/app.js"), "");
  std::filesystem::create_directory_symlink(path("outside"), path("here/link"));
  std::filesystem::create_directory_symlink(path("here"), path("here/loop"));
  ASSERT_EQ(::mkfifo(path("here/.dockerignore").c_str(), 0600), 0);
  const auto context = of("here/Dockerfile", "COPY . /app");
  ASSERT_NE(context, nullptr);
  EXPECT_FALSE(context->dockerignore);
  EXPECT_THAT(context->paths, IsEmpty());
}

TEST_F(Context, ExcludedFoldersAreNotReadUnlessFilesAreTakenBack) {
  put_file(path("deps/.env"), "");
  put_file(path(".dockerignore"), "deps\n");
  put_file(path("b.Dockerfile.dockerignore"), "deps\n!deps/.env\n");
  const auto closed = of("a.Dockerfile", "COPY . /app");
  const auto opened = of("b.Dockerfile", "COPY . /app");
  ASSERT_NE(closed, nullptr);
  ASSERT_NE(opened, nullptr);
  EXPECT_THAT(closed->paths, IsEmpty());
  EXPECT_THAT(opened->paths, ElementsAre("deps/.env"));
}

TEST_F(Context, RulesOfTheProgramSeeIt) {
  put_file(path("a.log"), "");
  put_file(path(".env"), "TOKEN=1\n");
  put_file(path(".dockerignore"), "*.log\n");
  put_file(path("Dockerfile"), "FROM node:22\nCOPY a.log /x\nCOPY . /app\n");
  EXPECT_THAT(ids(), Contains("BK-CopyIgnoredFile"));
  EXPECT_THAT(ids(), Contains("CL2007"));
  EXPECT_THAT(ids(Compatibility::Hadolint), Not(Contains("CL2007")));
  put_file(path(".dockerignore"), ".env\n.git\n");
  EXPECT_THAT(ids(), Not(Contains("BK-CopyIgnoredFile")));
  EXPECT_THAT(ids(), Not(Contains("CL2007")));
}

}  // namespace
}  // namespace corten::lint
