#include <gmock/gmock.h>

#include <set>

#include "package/support.h"

namespace corten::package {
namespace {

using testing::ElementsAre;

std::vector<std::string_view> ids_that_want(std::string_view path) {
  std::vector<std::string_view> out;
  for (const Cataloger& cataloger : catalogers()) {
    if (cataloger.wants(path)) out.push_back(cataloger.id);
  }
  return out;
}

TEST(Catalogers, HaveUniqueIdsAndSummaries) {
  std::set<std::string_view> ids;
  for (const Cataloger& cataloger : catalogers()) {
    EXPECT_FALSE(cataloger.summary.empty()) << cataloger.id;
    EXPECT_TRUE(ids.insert(cataloger.id).second) << cataloger.id;
  }
}

TEST(Catalogers, ReadEmptyInputWithoutCrashing) {
  for (const Cataloger& cataloger : catalogers()) {
    const auto catalog = cataloger.read("x", {});
    EXPECT_TRUE(!catalog || catalog->packages.empty()) << cataloger.id;
  }
}

TEST(Catalogers, WantTheFilesOfTheirDatabase) {
  EXPECT_THAT(ids_that_want("var/lib/dpkg/status"), ElementsAre("dpkg-status"));
  EXPECT_THAT(ids_that_want("var/lib/dpkg/status.d/tzdata"), ElementsAre("dpkg-status"));
  EXPECT_THAT(ids_that_want("var/lib/dpkg/status.d/tzdata.md5sums"), ElementsAre("dpkg-files"));
  EXPECT_THAT(ids_that_want("var/lib/dpkg/info/libc6:amd64.list"), ElementsAre("dpkg-files"));
  EXPECT_THAT(ids_that_want("usr/lib/opkg/status"), ElementsAre("dpkg-status"));
  EXPECT_THAT(ids_that_want("usr/lib/opkg/info/busybox.list"), ElementsAre("dpkg-files"));
  EXPECT_THAT(ids_that_want("usr/share/doc/bash/copyright"), ElementsAre("debian-copyright"));
  EXPECT_THAT(ids_that_want("lib/apk/db/installed"), ElementsAre("apk-installed"));
  EXPECT_THAT(ids_that_want("usr/lib/apk/db/installed"), ElementsAre("apk-installed"));
}

TEST(Catalogers, LeaveOtherFilesAlone) {
  for (const std::string_view path :
       {"", "var/lib/dpkg/status-old", "var/lib/dpkg/status.d/", "var/lib/dpkg/status.d/a/b",
        "var/lib/dpkg/info/libc6:amd64.md5sums", "var/lib/dpkg/info/libc6.postinst",
        "var/lib/dpkg/info/.list", "srv/var/lib/dpkg/status", "lib/apk/db/scripts.tar",
        "usr/lib/opkg/info/busybox.control", "etc/passwd"}) {
    EXPECT_THAT(ids_that_want(path), ElementsAre()) << path;
  }
}

}  // namespace
}  // namespace corten::package
