// Real VEX documents: Red Hat's CSAF, OpenVEX of Canonical, of Docker's hardened images and of a
// VEX repository, the examples of the CSAF standard. Expectations were counted from the documents
// with a JSON tool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>

#include "base/file.h"
#include "finding/vex.h"

namespace corten {
namespace {

std::filesystem::path shared(const char* path) {
  return std::filesystem::path(CORTEN_SHARED_DIR) / path;
}

std::string read_gzip(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), gzclose);
  std::string content;
  char chunk[1 << 14];
  for (int got = 0; (got = gzread(file.get(), chunk, sizeof chunk)) > 0;) {
    content.append(chunk, static_cast<std::size_t>(got));
  }
  return content;
}

Finding finding_of(std::string id, PackageRef package, std::string subject = "app.tar") {
  Finding finding;
  finding.id = std::move(id);
  finding.kind = FindingKind::Vulnerability;
  finding.subject = std::move(subject);
  finding.package = std::move(package);
  return finding;
}

PackageRef package_of(std::string purl) { return {"", "", "", std::move(purl), ""}; }

bool suppressed(const std::vector<IgnoreRule>& rules, const Finding& finding) {
  Policy policy;
  policy.ignores = rules;
  return apply_policy(policy, {finding}, Time())[0].suppressed.has_value();
}

struct HardenedCase {
  const char* file;
  std::size_t ids;  // vulnerabilities whose latest statement about something is not_affected
};

class DockerHardened : public testing::TestWithParam<HardenedCase> {};

TEST_P(DockerHardened, EveryVulnerabilityNotAffectedAtLastHasARule) {
  const auto path = shared("feeds/vex/openvex-docker-hardened") / GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";

  const auto rules = parse_vex(read_gzip(path), path.native());

  ASSERT_TRUE(rules) << describe(rules.error());
  std::set<std::string> ids;
  for (const IgnoreRule& rule : *rules) {
    if (rule.takes_back) continue;
    ids.insert(rule.id);
    EXPECT_FALSE(rule.packages.empty() && rule.subjects.empty());
    EXPECT_FALSE(rule.reason.empty());
  }
  EXPECT_EQ(ids.size(), GetParam().ids);
}

INSTANTIATE_TEST_SUITE_P(Files, DockerHardened,
                         testing::ValuesIn<HardenedCase>({{"dhi-bash.vex.json.gz", 40},
                                                          {"dhi-nginx.vex.json.gz", 48},
                                                          {"dhi-node.vex.json.gz", 68},
                                                          {"dhi-postgres.vex.json.gz", 46}}));

TEST(DockerHardened, VersionsAndNamesMustFit) {
  const auto path = shared("feeds/vex/openvex-docker-hardened/dhi-nginx.vex.json.gz");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto rules = parse_vex(read_gzip(path), "x");
  ASSERT_TRUE(rules);

  const auto is = [&](const char* id, const char* purl) {
    return suppressed(*rules, finding_of(id, package_of(purl)));
  };
  EXPECT_TRUE(is("CVE-2016-2781", "pkg:deb/debian/coreutils@9.1-1?arch=amd64&distro=debian-12"));
  EXPECT_FALSE(is("CVE-2016-2781", "pkg:deb/debian/coreutils@9.1-2?arch=amd64&distro=debian-12"));
  EXPECT_FALSE(is("CVE-2016-2781", "pkg:deb/ubuntu/coreutils@9.1-1"));
  EXPECT_FALSE(is("CVE-2016-2782", "pkg:deb/debian/coreutils@9.1-1"));
  EXPECT_TRUE(is("CVE-2025-62813", "pkg:deb/debian/liblz4-1@1.9.4-1?distro=debian-12"));
}

