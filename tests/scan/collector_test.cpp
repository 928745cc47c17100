#include "scan/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "scan/support.h"
#include "support/case_name.h"

namespace corten::scan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room
using test::TarWriter;

bool hides(const LayerFacts& facts, std::string_view path) {
  return std::ranges::binary_search(facts.hides, hash_of_path(path));
}

TEST(Collector, WhiteoutsAndOpaqueFoldersAreFactsNotFiles) {
  const auto facts = collect(TarWriter()
                                 .file("etc/.wh.passwd", "")
                                 .file(".wh.srv", "")
                                 .file("var/.wh..wh..opq", "")
                                 .file("opt/app", "x")
                                 .folder("opt/empty")
                                 .finish());
  ASSERT_TRUE(facts);
  EXPECT_TRUE(hides(*facts, "etc/passwd"));
  EXPECT_TRUE(hides(*facts, "srv"));
  EXPECT_TRUE(hides(*facts, "opt/app"));
  EXPECT_FALSE(hides(*facts, "opt/empty"));
  EXPECT_FALSE(hides(*facts, "etc/.wh.passwd"));
  EXPECT_THAT(facts->opaque, ElementsAre(hash_of_path("var")));
  EXPECT_THAT(facts->notes, IsEmpty());
}

TEST(Collector, HidesAreLeftOutForABaseLayer) {
  const auto facts =
      collect(TarWriter().file("a", "x").file(".wh.b", "").finish(), TarKind::Layer, Hides::Skip);
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->hides, IsEmpty());
  EXPECT_FALSE(facts->has_hides);
}

TEST(Collector, OfShadowOnlyTheNamesOfOpenAccountsAreKept) {
  const auto facts = collect(
      TarWriter()
          .file("etc/shadow", "root:$6$abc$secrethash:1:::\napp::1:::\nx:!:1\n:empty:\n", 0600)
          .finish());
  ASSERT_TRUE(facts);
  ASSERT_EQ(facts->kept.size(), 1U);
  EXPECT_EQ(facts->kept[0].content, "app\n");
  EXPECT_THAT(encode(*facts), Not(HasSubstr("secrethash")));
}

TEST(Collector, SmallFilesAreKeptUpToALimit) {
  const std::string large = "root:x:0:0\n" + std::string(kMaxKeptFile, 'x');
  const auto facts =
      collect(TarWriter().file("etc/passwd", large).file("etc/hosts", "1 a").finish());
  ASSERT_TRUE(facts);
  ASSERT_EQ(facts->kept.size(), 1U);
  EXPECT_EQ(facts->kept[0].content.size(), kMaxKeptFile);
}

TEST(Collector, PathsThatLeaveTheRootAreProblemsAndNothingElse) {
  const auto facts =
      collect(TarWriter()
                  .file("../etc/passwd", "root::0:0\n")
                  .file("lib/../lib/apk/db/installed", apk_database({{"evil", "1-r0"}}))
                  .file("a..b/c", "x")
                  .finish());
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->kept, IsEmpty());
  EXPECT_THAT(facts->files, IsEmpty());
  EXPECT_THAT(facts->problems, ElementsAre(HasSubstr("../etc/passwd"), HasSubstr("lib/../lib")));
}

TEST(Collector, CountsCachesByWhatLeftThem) {
  const auto facts = collect(TarWriter()
                                 .file("var/lib/apt/lists/a", std::string(600, 'x'))
                                 .file("var/lib/apt/lists/b", std::string(400, 'x'))
                                 .file("var/cache/apt/pkgcache.bin", std::string(10, 'x'))
                                 .file("var/lib/apt/lists/lock", "")
                                 .file("var/log/x", "xx")
                                 .finish());
  ASSERT_TRUE(facts);
  ASSERT_EQ(facts->caches.size(), 2U);
  EXPECT_EQ(facts->caches[0].what, "apt cache");
  EXPECT_EQ(facts->caches[1].what, "apt package lists");
  EXPECT_EQ(facts->caches[1].files, 2U);
  EXPECT_EQ(facts->caches[1].bytes, 1000U);
}

struct NoteCase {
  const char* name;
  std::string path;
  unsigned mode = 0644;
  std::string content = "x";
  std::vector<NoteKind> kinds;
};

class Notes : public ::testing::TestWithParam<NoteCase> {};

TEST_P(Notes, AreMadeForWhatIsUnusual) {
  const NoteCase& c = GetParam();
  TarWriter tar;
  if (c.path.ends_with('/')) {
    tar.add({.path = c.path, .type = '5', .mode = fmt::format("{:07o}", c.mode)});
  } else {
    tar.file(c.path, c.content, c.mode);
  }

  const auto facts = collect(tar.finish());

  ASSERT_TRUE(facts);
  std::vector<NoteKind> kinds;
  for (const FileNote& note : facts->notes) kinds.push_back(note.kind);
  EXPECT_EQ(kinds, c.kinds);
}

