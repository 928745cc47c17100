#include "lint/changed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class Changed : public InFolder {
 protected:
  void SetUp() override {
    InFolder::SetUp();
    if (!run_subprocess({"git", "--version"})) GTEST_SKIP() << "no git on PATH";
    // Paths without symbolic links, as git gives them.
    root_ = std::filesystem::canonical(folder_->path()).native();
    git({"init", "-q", "-b", "main", "."});
    put_file(root_ + "/Dockerfile", "FROM a\n");
    put_file(root_ + "/sub/old.Dockerfile", "FROM a\n");
    put_file(root_ + "/.gitignore", "ignored/\n");
    commit("first");
  }
  void git(const std::vector<std::string>& words) const {
    std::vector<std::string> argv = {"git",
                                     "-C",
                                     root_,
                                     "-c",
                                     "user.name=t",
                                     "-c",
                                     "user.email=t@example.invalid",
                                     "-c",
                                     "commit.gpgsign=false"};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto run = run_subprocess(argv);
    ASSERT_TRUE(run);
    ASSERT_EQ(run->status, 0) << run->err;
  }
  void commit(const std::string& message) const {
    git({"add", "-A"});
    git({"commit", "-q", "-m", message});
  }
  [[nodiscard]] std::vector<std::string> changed(const std::string& ref) const {
    const auto files = changed_files(root_, ref);
    EXPECT_TRUE(files) << describe(files.error());
    std::vector<std::string> out;
    for (const std::string& file : files.value_or(std::vector<std::string>())) {
      out.push_back(file.substr(root_.size() + 1));
    }
    return out;
  }

  std::string root_;
};

TEST_F(Changed, TellsCommittedUncommittedAndNewFiles) {
  git({"checkout", "-q", "-b", "feature"});
  put_file(root_ + "/Dockerfile", "FROM b\n");
  commit("second");
  put_file(root_ + "/sub/old.Dockerfile", "FROM c\n");
  put_file(root_ + "/new dir/line\nbreak.Dockerfile", "FROM d\n");
  put_file(root_ + "/ignored/Dockerfile", "FROM e\n");
  EXPECT_THAT(changed("main"), UnorderedElementsAre("Dockerfile", "sub/old.Dockerfile",
                                                    "new dir/line\nbreak.Dockerfile"));
  EXPECT_THAT(changed("HEAD"),
              UnorderedElementsAre("sub/old.Dockerfile", "new dir/line\nbreak.Dockerfile"));
}

TEST_F(Changed, CountsFromWhereTheBranchesParted) {
  git({"checkout", "-q", "-b", "feature"});
  put_file(root_ + "/mine.Dockerfile", "FROM b\n");
  commit("mine");
  git({"checkout", "-q", "main"});
  put_file(root_ + "/theirs.Dockerfile", "FROM b\n");
  commit("theirs");
  git({"checkout", "-q", "feature"});
  EXPECT_THAT(changed("main"), ElementsAre("mine.Dockerfile"));
}

TEST_F(Changed, LeavesOutDeletedFiles) {
  std::filesystem::remove(root_ + "/Dockerfile");
  EXPECT_THAT(changed("HEAD"), testing::IsEmpty());
}

TEST_F(Changed, KeepsTheFilesThatChanged) {
  put_file(root_ + "/sub/old.Dockerfile", "FROM b\n");
  std::vector<LintFile> files = {
      {root_ + "/Dockerfile", FileKind::Dockerfile, FileOrigin::Found},
      {"-", FileKind::Other, FileOrigin::Named},
      {root_ + "/sub/../sub/old.Dockerfile", FileKind::Dockerfile, FileOrigin::Named}};
  ASSERT_TRUE(keep_changed("HEAD", files));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "-");
  EXPECT_THAT(files[1].path, HasSubstr("old.Dockerfile"));
}

TEST_F(Changed, RefusesBadNames) {
  for (const char* ref : {"--output=/tmp/x", "-p", ""}) {
    const auto files = changed_files(root_, ref);
    ASSERT_FALSE(files) << ref;
    EXPECT_EQ(files.error().code, ErrorCode::Usage) << ref;
  }
  for (const char* ref : {"nosuch", "HEAD Dockerfile", "HEAD~99", "$(true)"}) {
    const auto files = changed_files(root_, ref);
    ASSERT_FALSE(files) << ref;
    EXPECT_EQ(files.error().code, ErrorCode::NotFound) << ref;
    EXPECT_THAT(files.error().message, HasSubstr("has no commit")) << ref;
  }
}

TEST_F(Changed, StartsNoProgramOfTheRepository) {
  const std::string mark = root_ + "/../ran-" + std::to_string(::getpid());
  put_file(root_ + "/hook.sh", "#!/bin/sh\ntouch " + mark + "\n");
  std::filesystem::permissions(root_ + "/hook.sh", std::filesystem::perms::owner_all);
  git({"config", "core.fsmonitor", root_ + "/hook.sh"});
  git({"config", "diff.external", root_ + "/hook.sh"});
  put_file(root_ + "/Dockerfile", "FROM b\n");
  std::filesystem::remove(mark);
  EXPECT_THAT(changed("HEAD"), testing::Contains("Dockerfile"));
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(ChangedOutside, IsAClearError) {
  if (!run_subprocess({"git", "--version"})) GTEST_SKIP() << "no git on PATH";
  const auto folder = TempDir::create();
  const auto files = changed_files(folder->path().native(), "HEAD");
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::NotFound);
  EXPECT_THAT(files.error().message, HasSubstr("in no git work tree"));
}

}  // namespace
}  // namespace corten::lint
