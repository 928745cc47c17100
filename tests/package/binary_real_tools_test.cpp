// Programs that the Go and Rust toolchains build here, for the systems they can build for. The
// oracle is `go version -m`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "package/binary.h"
#include "package/go_buildinfo.h"
#include "package/go_packages.h"

namespace corten::package {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr SubprocessLimits kBuildLimits{.timeout = std::chrono::minutes(4)};

constexpr std::string_view kGoMod =
    "module example.org/app\n\ngo 1.17\n\n"
    "require (\n"
    "\tgithub.com/gogo/protobuf v1.3.1\n"
    "\tgithub.com/pkg/errors v0.9.1\n"
    "\tgolang.org/x/text v0.3.5\n"
    ")\n\n"
    "replace github.com/pkg/errors => github.com/pkg/errors v0.8.1\n";

constexpr std::string_view kGoMain =
    "package main\n\n"
    "import (\n"
    "\t\"github.com/gogo/protobuf/proto\"\n"
    "\t\"github.com/pkg/errors\"\n"
    "\t\"golang.org/x/text/language\"\n"
    ")\n\n"
    "var version = \"dev\"\n\n"
    "func main() {\n"
    "\tprintln(version, language.English.String(), proto.MarshalTextString(nil), "
    "errors.New(\"x\").Error())\n"
    "}\n";

void write(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

// Empty when the command succeeded, else why not.
std::string try_run(const std::vector<std::string>& argv) {
  const auto output = run_subprocess(argv, {}, kBuildLimits);
  if (!output) return describe(output.error());
  return output->status == 0 ? std::string() : output->err;
}

std::vector<std::string> rows_of(const Catalog& catalog) {
  std::vector<std::string> rows;
  for (const Package& package : catalog.packages)
    rows.push_back(package.name + "@" + package.version);
  return rows;
}

// What `go version -m` says about the dependencies of a program: the new name where one is
// replaced.
std::vector<std::string> rows_by_go(const fs::path& program) {
  const auto output = run_subprocess({"go", "version", "-m", program.string()});
  if (!output || output->status != 0) return {"go version -m failed"};
  std::vector<std::string> rows;
  std::string_view lines = output->out;
  while (const auto line = next_line(lines)) {
    const std::vector<std::string_view> parts = split(*line, '\t');
    if (parts.size() < 4) continue;
    if (parts[1] == "=>") rows.pop_back();
    if (parts[1] == "dep" || parts[1] == "=>") {
      rows.push_back(std::string(parts[2]) + "@" + std::string(parts[3]));
    }
  }
  return rows;
}

// A Go module in a folder of its own, built by `settings` of the environment and flags.
class BinaryRealTools : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!try_run({"go", "version"}).empty()) GTEST_SKIP() << "go is not installed";
    auto folder = TempDir::create();
    ASSERT_TRUE(folder);
    folder_.emplace(*std::move(folder));
    write(folder_->path() / "go.mod", kGoMod);
    write(folder_->path() / "main.go", kGoMain);
    const std::string error =
        try_run({"env", "GOTOOLCHAIN=local", "GOFLAGS=-mod=mod", "go", "-C",
                 folder_->path().string(), "mod", "download", "github.com/gogo/protobuf",
                 "github.com/pkg/errors", "golang.org/x/text"});
    if (!error.empty()) GTEST_SKIP() << "the modules cannot be fetched: " << error;
  }

  // The program's content; empty when it cannot be built, which `error` explains.
  std::string build(std::vector<std::string> settings, const std::vector<std::string>& flags,
                    std::string& error) {
    const fs::path program = folder_->path() / "app";
    std::vector<std::string> argv = {"env", "CGO_ENABLED=0", "GOFLAGS=-mod=mod"};
    std::ranges::move(settings, std::back_inserter(argv));
    for (const char* word : {"go", "build", "-o"}) argv.push_back(word);
    argv.push_back(program.string());
    argv.insert(argv.end(), flags.begin(), flags.end());
    argv.insert(argv.begin(), {"env", "-C", folder_->path().string()});
    error = try_run(argv);
    if (!error.empty()) return {};
    auto content = read_file(program);
    return content ? *std::move(content) : std::string();
  }

  std::vector<std::string> dependencies_by_go() { return rows_by_go(folder_->path() / "app"); }

  std::optional<TempDir> folder_;
};

std::vector<std::string> dependencies_of(const Catalog& catalog) {
  std::vector<std::string> rows;
  for (const Package& package : catalog.packages) {
    if (!package.main_module && package.name != "stdlib")
      rows.push_back(package.name + "@" + package.version);
  }
  return rows;
}

Catalog streamed(std::string_view content) {
  constexpr std::size_t kChunk = 65'536;
  GoBuildInfoFinder finder("app");
  for (std::size_t at = 0; at < content.size(); at += kChunk)
    finder.feed(as_bytes(content.substr(at, kChunk)));
  return finder.finish().value_or(Catalog{});
}

