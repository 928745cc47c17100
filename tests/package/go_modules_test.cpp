#include "package/go_modules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

namespace corten::package {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct VersionCase {
  const char* text;
  const char* version;
  const char* note;
};

TEST(StandardLibraryVersion, FollowsTheToolchain) {
  for (const VersionCase& c : std::vector<VersionCase>{
           {"go1.22.3", "v1.22.3", ""},
           {"go1.20", "v1.20.0", ""},
           {"go1", "v1.0.0", ""},
           {"go1.23rc1", "v1.23.0-rc.1", ""},
           {"go1.23rc12", "v1.23.0-rc.12", ""},
           {"go1.18beta2", "v1.18.0-beta.2", ""},
           {"go1.9.2rc2", "v1.9.2-rc.2", ""},
           {"go1.22.3 X:nocoverageredesign", "v1.22.3", "built by go1.22.3 X:nocoverageredesign"},
           {"go1.21.13 (Red Hat 1.21.13-3.el9_4)", "v1.21.13",
            "built by go1.21.13 (Red Hat 1.21.13-3.el9_4)"},
           {"go1.18.10b7", "v1.18.10", "built by go1.18.10b7"},
           {"go1.24.4-microsoft", "v1.24.4", "built by go1.24.4-microsoft"},
           {"devel go1.24-abc Tue Nov 5", "", "built by devel go1.24-abc Tue Nov 5"},
           {"go1.26-devel_0123abc", "", "built by go1.26-devel_0123abc"},
           {"go1.25-20250209-RC00 cl/1 X:fieldtrack", "",
            "built by go1.25-20250209-RC00 cl/1 X:fieldtrack"},
           {"devel +0123abc", "", "built by devel +0123abc"},
           {"unknown", "", "built by unknown"},
           {"go", "", "built by go"},
           {"go1.23rc", "", "built by go1.23rc"},
       }) {
    EXPECT_EQ(standard_library_version(c.text), (NotedVersion{c.version, c.note})) << c.text;
  }
}

TEST(PseudoVersion, IsRecognised) {
  for (const char* text :
       {"v0.0.0-20240102030405-0123456789ab", "v1.2.4-0.20240102030405-0123456789ab",
        "v1.3.0-rc.1.0.20240102030405-0123456789ab",
        "v2.0.0-20240102030405-0123456789ab+incompatible"}) {
    EXPECT_TRUE(is_pseudo_version(text)) << text;
  }
  for (const char* text : {"", "v1.2.3", "v1.2.3-rc.1", "v1.2.3-20240102030405", "(devel)",
                           "v0.0.0-20240102030405-0123456789AB", "20240102030405-0123456789ab",
                           "v0.0.0-2024010203040x-0123456789ab"}) {
    EXPECT_FALSE(is_pseudo_version(text)) << text;
  }
}

TEST(LinkerFlags, GiveTheVersionOfTheProgram) {
  for (const VersionCase& c : std::vector<VersionCase>{
           {"-s -w -X main.version=1.4.2", "v1.4.2", "version from the linker flag main.version"},
           {"-X=main.Version=v1.4.2", "v1.4.2", "version from the linker flag main.Version"},
           {"--X main.version=1.4", "v1.4.0", "version from the linker flag main.version"},
           {"-X 'main.version=2.0.0-rc.1'", "v2.0.0-rc.1",
            "version from the linker flag main.version"},
           {"-X \"example.org/app/cmd.gitVersion=v3.1.0+k3s1\"", "v3.1.0+k3s1",
            "version from the linker flag example.org/app/cmd.gitVersion"},
           {"-X github.com/prometheus/common/version.Version=2.45.0", "v2.45.0",
            "version from the linker flag github.com/prometheus/common/version.Version"},
           // The program's own package wins over a library's, whatever comes first.
           {"-X k8s.io/component-base/version.gitVersion=v1.29.0 -X main.version=0.9.1", "v0.9.1",
            "version from the linker flag main.version"},
           {"-X example.org/app.kubectlVersion=1.29.0 -X example.org/app.Version=0.9.1", "v0.9.1",
            "version from the linker flag example.org/app.Version"},
           {"-X main.version=v1.4.2-14-g0123abc", "v1.4.2",
            "version from the linker flag main.version; 14 commits after the tag"},
           {"-X main.version=v1.4.2-dirty", "v1.4.2",
            "version from the linker flag main.version; built with local changes"},
           {"-X main.version=v1.4.2-rc1-3-gabcdef0-dirty", "v1.4.2-rc1",
            "version from the linker flag main.version; built with local changes; 3 commits after "
            "the tag"},
           {"-X main.version=dev", "", ""},
           {"-X main.version=", "", ""},
           {"-X main.version=0.0.0-dev", "", ""},
           {"-X main.version=v0.0.0-20240102030405-0123456789ab", "", ""},
           {"-X main.version=v0.1.0-0.20240102030405-0123456789ab", "", ""},
           {"-X main.version=20240102", "", ""},
           {"-X main.goVersion=1.22.3", "", ""},
           {"-X main.commit=1.22.3", "", ""},
           {"-X example.org/library.protoVersion=1.22.3", "", ""},
           {"-X example.org/application.protoVersion=1.22.3", "", ""},
           {"-X main.version=1.2.3.4.5", "", ""},
           {"-X", "", ""},
           {"-X 'main.version=1.2.3", "v1.2.3", "version from the linker flag main.version"},
           {"-X version=1.2.3", "", ""},
           {"", "", ""},
       }) {
    EXPECT_EQ(version_from_ldflags(c.text, "example.org/app"), (NotedVersion{c.version, c.note}))
        << c.text;
  }
}

// Name, version, note of a package.
using Row = std::tuple<std::string, std::string, std::string>;

std::vector<Row> rows_of(const Catalog& catalog) {
  std::vector<Row> rows;
  for (const Package& package : catalog.packages) {
    EXPECT_EQ(package.type, Type::Go);
    EXPECT_EQ(package.evidence, Evidence::Installed);
    EXPECT_EQ(package.path, "bin/app");
    rows.emplace_back(package.name, package.version, package.note);
  }
  return rows;
}

Catalog read(std::string module_text) {
  return read_go_modules("bin/app",
                         {.go_version = "go1.22.3", .module_text = std::move(module_text)});
}

const Row kStdlib{"stdlib", "v1.22.3", ""};

TEST(GoModules, DependenciesAndReplacementsBecomePackages) {
  const Catalog catalog = read(
      "path\texample.org/app/cmd\n"
      "mod\texample.org/app\tv1.2.3\th1:a=\n"
      "dep\tgolang.org/x/text\tv0.3.5\th1:b=\n"
      "dep\tgithub.com/docker/docker\tv20.10.7+incompatible\th1:c=\n"
      "dep\tgithub.com/old/name\tv1.0.0\n"
      "=>\tgithub.com/new/name/v2\tv2.1.0\th1:d=\n"
      "dep\tgithub.com/own/part\tv0.1.0\n"
      "=>\t./part\t(devel)\t\n"
      "dep\tgithub.com/own/other\tv0.2.0\n"
      "=>\t../other\t\t\n"
      "dep\texample.org/member\t(devel)\t\n"
      "dep\tgolang.org/x/net\tv0.0.0-20210226172049-e18ecbb05110\th1:e=\n"
      "build\t-compiler=gc\n");

  EXPECT_THAT(catalog.problems, IsEmpty());
  EXPECT_THAT(
      rows_of(catalog),
      ElementsAre(Row{"example.org/app", "v1.2.3", ""}, kStdlib,
                  Row{"golang.org/x/text", "v0.3.5", ""},
                  Row{"github.com/docker/docker", "v20.10.7+incompatible", ""},
                  Row{"github.com/new/name/v2", "v2.1.0", "replaces github.com/old/name v1.0.0"},
                  Row{"github.com/own/part", "", "v0.1.0 is replaced by the folder ./part"},
                  Row{"github.com/own/other", "", "v0.2.0 is replaced by the folder ../other"},
                  Row{"example.org/member", "", "built from a folder"},
                  Row{"golang.org/x/net", "v0.0.0-20210226172049-e18ecbb05110", ""}));
  EXPECT_TRUE(catalog.packages[0].main_module);
  EXPECT_FALSE(catalog.packages[1].main_module);
  EXPECT_FALSE(catalog.packages[2].main_module);
}

struct MainCase {
  const char* name;
  const char* text;
  std::vector<Row> expected;
};

TEST(GoModules, MainModuleVersionIsATagOrTheLinkersOrUnknown) {
  for (
      const MainCase& c : std::vector<MainCase>{
          {"Tag", "mod\texample.org/app\tv1.2.3\t\n", {{"example.org/app", "v1.2.3", ""}, kStdlib}},
          {"DirtyTag",
           "mod\texample.org/app\tv1.2.3+dirty\t\n",
           {{"example.org/app", "v1.2.3", "built with local changes"}, kStdlib}},
          {"DirtyIncompatibleTag",
           "mod\texample.org/app\tv3.2.3+incompatible.dirty\t\n",
           {{"example.org/app", "v3.2.3+incompatible", "built with local changes"}, kStdlib}},
          {"TagBeforeFlags",
           "mod\texample.org/app\tv1.2.3\t\nbuild\t-ldflags=\"-X main.version=9.9.9\"\n",
           {{"example.org/app", "v1.2.3", ""}, kStdlib}},
          {"Flags",
           "mod\texample.org/app\t(devel)\t\nbuild\t-ldflags=\"-s -X "
           "\\\"main.version=1.4.2\\\"\"\n",
           {{"example.org/app", "v1.4.2", "version from the linker flag main.version"}, kStdlib}},
          {"BacktickFlags",
           "mod\texample.org/app\t(devel)\t\nbuild\t-ldflags=`-X \"main.version=1.4.2\"`\n",
           {{"example.org/app", "v1.4.2", "version from the linker flag main.version"}, kStdlib}},
          {"UnquotedFlags",
           "mod\texample.org/app\t(devel)\t\nbuild\t-ldflags=-X=main.version=1.4.2\n",
           {{"example.org/app", "v1.4.2", "version from the linker flag main.version"}, kStdlib}},
          {"Unknown", "mod\texample.org/app\t(devel)\t\n", {{"example.org/app", "", ""}, kStdlib}},
          {"CommitOnly",
           "mod\texample.org/app\t(devel)\t\nbuild\tvcs.revision=0123abcd\n",
           {{"example.org/app", "", "commit 0123abcd"}, kStdlib}},
          {"PseudoVersion",
           "mod\texample.org/app\tv0.0.0-20240102030405-0123456789ab+dirty\t\n",
           {{"example.org/app", "",
             "built with local changes; built from the commit of "
             "v0.0.0-20240102030405-0123456789ab"},
            kStdlib}},
          {"PseudoVersionWithFlags",
           "mod\texample.org/app\tv0.0.0-20240102030405-0123456789ab\t\n"
           "build\t-ldflags=\"-X example.org/app/version.Version=1.15.2\"\n",
           {{"example.org/app", "v1.15.2",
             "built from the commit of v0.0.0-20240102030405-0123456789ab; version from the linker "
             "flag example.org/app/version.Version"},
            kStdlib}},
          {"NoModule",
           "path\tgithub.com/docker/docker/cmd/dockerd\nbuild\t-compiler=gc\n",
           {{"github.com/docker/docker", "",
             "built outside module mode as github.com/docker/docker/cmd/dockerd"},
            kStdlib}},
          {"NoModuleButFlags",
           "path\tgithub.com/docker/cli/cmd/docker\n"
           "build\t-ldflags=\"-X github.com/docker/cli/cli/version.Version=28.2.2\"\n",
           {{"github.com/docker/cli", "v28.2.2",
             "version from the linker flag github.com/docker/cli/cli/version.Version; "
             "built outside module mode as github.com/docker/cli/cmd/docker"},
            kStdlib}},
          {"NoModuleOnAnotherHost",
           "path\tk8s.io/kubernetes/cmd/kubelet\n",
           {{"k8s.io/kubernetes", "", "built outside module mode as k8s.io/kubernetes/cmd/kubelet"},
            kStdlib}},
          {"NoModuleShortPath",
           "path\tgithub.com/app\n",
           {{"github.com/app", "", "built outside module mode as github.com/app"}, kStdlib}},
          {"SingleFile", "path\tcommand-line-arguments\n", {kStdlib}},
          {"Nothing", "", {kStdlib}},
      }) {
    const Catalog catalog = read(c.text);
    EXPECT_EQ(rows_of(catalog), c.expected) << c.name;
    EXPECT_THAT(catalog.problems, IsEmpty()) << c.name;
  }
}

TEST(GoModules, UnreadableLinesAreOneProblem) {
  const Catalog catalog =
      read("=>\texample.org/x\tv1\nrubbish\ndep\t\tv1\ndep\texample.org/y\tv1.0.0\n");

  EXPECT_THAT(rows_of(catalog), ElementsAre(kStdlib, Row{"example.org/y", "v1.0.0", ""}));
  EXPECT_THAT(catalog.problems,
              ElementsAre("bin/app: 3 lines of the Go module list cannot be read"));
}

TEST(GoModules, EndlessListsAreCutWithAProblem) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxGoModules; ++i) text += "dep\tx\tv1.0.0\n";

  const Catalog catalog = read(text);

  EXPECT_EQ(catalog.packages.size(), kMaxGoModules + 1);  // and stdlib
  EXPECT_THAT(catalog.problems, ElementsAre("bin/app: only the first 20000 Go modules were read"));
}

}  // namespace
}  // namespace corten::package
