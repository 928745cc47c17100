#include "package/distribution.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/text.h"
#include "package/internal/os_release.h"

namespace corten::package {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Files = std::map<std::string, std::string, std::less<>>;

Distribution identified(const Files& files) {
  return identify([&](std::string_view path) -> std::optional<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  });
}

struct Case {
  const char* name;
  Files files;
  Distribution expected;
};
class Identify : public testing::TestWithParam<Case> {};

TEST_P(Identify, TellsDistributionAndRelease) {
  const Distribution found = identified(GetParam().files);
  EXPECT_EQ(found.id, GetParam().expected.id);
  EXPECT_EQ(found.version_id, GetParam().expected.version_id);
  EXPECT_EQ(found.codename, GetParam().expected.codename);
  EXPECT_EQ(found.pretty_name, GetParam().expected.pretty_name);
  EXPECT_EQ(found.id_like, GetParam().expected.id_like);
}

constexpr const char* kBookworm =
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
    "VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n";

INSTANTIATE_TEST_SUITE_P(
    Distribution, Identify,
    testing::ValuesIn(std::vector<Case>{
        {"Nothing", {}, {}},
        {"Debian",
         {{"etc/os-release", kBookworm}, {"etc/debian_version", "12.11\n"}},
         {"debian", "12", "bookworm", "Debian GNU/Linux 12.11 (bookworm)", {}}},
        {"DebianWithoutPointRelease",
         {{"usr/lib/os-release", kBookworm}},
         {"debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)", {}}},
        {"DebianWithForeignPointRelease",
         {{"etc/os-release", kBookworm}, {"etc/debian_version", "13.1\n"}},
         {"debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)", {}}},
        {"DebianTesting",
         {{"etc/os-release",
           "PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nNAME=\"Debian GNU/Linux\"\n"
           "VERSION_CODENAME=trixie\nID=debian\n"},
          {"etc/debian_version", "trixie/sid\n"}},
         {"debian", "", "trixie", "Debian GNU/Linux trixie/sid", {}}},
        {"DebianWheezy",
         {{"etc/os-release",
           "PRETTY_NAME=\"Debian GNU/Linux 7 (wheezy)\"\nNAME=\"Debian GNU/Linux\"\n"
           "VERSION_ID=\"7\"\nVERSION=\"7 (wheezy)\"\nID=debian\nANSI_COLOR=\"1;31\"\n"},
          {"etc/debian_version", "7.11\n"}},
         {"debian", "7", "wheezy", "Debian GNU/Linux 7.11 (wheezy)", {}}},
        {"Distroless",
         {{"usr/lib/os-release",
           "PRETTY_NAME=\"Distroless\"\nNAME=\"Debian GNU/Linux\"\nID=\"debian\"\n"
           "VERSION_ID=\"12\"\nVERSION=\"Debian GNU/Linux 12 (bookworm)\"\n"}},
         {"debian", "12", "bookworm", "Distroless, Debian GNU/Linux 12 (bookworm)", {}}},
        {"DebianByVersionFile",
         {{"etc/debian_version", "12.4\n"}},
         {"debian", "12", "bookworm", "Debian GNU/Linux 12.4 (bookworm)", {}}},
        {"DebianTestingByVersionFile",
         {{"etc/debian_version", "trixie/sid"}},
         {"debian", "", "trixie", "Debian GNU/Linux trixie/sid", {}}},
        {"Ubuntu",
         {{"etc/os-release",
           "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\n"
           "VERSION=\"24.04.1 LTS (Noble Numbat)\"\nVERSION_CODENAME=noble\nID=ubuntu\n"
           "ID_LIKE=debian\nUBUNTU_CODENAME=noble\n"},
          {"etc/debian_version", "trixie/sid\n"}},
         {"ubuntu", "24.04", "noble", "Ubuntu 24.04.1 LTS", {"debian"}}},
        {"UbuntuTrusty",
         {{"etc/os-release",
           "NAME=\"Ubuntu\"\nVERSION=\"14.04.6 LTS, Trusty Tahr\"\nID=ubuntu\nID_LIKE=debian\n"
           "PRETTY_NAME=\"Ubuntu 14.04.6 LTS\"\nVERSION_ID=\"14.04\"\n"}},
         {"ubuntu", "14.04", "trusty", "Ubuntu 14.04.6 LTS", {"debian"}}},
        {"UbuntuByLsbRelease",
         {{"etc/lsb-release",
           "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.04\nDISTRIB_CODENAME=precise\n"
           "DISTRIB_DESCRIPTION=\"Ubuntu 12.04.5 LTS\"\n"},
          {"etc/debian_version", "wheezy/sid\n"}},
         {"ubuntu", "12.04", "precise", "Ubuntu 12.04.5 LTS", {}}},
        {"Alpine",
         {{"etc/os-release",
           "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.18.9\nPRETTY_NAME=\"Alpine Linux "
           "v3.18\"\n"},
          {"etc/alpine-release", "3.18.9\n"}},
         {"alpine", "3.18.9", "", "Alpine Linux v3.18", {}}},
        {"AlpineEdge",
         {{"etc/os-release",
           "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.21_alpha20240807\n"
           "PRETTY_NAME=\"Alpine Linux edge\"\n"}},
         {"alpine", "", "edge", "Alpine Linux edge", {}}},
        {"AlpineByReleaseFile",
         {{"etc/alpine-release", "3.4.6\n"}},
         {"alpine", "3.4.6", "", "Alpine Linux 3.4.6", {}}},
        {"RedHat",
         {{"etc/os-release",
           "NAME=\"Red Hat Enterprise Linux\"\nVERSION=\"9.4 (Plow)\"\nID=\"rhel\"\n"
           "ID_LIKE=\"fedora\"\nVERSION_ID=\"9.4\"\n"
           "PRETTY_NAME=\"Red Hat Enterprise Linux 9.4 (Plow)\"\n"}},
         {"rhel", "9.4", "plow", "Red Hat Enterprise Linux 9.4 (Plow)", {"fedora"}}},
        {"RedHatByReleaseFile",
         {{"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n"}},
         {"rhel",
          "6.10",
          "santiago",
          "Red Hat Enterprise Linux Server release 6.10 (Santiago)",
          {}}},
        {"CentOsByReleaseFile",
         {{"etc/centos-release", "CentOS release 6.10 (Final)\n"},
          {"etc/redhat-release", "CentOS release 6.10 (Final)\n"}},
         {"centos", "6.10", "final", "CentOS release 6.10 (Final)", {}}},
        {"OracleIsNotRedHat",
         {{"etc/oracle-release", "Oracle Linux Server release 6.10\n"},
          {"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n"}},
         {"ol", "6.10", "", "Oracle Linux Server release 6.10", {}}},
        {"AmazonBySystemRelease",
         {{"etc/system-release", "Amazon Linux AMI release 2018.03\n"}},
         {"amzn", "2018.03", "", "Amazon Linux AMI release 2018.03", {}}},
        {"Rocky",
         {{"etc/os-release",
           "NAME=\"Rocky Linux\"\nVERSION=\"8.9 (Green Obsidian)\"\nID=\"rocky\"\n"
           "ID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"8.9\"\n"
           "PRETTY_NAME=\"Rocky Linux 8.9 (Green Obsidian)\"\n"}},
         {"rocky", "8.9", "", "Rocky Linux 8.9 (Green Obsidian)", {"rhel", "centos", "fedora"}}},
        {"SuseByReleaseFile",
         {{"etc/SuSE-release",
           "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n"}},
         {"sles", "11.4", "", "SUSE Linux Enterprise Server 11 (x86_64)", {}}},
        {"OpenSuseByReleaseFile",
         {{"etc/SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\nCODENAME = Bottle\n"}},
         {"opensuse", "13.1", "", "openSUSE 13.1 (x86_64)", {}}},
        {"BrokenOsReleaseFallsBack",
         {{"etc/os-release", "garbage\n=x\n"}, {"usr/lib/os-release", "ID=arch\nNAME=Arch\n"}},
         {"arch", "", "", "Arch", {}}},
        {"UnknownReleaseFile", {{"etc/redhat-release", "My Own release 1\n"}}, {}},
        {"EmptyFiles",
         {{"etc/os-release", ""},
          {"etc/debian_version", "\n"},
          {"etc/alpine-release", ""},
          {"etc/SuSE-release", ""},
          {"etc/lsb-release", "\n"}},
         {}},
    }),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(ParseAssignments, FollowsTheQuotingOfOsRelease) {
  const auto values = parse_assignments(
      "\xef\xbb\xbf"
      "A=bare\n# COMMENT=1\n\n  B=\"double \\\"quoted\\\" \\$x \\\\ \\` \\n\"\r\n"
      "C='single \"$x\\'\nD=a\\ b\nE=\"a\"'b'c\nF=\nG=cut off\nH=\"open\nI='open\nJ=\\\n"
      "1X=no\nK L=no\nno assignment\nM=1\nM=2");
  EXPECT_THAT(
      values,
      ElementsAre(testing::Pair("A", "bare"), testing::Pair("B", "double \"quoted\" $x \\ ` \\n"),
                  testing::Pair("C", "single \"$x\\"), testing::Pair("D", "a b"),
                  testing::Pair("E", "abc"), testing::Pair("F", ""), testing::Pair("G", "cut"),
                  testing::Pair("H", "open"), testing::Pair("I", "open"), testing::Pair("J", "\\"),
                  testing::Pair("M", "2")));
}

TEST(ParseAssignments, ReadsNoMoreThanItsLimit) {
  std::string text(kMaxReleaseFileBytes, '\n');
  text += "A=1\n";
  const auto values = parse_assignments(text);
  EXPECT_THAT(values, IsEmpty());
}

std::string dates(const char* id, const char* version, const char* pretty = "") {
  const auto support = support_of({id, version, "", pretty, {}});
  if (!support) return "unknown";
  std::string out = support->name + ": " + format_date(support->end_of_life);
  if (support->extended) out += ", " + format_date(*support->extended);
  return out;
}

TEST(SupportOf, KnowsReleasesByTheirBranch) {
  EXPECT_EQ(dates("debian", "9"), "Debian 9 (stretch): 2020-07-18, 2022-06-30");
  EXPECT_EQ(dates("alpine", "3.18.9"), "Alpine 3.18: 2025-05-09");
  EXPECT_EQ(dates("alpine", "3.8"), "Alpine 3.8: 2020-05-01");
  EXPECT_EQ(dates("rhel", "9.4"), "Red Hat Enterprise Linux 9: 2032-05-31, 2035-05-31");
  EXPECT_EQ(dates("centos", "8"), "CentOS 8: 2021-12-31");
  EXPECT_EQ(dates("centos", "8", "CentOS Stream 8"), "CentOS Stream 8: 2024-05-31");
  EXPECT_EQ(dates("amzn", "2018.03"), "Amazon Linux 1: 2020-12-31, 2023-12-31");
  EXPECT_EQ(dates("sles", "12.5"), "SUSE Linux Enterprise Server 12 SP5: 2024-10-31, 2027-10-31");
  EXPECT_EQ(dates("opensuse", "42.3"), "openSUSE Leap 42.3: 2019-07-01");
  EXPECT_EQ(dates("azurelinux", "3.0.20240824"), "Azure Linux 3.0: 2027-08-31");
}

TEST(SupportOf, DoesNotGuess) {
  EXPECT_EQ(dates("debian", ""), "unknown");
  EXPECT_EQ(dates("debian", "99"), "unknown");
  EXPECT_EQ(dates("alpine", ""), "unknown");
  EXPECT_EQ(dates("alpine", "3"), "unknown");
  EXPECT_EQ(dates("arch", "1"), "unknown");
  EXPECT_EQ(dates("", ""), "unknown");
  EXPECT_EQ(dates("centos", "10", "CentOS Stream 10"), "unknown");
}

// distro-info-data, kept by Debian and Ubuntu: version,codename,series,created,release,eol,eol-lts
// or eol-server,…
class DistroInfo : public testing::TestWithParam<const char*> {};

TEST_P(DistroInfo, AgreesOnEndsOfLife) {
  const std::string id = GetParam();
  std::ifstream in("/usr/share/distro-info/" + id + ".csv");
  if (!in) GTEST_SKIP() << "distro-info-data is not installed";
  std::string line;
  int compared = 0;
  while (std::getline(in, line)) {
    const auto columns = split(line, ',');
    const std::string version(columns[0].substr(0, columns[0].find(' ')));
    const auto support = support_of({id, version, "", "", {}});
    if (!support || columns.size() < 6) continue;
    EXPECT_EQ(format_date(support->end_of_life), columns[5]) << line;
    const std::size_t extended = id == "debian" ? 6 : 7;
    if (support->extended && columns.size() > extended) {
      EXPECT_EQ(format_date(*support->extended), columns[extended]) << line;
    }
    ++compared;
  }
  EXPECT_GE(compared, 7);
}

INSTANTIATE_TEST_SUITE_P(Support, DistroInfo, testing::Values("debian", "ubuntu"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST(DistributionFiles, AreWhatIdentifyLooksAt) {
  const auto files = distribution_files();
  (void)identify([&](std::string_view path) -> std::optional<std::string> {
    EXPECT_NE(std::ranges::find(files, path), files.end()) << path;
    return std::nullopt;
  });
}

}  // namespace
}  // namespace corten::package