TEST_F(BinaryRealTools, GoProgramsOfManySystemsAgreeWithGo) {
  struct Target {
    const char* system;
    const char* processor;
    std::vector<std::string> flags;
    const char* main_version;
  };
  const std::string linked = "-ldflags=-s -w -X main.version=1.4.2";
  for (const Target& target : std::vector<Target>{
           {"linux", "amd64", {"-ldflags=-X main.version=1.4.2"}, "v1.4.2"},
           {"linux", "amd64", {linked}, "v1.4.2"},
           {"linux", "amd64", {linked, "-trimpath"}, ""},  // hides the linker flags
           {"linux", "386", {linked}, "v1.4.2"},
           {"linux", "s390x", {linked}, "v1.4.2"},
           {"windows", "amd64", {linked}, "v1.4.2"},
           {"darwin", "arm64", {linked}, "v1.4.2"},
       }) {
    SCOPED_TRACE(std::string(target.system) + "/" + target.processor + " " + target.flags.back());
    std::string error;
    const std::string content = build({"GOTOOLCHAIN=local", std::string("GOOS=") + target.system,
                                       std::string("GOARCH=") + target.processor},
                                      target.flags, error);
    ASSERT_TRUE(error.empty()) << error;
    ASSERT_TRUE(looks_like_binary(as_bytes(content)));

    const auto catalog = read_binary("app", as_bytes(content));

    ASSERT_TRUE(catalog) << describe(catalog.error());
    EXPECT_THAT(catalog->problems, IsEmpty());
    ASSERT_GE(catalog->packages.size(), 2u);
    EXPECT_EQ(rows_of(*catalog)[0], std::string("example.org/app@") + target.main_version);
    EXPECT_THAT(dependencies_of(*catalog), UnorderedElementsAreArray(dependencies_by_go()));
    EXPECT_THAT(dependencies_of(*catalog), Contains("github.com/pkg/errors@v0.8.1"));
    EXPECT_EQ(streamed(content), *catalog);
  }
}

// The oracle is the compiler's list of packages. Of the packages of the standard library some are
// in a program only by name.
TEST_F(BinaryRealTools, LinkedPackagesAreAmongThoseThatGoCompiles) {
  std::string error;
  const std::string content = build({"GOTOOLCHAIN=local"}, {"-ldflags=-s -w"}, error);
  ASSERT_TRUE(error.empty()) << error;
  const auto listed =
      run_subprocess({"env", "-C", folder_->path().string(), "CGO_ENABLED=0", "GOTOOLCHAIN=local",
                      "GOFLAGS=-mod=mod", "go", "list", "-deps", "."});
  ASSERT_TRUE(listed);
  const std::vector<std::string_view> lines = split(listed->out, '\n');
  const std::set<std::string_view> compiled(lines.begin(), lines.end());

  const auto packages = linked_go_packages(as_bytes(content));

  ASSERT_TRUE(packages);
  EXPECT_THAT(*packages, Contains("golang.org/x/text/language"));
  EXPECT_THAT(*packages, Contains("github.com/pkg/errors"));
  EXPECT_THAT(*packages, Contains("github.com/gogo/protobuf/proto"));
  EXPECT_THAT(*packages, Contains("main"));
  for (const std::string& package : *packages) {
    const bool standard = package.substr(0, package.find('/')).find('.') == std::string::npos;
    EXPECT_TRUE(standard || compiled.contains(package)) << package;
  }
}

// Go 1.17 is used when it is in the module cache already; it is too large to be fetched for a test.
TEST_F(BinaryRealTools, GoProgramsWithPointersAgreeWithGo) {
  struct Target {
    const char* system;
    const char* processor;
    std::vector<std::string> flags;
  };
  for (const Target& target : std::vector<Target>{{"linux", "amd64", {}},
                                                  {"linux", "amd64", {"-buildmode=pie"}},
                                                  {"linux", "386", {}},
                                                  {"linux", "s390x", {}},
                                                  {"windows", "amd64", {}},
                                                  {"darwin", "amd64", {}}}) {
    SCOPED_TRACE(std::string(target.system) + "/" + target.processor);
    std::string error;
    const std::string content =
        build({"GOENV=off", "GOPROXY=off", "GOTOOLCHAIN=go1.17.13",
               std::string("GOOS=") + target.system, std::string("GOARCH=") + target.processor},
              target.flags, error);
    if (!error.empty()) GTEST_SKIP() << "no Go 1.17: " << error;

    const auto catalog = read_binary("app", as_bytes(content));

    ASSERT_TRUE(catalog) << describe(catalog.error());
    EXPECT_THAT(catalog->problems, IsEmpty());
    EXPECT_THAT(rows_of(*catalog), Contains("stdlib@v1.17.13"));
    EXPECT_THAT(dependencies_of(*catalog), UnorderedElementsAreArray(dependencies_by_go()));
    GoBuildInfoFinder finder("app");
    finder.feed(as_bytes(content));
    EXPECT_TRUE(finder.needs_random_access());
  }
}

TEST(BinaryRealRust, AuditableProgramGivesItsCrates) {
  if (!try_run({"cargo", "auditable", "--version"}).empty())
    GTEST_SKIP() << "cargo-auditable is not installed";
  const auto folder = TempDir::create();
  ASSERT_TRUE(folder);
  write(folder->path() / "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.3.1\"\nedition = \"2021\"\n\n"
        "[dependencies]\nitoa = \"=1.0.1\"\n\n[build-dependencies]\nautocfg = \"=1.1.0\"\n");
  write(folder->path() / "build.rs", "fn main() {}\n");
  write(folder->path() / "src/main.rs",
        "fn main() { println!(\"{}\", itoa::Buffer::new().format(1)); }\n");
  const std::string error =
      try_run({"env", "-C", folder->path().string(), "CARGO_TARGET_DIR=target", "cargo",
               "auditable", "build", "--release"});
  if (!error.empty()) GTEST_SKIP() << "the crates cannot be built: " << error;
  const auto content = read_file(folder->path() / "target/release/app");
  ASSERT_TRUE(content);

  const auto catalog = read_binary("app", as_bytes(*content));

  ASSERT_TRUE(catalog) << describe(catalog.error());
  EXPECT_THAT(rows_of(*catalog), UnorderedElementsAreArray({"app@0.3.1", "itoa@1.0.1"}));
}

}  // namespace
}  // namespace corten::package