const std::string kKey = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + std::string(100, 'A');
INSTANTIATE_TEST_SUITE_P(
    Collector, Notes,
    ::testing::ValuesIn(std::vector<NoteCase>{
        {"Plain", "usr/bin/x", 0755, "x", {}},
        {"SetUid", "usr/bin/x", 04755, "x", {NoteKind::SetUid}},
        {"SetGid", "usr/bin/x", 02755, "x", {NoteKind::SetGid}},
        {"SetGidWithoutExecute", "usr/bin/x", 02644, "x", {}},
        {"SetGidFolder", "var/mail/", 02775, "", {}},
        {"OpenFile", "srv/x", 0666, "x", {NoteKind::WorldWritable}},
        {"OpenFolder", "srv/", 0777, "", {NoteKind::WorldWritable}},
        {"StickyFolder", "tmp/", 01777, "", {}},
        {"Key", "root/.ssh/id_rsa", 0600, kKey, {NoteKind::PrivateKey}},
        {"KeyOfAnotherName", "srv/server.pem", 0644, kKey, {NoteKind::PrivateKey}},
        {"PublicKey", "srv/id_rsa.pub", 0644, "ssh-rsa AAAA" + std::string(100, 'A'), {}},
        {"Certificate",
         "srv/a.pem",
         0644,
         "-----BEGIN CERTIFICATE-----\n" + std::string(100, 'A'),
         {}},
        {"AwsCredentials", "root/.aws/credentials", 0600, "x", {NoteKind::CredentialFile}},
        {"AwsConfig", "root/.aws/config", 0600, "x", {}},
        {"Kube", "root/.kube/config", 0600, "x", {NoteKind::CredentialFile}},
        {"Env", "app/.env", 0644, "x", {NoteKind::CredentialFile}},
        {"EnvOfADependency", "app/node_modules/x/.env", 0644, "x", {}},
        {"Sshd", "usr/sbin/sshd", 0755, "x", {NoteKind::SshServer}},
        {"SshdElsewhere", "opt/usr/sbin/sshd", 0755, "x", {}},
        {"Dockerfile", "app/Dockerfile", 0644, "x", {NoteKind::StrayFile}},
        {"DockerfileOfDocumentation", "usr/share/doc/x/Dockerfile", 0644, "x", {}},
        {"Git", "app/.git/HEAD", 0644, "x", {NoteKind::StrayFile}},
        {"GitElsewhere", "app/.git/config", 0644, "x", {}},
    }),
    test::case_name<NoteCase>);

TEST(Collector, ManyNotesAreCountedNotKept) {
  Collector collector(Hides::Skip);
  for (std::uint64_t i = 0; i < kMaxNotes + 5; ++i) {
    const std::string path = fmt::format("srv/{}", i);
    Node node;
    node.path = path;
    node.mode = 0666;
    EXPECT_EQ(collector.enter(node), Interest::None);
  }
  const LayerFacts facts = std::move(collector).finish();
  EXPECT_EQ(facts.notes.size(), kMaxNotes);
  EXPECT_THAT(facts.problems, ElementsAre(HasSubstr("5 more files")));
}

TEST(Collector, ManyProblemsAreBounded) {
  Collector collector(Hides::Skip);
  for (std::uint64_t i = 0; i < kMaxProblems * 2; ++i) collector.problem("x");
  EXPECT_EQ(std::move(collector).finish().problems.size(), kMaxProblems);
}

TEST(CollectTar, LastOfSeveralEntriesCounts) {
  const std::string old_database = apk_database({{"zlib", "1-r0"}});
  const std::string new_database = apk_database({{"zlib", "2-r0"}});
  const auto packages = [](const TarWriter& tar) { return packages_of(merged({tar.finish()})); };

  EXPECT_THAT(
      packages(TarWriter().file(kApkPath, old_database).file("./" + kApkPath, new_database)),
      ElementsAre("zlib 2-r0 @0"));
  EXPECT_THAT(packages(TarWriter().file(kApkPath, old_database).symlink(kApkPath, "/x")),
              IsEmpty());
  EXPECT_THAT(packages(TarWriter()
                           .file("store", old_database)
                           .hard_link(kApkPath, "store")
                           .file(kApkPath, new_database)),
              ElementsAre("zlib 2-r0 @0"));
  EXPECT_THAT(packages(TarWriter()
                           .file("store", new_database)
                           .file(kApkPath, old_database)
                           .hard_link(kApkPath, "store")),
              ElementsAre("zlib 2-r0 @0"));
}