TEST(DockerHardened, ThousandsOfFindingsAgainstAllStatementsAreQuick) {
  const auto path = shared("feeds/vex/openvex-docker-hardened/dhi-node.vex.json.gz");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  Policy policy;
  policy.ignores = parse_vex(read_gzip(path), "x").value();
  std::vector<Finding> findings;
  for (int i = 0; i < 20'000; ++i) {
    findings.push_back(
        finding_of(policy.ignores[static_cast<std::size_t>(i) % policy.ignores.size()].id,
                   package_of("pkg:deb/debian/not-in-it@1")));
  }

  const auto start = std::chrono::steady_clock::now();
  const auto out = apply_policy(policy, std::move(findings), Time());

  EXPECT_EQ(out.size(), 20'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(RedHatCsaf, NotAffectedOnOneReleaseSaysNothingAboutAnother) {
  const auto path = shared("feeds/vex/csaf-redhat/cve-2023-38545.json.gz");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto rules = parse_vex(read_gzip(path), "x");
  ASSERT_TRUE(rules) << describe(rules.error());

  const auto is = [&](const char* purl) {
    return suppressed(*rules, finding_of("CVE-2023-38545", package_of(purl)));
  };
  EXPECT_TRUE(is("pkg:rpm/redhat/curl@7.61.1-30.el8?arch=x86_64&distro=redhat-8.8"));
  EXPECT_TRUE(is("pkg:rpm/rhel/curl@7.29.0-59.el7?arch=x86_64&distro=rhel-7.9"));
  EXPECT_FALSE(is("pkg:rpm/redhat/curl@7.76.1-23.el9?arch=x86_64&distro=redhat-9.2"));
  EXPECT_TRUE(is("pkg:rpm/redhat/curl@7.76.1-14.el9_0.9?arch=s390x&distro=redhat-9.0"));
  EXPECT_FALSE(is("pkg:rpm/redhat/curl@7.61.1-30.el8?arch=x86_64"));
  EXPECT_FALSE(is("pkg:rpm/fedora/curl@7.61.1-30.el8?distro=redhat-8.8"));
}

TEST(RedHatCsaf, EpochsAreCompared) {
  const auto path = shared("feeds/vex/csaf-redhat/rhsa-2025_23414.json");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto rules = read_vex_file(path);
  ASSERT_TRUE(rules) << describe(rules.error());

  const auto is = [&](const char* version) {
    PackageRef package =
        package_of("pkg:rpm/redhat/bind-libs@9.8.2-0.68.rc1.el6_10.17?arch=x86_64");
    package.version = version;
    return suppressed(*rules, finding_of("CVE-2025-40778", package));
  };
  EXPECT_TRUE(is("32:9.8.2-0.68.rc1.el6_10.17"));
  EXPECT_FALSE(is("9.8.2-0.68.rc1.el6_10.17"));
}

TEST(UbuntuOpenVex, FixedAndNotAffectedVersions) {
  const auto path = shared("feeds/vex/openvex-ubuntu/CVE-2023-38545.json");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto rules = read_vex_file(path);
  ASSERT_TRUE(rules) << describe(rules.error());

  const auto is = [&](const char* purl) {
    return suppressed(*rules, finding_of("CVE-2023-38545", package_of(purl)));
  };
  EXPECT_TRUE(is("pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.24?arch=amd64&distro=ubuntu-22.04"));
  EXPECT_FALSE(is("pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.1?arch=amd64&distro=ubuntu-22.04"));
  EXPECT_FALSE(is("pkg:deb/ubuntu/curl@7.47.0-1ubuntu2.19?arch=amd64"))
      << "affected, out of support";
}

TEST(SharedDocuments, AllAreRead) {
  std::size_t read = 0;
  for (const char* folder : {"schemas/csaf", "feeds/vex/csaf-redhat", "feeds/vex/vexhub/pkg"}) {
    if (!std::filesystem::exists(shared(folder))) GTEST_SKIP() << folder << " is not there";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shared(folder))) {
      const std::string name = entry.path().filename().native();
      const bool wanted = name.starts_with("2022-evd") || name.starts_with("sec-vex") ||
                          name.starts_with("rhsa-") || name.ends_with("vex.json");
      if (!entry.is_regular_file() || !wanted) continue;
      const auto rules = read_vex_file(entry.path());
      EXPECT_TRUE(rules) << describe(rules.error());
      ++read;
    }
  }
  EXPECT_EQ(read, 20U);
}

}  // namespace
}  // namespace corten
