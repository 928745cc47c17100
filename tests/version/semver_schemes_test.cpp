// semver, Go, NuGet and Pub: cases from semver.org section 11, go.dev/ref/mod,
// go.dev/doc/toolchain, NuGet's and Pub's documents.
#include "version/cases.h"

namespace corten::version {
namespace {

TEST(Semver, OrdersPreReleasesAsSection11Does) {
  expect_rising(Scheme::Semver,
                {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
                 "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1"});
}

TEST(Semver, ComparesIdentifiersByAscii) {
  expect_rising(Scheme::Semver, {"1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0--", "1.0.0-0a",
                                 "1.0.0-RC", "1.0.0-a-b", "1.0.0-rc"});
}

TEST(Semver, ComparesNumbersOfAnyLength) {
  expect_rising(Scheme::Semver, {"1.0.18446744073709551615", "1.0.18446744073709551616",
                                 "1.0.100000000000000000000"});
  expect_rising(Scheme::Semver, {"1.0.0-18446744073709551615", "1.0.0-18446744073709551616"});
}

TEST(Semver, IgnoresBuildMetadata) {
  expect_equal(Scheme::Semver, {"1.0.0", "1.0.0+1", "1.0.0+a-b.c", "1.0.0+"});
  expect_equal(Scheme::Semver, {"1.0.0-rc.1", "1.0.0-rc.1+5"});
}

TEST(Semver, ToleratesWhatRecordsAndLockfilesContain) {
  expect_equal(Scheme::Semver, {"1.0.0", "v1.0.0", "V1", "1", "1.0", "1.0.0.0"});
  expect_rising(Scheme::Semver, {"0", "4", "v4.1"});
  expect_rising(Scheme::Semver, {"1.2.3rc1", "1.2.3", "1.2.3.1"});
  expect_rising(Scheme::Semver, {"latest", "0", "0.0.1"});
}

TEST(Semver, ValidatesStrictly) {
  expect_valid(Scheme::Semver, {"0.0.0", "1.2.3-0.x-y.10+001.b", "1.0.0--", "1.0.0-0a"});
  expect_invalid(Scheme::Semver, {"",           "1",        "1.2",      "v1.2.3",    "1.2.3.4",
                                  "01.2.3",     "1.02.3",   "1.2.3-01", "1.2.3-",    "1.2.3+",
                                  "1.2.3-a..b", "1.2.3-a.", "1.2.3-.a", "1.2.3+a+b", "1.2.3-a_b",
                                  "1.2.3 ",     "1.2.3rc1", "1.2.",     ".1.2",      "1..2"});
}

TEST(Go, OrdersModuleVersions) {
  expect_rising(
      Scheme::Go,
      {"v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20240229101112-000000000000", "v0.0.0",
       "v1.2.2", "v1.2.3-pre", "v1.2.3-pre.0.20240229101112-abcdefabcdef", "v1.2.3",
       "v1.2.4-0.20240229101112-abcdefabcdef", "v1.2.4", "v2.0.0+incompatible"});
  expect_equal(Scheme::Go, {"v2.0.0+incompatible", "v2.0.0", "2.0.0", "v2", "v2.0"});
}

TEST(Go, OrdersToolchains) {
  expect_rising(Scheme::Go, {"go1.20rc1", "go1.20", "go1.20.1", "go1.21", "go1.21rc1", "go1.21rc2",
                             "go1.21rc10", "go1.21.0", "go1.21.1", "go1.21.10", "go1.22beta1",
                             "go1.22rc1", "go1.22.0"});
  expect_equal(Scheme::Go, {"go1.20", "1.20", "1.20.0", "go1.20.0"});
}

TEST(Go, JoinsToolchainsWithTheSemverOfVulnerabilityRecords) {
  expect_rising(Scheme::Go,
                {"0", "go1.21", "1.21.0-0", "1.21rc2", "1.21.0-rc.3", "1.21.0", "go1.21.1"});
  expect_equal(Scheme::Go, {"go1.21rc2", "1.21rc2", "1.21.0-rc.2", "v1.21.0-rc.2"});
  expect_equal(Scheme::Go, {"v1.21", "v1.21.0", "go1.21.0"});  // a "v" makes it SemVer's short form
}

TEST(Go, DropsWhatVendorsAppend) {
  expect_equal(Scheme::Go,
               {"go1.21.3", "go1.21.3-fips", "go1.21.3 X:boringcrypto", "go1.21.3+auto"});
  expect_rising(Scheme::Go, {"devel go1.22-0a1b2c3 Thu Feb 29", "go1.22rc1"});
}

TEST(Go, FallsBackForTheRest) {
  expect_rising(Scheme::Go, {"(devel)", "v0.0.0", "v0.0.1"});
  expect_rising(Scheme::Go, {"go", "go1"});
}

TEST(Go, Validates) {
  expect_valid(Scheme::Go, {"v1.2.3", "v2.0.0+incompatible", "v0.0.0-20190101000000-abcdefabcdef",
                            "1.2.3", "go1.21", "go1.21rc2", "1.21.3", "go1"});
  expect_invalid(Scheme::Go, {"", "v1", "v1.2", "v01.2.3", "go", "go1.021", "(devel)",
                              "go1.21.3rc1x", "x1.2.3", "v1.2.3-", "go1.2.3.4"});
}

TEST(Nuget, HasAFourthNumberAndNoCase) {
  expect_equal(Scheme::Nuget, {"1.0", "1", "1.0.0", "1.0.0.0", "01.00.0.0", "1.0.0+build"});
  expect_equal(Scheme::Nuget, {"1.0.0-Beta.1", "1.0.0-BETA.1", "1.0.0-beta.1+x"});
  expect_rising(Scheme::Nuget, {"1.0.0-alpha", "1.0.0-Alpha.1", "1.0.0-beta", "1.0.0-rc.2",
                                "1.0.0-RC.10", "1.0.0", "1.0.0.1-rc", "1.0.0.1", "1.0.1"});
}

TEST(Nuget, Validates) {
  expect_valid(Scheme::Nuget, {"1", "1.0", "1.2.3.4", "1.2.3.4-beta+x", "01.2"});
  expect_invalid(Scheme::Nuget, {"", "1.2.3.4.5", "1.0-", "1.0+", "a", "1.0-a..b", "1.0.x"});
}

TEST(Pub, CountsTheBuild) {
  expect_rising(Scheme::Pub, {"1.0.0-a", "1.0.0-a+1", "1.0.0", "1.0.0+1", "1.0.0+2", "1.0.0+10",
                              "1.0.0+10.1", "1.0.0+a", "1.0.1"});
  expect_equal(Scheme::Pub, {"1.0.0+1", "1.0.0+01"});
}

TEST(Pub, Validates) {
  expect_valid(Scheme::Pub, {"1.0.0", "1.0.0-dev.1+2", "1.0.0+hotfix"});
  expect_invalid(Scheme::Pub, {"", "1.0", "1.0.0.0", "v1.0.0", "1.0.0+", "1.0.0-"});
}

}  // namespace
}  // namespace corten::version
