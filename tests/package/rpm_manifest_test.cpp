#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "package/rpm.h"

namespace corten::package {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kPath = "var/lib/rpmmanifest/container-manifest-2";

Result<Catalog> read(std::string_view content) {
  return read_rpm_manifest(kPath, as_bytes(content));
}

TEST(RpmManifest, GivesAPackagePerLine) {
  const auto found = read(
      "mariner-release\t2.0-12.cm2\t1653816591\t1653628933\tMicrosoft Corporation\t(none)\t2374"
      "\tnoarch\t0\tmariner-release-2.0-12.cm2.src.rpm\n"
      "openssl-libs\t1.1.1k-15.cm2\t1653816592\t1653628934\tMicrosoft Corporation\t3\t6226"
      "\tx86_64\t3\topenssl-1.1.1k-15.cm2.src.rpm\r\n"
      "gpg-pubkey\t3135ce90-5e6fda74\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)\n");

  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_THAT(found->problems, IsEmpty());
  Package release;
  release.type = Type::Rpm;
  release.name = "mariner-release";
  release.version = "2.0-12.cm2";
  release.arch = "noarch";
  release.maintainer = "Microsoft Corporation";
  release.path = kPath;
  Package openssl = release;
  openssl.name = "openssl-libs";
  openssl.version = "3:1.1.1k-15.cm2";
  openssl.arch = "x86_64";
  openssl.source_name = "openssl";
  EXPECT_THAT(found->packages, ElementsAre(release, openssl));
}

TEST(RpmManifest, IsEmptyWithoutLines) {
  const auto found = read("\n");

  ASSERT_TRUE(found);
  EXPECT_THAT(found->packages, IsEmpty());
}

TEST(RpmManifest, NamesLinesThatItCannotRead) {
  const auto found = read(
      "a\t1-1\t0\t0\tv\t(none)\t0\tnoarch\t0\ta-1-1.src.rpm\n"
      "b\t1-1\n"
      "c\t1-1\t0\t0\tv\tseven\t0\tnoarch\t0\tc-1-1.src.rpm\n"
      "\t1-1\t0\t0\tv\t(none)\t0\tnoarch\t0\tc-1-1.src.rpm\n");

  ASSERT_TRUE(found);
  EXPECT_THAT(found->packages, SizeIs(1));
  EXPECT_THAT(found->problems,
              ElementsAre(HasSubstr("line 2"), HasSubstr("line 3"), HasSubstr("line 4")));
}

TEST(RpmManifest, OfAnotherFormatIsAnError) {
  const auto found = read("name: value\n");

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
}

TEST(RpmManifest, KeepsItsProblemsFew) {
  std::string content = "a\t1-1\t0\t0\tv\t(none)\t0\tnoarch\t0\ta-1-1.src.rpm\n";
  for (int i = 0; i < 1000; ++i) content += "x\n";

  const auto found = read(content);

  ASSERT_TRUE(found);
  EXPECT_THAT(found->problems, SizeIs(21));
  EXPECT_THAT(found->problems.back(), HasSubstr("980 more problems"));
}

TEST(RpmManifest, KeepsItsPackagesBounded) {
  std::string content;
  for (std::size_t i = 0; i < kMaxRpmPackages + 2; ++i) content += "a\t1-1\t\t\t\t\t\t\t\t\n";

  const auto found = read(content);

  ASSERT_TRUE(found);
  EXPECT_THAT(found->packages, SizeIs(kMaxRpmPackages));
  EXPECT_THAT(found->problems, ElementsAre(HasSubstr("100002 packages")));
}

TEST(RpmManifest, IsWantedByItsPathAlone) {
  EXPECT_TRUE(wants_rpm_manifest(kPath));
  EXPECT_FALSE(wants_rpm_manifest("var/lib/rpmmanifest/container-manifest-1"));
  EXPECT_FALSE(wants_rpm_manifest("x/var/lib/rpmmanifest/container-manifest-2"));
}

}  // namespace
}  // namespace corten::package