TEST(CollectTar, EveryNameOfAHardLinkHasItsContent) {
  const auto facts = collect(TarWriter()
                                 .file("store/release", "ID=alpine\n")
                                 .hard_link("etc/os-release", "store/release")
                                 .hard_link("usr/lib/os-release", "./store/release")
                                 .finish());
  ASSERT_TRUE(facts);
  ASSERT_EQ(facts->kept.size(), 2U);
  EXPECT_EQ(facts->kept[0].content, "ID=alpine\n");
  EXPECT_EQ(facts->kept[1].content, "ID=alpine\n");
  EXPECT_THAT(facts->problems, IsEmpty());
}

TEST(CollectTar, AHardLinkToNothingIsAProblem) {
  const auto facts = collect(TarWriter().hard_link(kApkPath, "nowhere").finish());
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->problems, ElementsAre(HasSubstr("hard link to nowhere")));
}

TEST(CollectTar, AHardLinkToAHardLinkHasTheFilesContent) {
  const auto read = [](std::size_t links) {
    TarWriter tar;
    tar.file("store/0", apk_database({{"zlib", "1-r0"}}));
    for (std::size_t i = 1; i < links; ++i)
      tar.hard_link("store/" + std::to_string(i), "store/" + std::to_string(i - 1));
    return collect(tar.hard_link(kApkPath, "store/" + std::to_string(links - 1)).finish()).value();
  };
  for (const std::size_t links : {1U, 2U, 4U}) {
    const LayerFacts facts = read(links);
    EXPECT_THAT(facts.problems, IsEmpty()) << links;
    ASSERT_EQ(facts.files.size(), 1U) << links;
    EXPECT_EQ(facts.files.front().path, kApkPath);
  }
  EXPECT_THAT(read(5).problems, ElementsAre(HasSubstr("more than 4 hard links")));
}

TEST(CollectTar, HardLinksInACircleAreAProblem) {
  for (const char* target : {"a", kApkPath.c_str()}) {
    const auto facts =
        collect(TarWriter().hard_link("a", target).hard_link(kApkPath, "a").finish());
    ASSERT_TRUE(facts);
    EXPECT_THAT(facts->problems, ElementsAre(HasSubstr("hard links"))) << target;
  }
}

TEST(CollectTar, AHardLinkToASymbolicLinkIsThatLink) {
  const auto facts = merged({TarWriter()
                                 .file("usr/lib/os-release", "ID=alpine\n")
                                 .symlink("x", "/usr/lib/os-release")
                                 .hard_link("etc/os-release", "x")
                                 .finish()});
  EXPECT_THAT(facts.problems, IsEmpty());
  EXPECT_EQ(facts.kept.at("etc/os-release"), "ID=alpine\n");
}

TEST(CollectTar, OsReleaseIsReadWhereItsLinkLeads) {
  const auto facts = merged({TarWriter()
                                 .file("usr/lib/os.release.d/workstation", "ID=fedora\n")
                                 .symlink("etc/os-release", "../usr/lib/os-release")
                                 .symlink("usr/lib/os-release", "os.release.d/workstation")
                                 .finish()});
  EXPECT_EQ(facts.distribution.id, "fedora");
  const auto broken = merged({TarWriter().symlink("etc/os-release", "/nowhere").finish()});
  EXPECT_EQ(broken.distribution.id, "");
  EXPECT_THAT(broken.problems, IsEmpty());
}

TEST(CollectTar, ADatabaseBehindALinkIsReadWhereItLeadsInTheLayer) {
  const auto facts = merged({TarWriter()
                                 .symlink(kApkPath, "/data/db")
                                 .file("data/db", apk_database({{"zlib", "1-r0"}}))
                                 .finish()});
  EXPECT_THAT(packages_of(facts), ElementsAre("zlib 1-r0 @0"));
}

TEST(CollectTar, DatabasesInALinkedFolderElsewhereAreAProblem) {
  const auto problems = [](const std::string& path, const std::string& target) {
    return collect(TarWriter().symlink(path, target).finish())->problems;
  };
  EXPECT_THAT(problems("var/lib/dpkg", "/usr/share/db"), ElementsAre(HasSubstr("usr/share/db")));
  EXPECT_THAT(problems(kApkPath, "/data/db"), IsEmpty());
  EXPECT_THAT(problems("var/lib/rpm", "../../usr/lib/sysimage/rpm"), IsEmpty());
  EXPECT_THAT(problems("usr/share/doc/a/copyright", "../b/copyright"), IsEmpty());
  EXPECT_THAT(problems(kApkPath, "/dev/null"), IsEmpty());
}

TEST(CollectTar, MembersOfImageArchivesAreAProblemOfARootFileSystemOnly) {
  for (const char* member : {"manifest.json", "index.json", "oci-layout"}) {
    const std::string tar = TarWriter().file("etc/hosts", "x").file(member, "{}").finish();
    EXPECT_THAT(collect(tar, TarKind::RootFileSystem).value().problems,
                ElementsAre(HasSubstr(member)));
    EXPECT_THAT(collect(tar, TarKind::Layer).value().problems, IsEmpty());
  }
  const std::string deeper = TarWriter().file("srv/manifest.json", "{}").finish();
  EXPECT_THAT(collect(deeper, TarKind::RootFileSystem).value().problems, IsEmpty());
}

