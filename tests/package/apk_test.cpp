#include "package/internal/apk.h"

#include <gmock/gmock.h>

#include "base/subprocess.h"
#include "package/support.h"

namespace corten::package {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kPath = "lib/apk/db/installed";

TEST(ApkInstalled, GivesAllFieldsAndFilesOfAPackage) {
  const Catalog catalog = readable_catalog(kPath,
                                           "C:Q1EgTVKKsOpHAzjIZ/WGq6Ey9cX/g=\n"
                                           "P:libcrypto3\n"
                                           "V:3.1.7-r0\n"
                                           "A:x86_64\n"
                                           "L:Apache-2.0\n"
                                           "o:openssl\n"
                                           "m:A Maintainer <a@example.org>\n"
                                           "c:0123456789\n"
                                           "F:lib\n"
                                           "R:libcrypto.so.3\n"
                                           "a:0:0:755\n"
                                           "F:usr\n"
                                           "F:usr/lib\n"
                                           "R:libcrypto.so.3\n"
                                           "\n");

  ASSERT_EQ(catalog.packages.size(), 1U);
  Package expected;
  expected.type = Type::Apk;
  expected.name = "libcrypto3";
  expected.version = "3.1.7-r0";
  expected.arch = "x86_64";
  expected.source_name = "openssl";
  expected.maintainer = "A Maintainer <a@example.org>";
  expected.licenses = {"Apache-2.0"};
  expected.path = kPath;
  EXPECT_EQ(catalog.packages[0], expected);
  EXPECT_EQ(catalog.owned, std::vector<OwnedFiles>({{"libcrypto3",
                                                     {path_hash("usr/lib/libcrypto.so.3"),
                                                      path_hash("usr/lib/libcrypto.so.3")}}}));
  EXPECT_THAT(catalog.problems, IsEmpty());
}

TEST(ApkInstalled, SkipsVirtualPackages) {
  const Catalog catalog =
      readable_catalog(kPath, "P:.build-deps\nV:20240101.000000\nD:gcc\n\nP:gcc\nV:13-r0\n\n");
  EXPECT_EQ(names_and_versions(catalog), "gcc 13-r0\n");
}

TEST(ApkInstalled, AcceptsCrLfAndNoFinalNewline) {
  const Catalog catalog = readable_catalog(kPath, "P:a\r\nV:1\r\n\r\nP:b\r\nV:2");
  EXPECT_EQ(names_and_versions(catalog), "a 1\nb 2\n");
}

TEST(ApkInstalled, SeparatesTheFilesOfPackages) {
  const Catalog catalog =
      readable_catalog(kPath, "P:a\nV:1\nF:etc\nR:a\n\nP:b\nV:1\nR:b\n\nP:c\nV:1\nF:\nR:c\n");
  EXPECT_EQ(catalog.owned,
            std::vector<OwnedFiles>(
                {{"a", {path_hash("etc/a")}}, {"b", {path_hash("b")}}, {"c", {path_hash("c")}}}));
}

TEST(ApkInstalled, ReportsWhatItCannotRead) {
  const Catalog catalog = readable_catalog(kPath, "V:1\n\nP:a\n\nhello\nP:b\nV:2\n");
  EXPECT_EQ(names_and_versions(catalog), "b 2\n");
  EXPECT_THAT(catalog.problems,
              ElementsAre("lib/apk/db/installed: 2 entries without a usable name or version",
                          "lib/apk/db/installed: 1 lines that are no field"));
}

TEST(ApkInstalled, RefusesTheBinaryForm) {
  const auto catalog = catalog_of(kPath, std::string_view("ADB.\1\0\0\0", 8));
  ASSERT_FALSE(catalog.has_value());
  EXPECT_EQ(catalog.error().code, ErrorCode::Unsupported);
}

TEST(ApkInstalled, KeepsItsLimits) {
  std::string many_packages;
  for (std::size_t i = 0; i <= kMaxApkPackages; ++i) many_packages += "P:a\n\n";
  std::string many_files = "P:a\nV:1\n";
  for (std::size_t i = 0; i <= kMaxApkFiles; ++i) many_files += "R:\n";
  const std::string long_name = "P:" + std::string(kMaxApkFieldBytes + 1, 'a') + "\n";
  const std::string long_path = "F:" + std::string(kMaxApkFieldBytes + 1, 'a') + "\nR:a\n";
  for (const std::string& text : {many_packages, many_files, long_name, long_path}) {
    const auto catalog = catalog_of(kPath, text);
    ASSERT_FALSE(catalog.has_value()) << text.substr(0, 20);
    EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
  }
}

// The content of one file of a root file system archive, read by tar.
std::string file_of_archive(const std::string& archive, const std::string& path) {
  const auto tar = run_subprocess({"tar", "-xzO", "-f", archive, path});
  EXPECT_TRUE(tar.has_value() && tar->status == 0) << archive;
  return tar ? tar->out : std::string();
}

// What awk makes of the same file: "name version" a line, and "folder/file" a line.
std::string awk(const std::string& program, const std::string& input) {
  const auto run = run_subprocess({"awk", program}, input);
  EXPECT_TRUE(run.has_value() && run->status == 0);
  return run ? run->out : std::string();
}

class AlpineRootFileSystem : public testing::TestWithParam<const char*> {};

TEST_P(AlpineRootFileSystem, HasThePackagesAndFilesThatAwkSees) {
  const auto archive = shared("images") / GetParam();
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no shared test data";
  const std::string content = file_of_archive(archive, "./lib/apk/db/installed");
  const std::string names =
      awk("/^P:/{p=substr($0,3)} /^V:/{v=substr($0,3)} /^$/{print p \" \" v}", content);
  std::string files = awk("/^F:/{f=substr($0,3)} /^R:/{print f \"/\" substr($0,3)}", content);

  const Catalog catalog = readable_catalog(kPath, content);

  EXPECT_EQ(names_and_versions(catalog), names);
  EXPECT_GE(catalog.packages.size(), 13U);
  EXPECT_THAT(catalog.problems, IsEmpty());
  const OwnerIndex index(catalog.owned);
  EXPECT_EQ(index.owner_of("bin/busybox"), "busybox");
  EXPECT_EQ(index.owner_of("lib/libc.musl-x86_64.so.1"), "musl");
  std::size_t count = 0;
  std::string_view rest = files;
  while (!rest.empty()) {
    const std::string_view file = rest.substr(0, rest.find('\n'));
    EXPECT_TRUE(index.owner_of(file).has_value()) << file;
    rest.remove_prefix(file.size() + 1);
    ++count;
  }
  EXPECT_GE(count, 50U);
}

INSTANTIATE_TEST_SUITE_P(Apk, AlpineRootFileSystem,
                         testing::Values("alpine-minirootfs-3.8.5-x86_64.tar.gz",
                                         "alpine-minirootfs-3.18.9-x86_64.tar.gz"),
                         [](const auto& instance) {
                           return "Image" + std::to_string(instance.index);
                         });

}  // namespace
}  // namespace corten::package