TEST(CollectTar, DamagedArchivesAreErrors) {
  const std::string tar = TarWriter().file(kApkPath, apk_database({{"a", "1-r0"}})).open_end();
  for (const std::size_t size : {std::size_t{100}, std::size_t{520}}) {
    const auto facts = collect(tar.substr(0, size));
    ASSERT_FALSE(facts) << size;
    EXPECT_EQ(facts.error().code, ErrorCode::InvalidInput);
  }
}

// ---- unpacked folders ----

class CollectFolder : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& content,
             std::filesystem::perms mode = {}) {
    const auto target = root_.path() / path;
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target, std::ios::binary) << content;
    if (mode != std::filesystem::perms{}) std::filesystem::permissions(target, mode);
  }
  LayerFacts facts(FolderKind kind = FolderKind::RootFileSystem) {
    return collect_folder(root_.path(), kind, Hides::Collect).value();
  }
  TempDir root_ = TempDir::create().value();
};

TEST_F(CollectFolder, GivesWhatTheSameTarGives) {
  write(kApkPath, apk_database({{"zlib", "1-r0"}}));
  write("etc/passwd", "root:x:0:0\n");
  write("usr/bin/tool", "x", std::filesystem::perms(04755));
  write("root/.ssh/id_rsa", kKey);
  const auto tar = collect(TarWriter()
                               .file(kApkPath, apk_database({{"zlib", "1-r0"}}))
                               .file("etc/passwd", "root:x:0:0\n")
                               .file("usr/bin/tool", "x", 04755)
                               .file("root/.ssh/id_rsa", kKey)
                               .finish());
  const LayerFacts folder = facts();
  ASSERT_EQ(folder.files.size(), 1U);
  EXPECT_EQ(folder.files[0].catalog, tar->files[0].catalog);
  ASSERT_EQ(folder.kept.size(), 1U);
  EXPECT_EQ(folder.kept[0].content, tar->kept[0].content);
  EXPECT_EQ(folder.notes.size(), tar->notes.size());
  EXPECT_EQ(folder.bytes, tar->bytes);
}

TEST_F(CollectFolder, LeavesOutPseudoFileSystemsAndOtherContainers) {
  for (const char* path :
       {"proc/1/x", "sys/x", "dev/x", "run/x", "tmp/x", "var/tmp/x",
        "var/lib/docker/overlay2/a/diff/srv/x", "var/lib/containerd/x", "var/lib/containers/x",
        "home/dev/.local/share/docker/x", "root/.local/share/containers/storage/x"}) {
    write(path, "x", std::filesystem::perms(0666));
  }
  write("srv/x", "x", std::filesystem::perms(0666));
  const LayerFacts found = facts();
  ASSERT_EQ(found.notes.size(), 1U);
  EXPECT_EQ(found.notes[0].path, "srv/x");
}

TEST_F(CollectFolder, DoesNotFollowLinksOutOfTheRoot) {
  const TempDir outside = TempDir::create().value();
  std::filesystem::create_directories(outside.path() / "db");
  std::ofstream(outside.path() / "db/installed") << apk_database({{"outside", "1-r0"}});
  std::filesystem::create_directories(root_.path() / "lib/apk");
  std::filesystem::create_directory_symlink(outside.path() / "db", root_.path() / "lib/apk/db");
  EXPECT_THAT(facts().files, IsEmpty());
}

TEST_F(CollectFolder, WhiteoutDevicesHideInAnOverlayLayerOnly) {
  if (::geteuid() != 0) GTEST_SKIP() << "making device nodes needs root";
  write("etc/x", "x");
  const std::string device = root_.path() / "etc/passwd";
  if (::mknod(device.c_str(), S_IFCHR, 0) != 0) GTEST_SKIP() << "no device nodes here";
  EXPECT_TRUE(hides(facts(FolderKind::OverlayLayer), "etc/passwd"));
  EXPECT_TRUE(hides(facts(), "etc/passwd"));  // as any file does
}

TEST_F(CollectFolder, UnreadablePartsAreProblems) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  write("srv/secret/x", "x");
  std::filesystem::permissions(root_.path() / "srv/secret", std::filesystem::perms::none);
  EXPECT_THAT(facts().problems, Contains(HasSubstr("srv/secret")));
  std::filesystem::permissions(root_.path() / "srv/secret", std::filesystem::perms::owner_all);
}

TEST(CollectFolderErrors, MissingFolder) {
  const auto facts = collect_folder("/no/such/folder", FolderKind::RootFileSystem, Hides::Skip);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace corten::scan
