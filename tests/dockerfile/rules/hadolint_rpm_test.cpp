// yum, dnf, microdnf and zypper.
#include "dockerfile/rules/run_table.h"
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(RpmRules, SeeQuestionsThatNobodyAnswers) {
  expect_runs({
      {"DL3030", "yum install httpd-2.4", true},
      {"DL3030", "yum groupinstall development", true},
      {"DL3030", "yum localinstall /tmp/a.rpm", true},
      {"DL3030", "yum update -y && yum install httpd-2.4", true},
      {"DL3030", "sudo yum install httpd-2.4", true},
      {"DL3030", "[\"yum\", \"install\", \"httpd-2.4\"]", true},
      {"DL3030", "yum install -y httpd-2.4", false},
      {"DL3030", "yum -y install httpd-2.4", false},
      {"DL3030", "yum install -yq httpd-2.4", false},
      {"DL3030", "yum install --assumeyes httpd-2.4", false},
      {"DL3030", "yum --setopt=assumeyes=1 install httpd-2.4", false},
      {"DL3030", "yes | yum install httpd-2.4", false},
      {"DL3030", "yum clean all", false},
      {"DL3030", "echo yum install", false},
      {"DL3038", "dnf install httpd-2.4", true},
      {"DL3038", "microdnf install httpd-2.4", true},
      {"DL3038", "dnf groupinstall development", true},
      {"DL3038", "dnf localinstall /tmp/a.rpm", true},
      {"DL3038", "dnf install -y httpd-2.4", false},
      {"DL3038", "microdnf -y install httpd-2.4", false},
      {"DL3038", "dnf --assumeyes install httpd-2.4", false},
      {"DL3038", "dnf makecache", false},
      {"DL3038", "yum install httpd-2.4", false},
      {"DL3034", "zypper install httpd=2.4", true},
      {"DL3034", "zypper in httpd=2.4", true},
      {"DL3034", "zypper remove httpd", true},
      {"DL3034", "zypper patch", true},
      {"DL3034", "zypper source-install httpd", true},
      {"DL3034", "zypper -n in httpd=2.4", false},
      {"DL3034", "zypper --non-interactive install httpd=2.4", false},
      {"DL3034", "zypper install -y httpd=2.4", false},
      {"DL3034", "zypper install --no-confirm httpd=2.4", false},
      {"DL3034", "zypper refresh", false},
      {"DL3035", "zypper dup", true},
      {"DL3035", "zypper -n dist-upgrade", true},
      {"DL3035", "zypper ref && zypper --non-interactive dup", true},
      {"DL3035", "if true; then zypper dup -y; fi", true},
      {"DL3035", "zypper update -y", false},
      {"DL3035", "zypper -n patch", false},
      {"DL3035", "apt-get dist-upgrade", false},
      {"DL3035", "echo zypper dup", false},
  });
}

TEST(RpmRules, SeeCachesThatStay) {
  expect_runs({
      {"DL3032", "yum install -y httpd-2.4", true},
      {"DL3032", "yum clean all && yum install -y httpd-2.4", true},
      {"DL3032", "yum install -y a-1 && yum clean all && yum install -y b-1", true},
      {"DL3032", "yum install -y httpd-2.4 && rm -r /tmp/x", true},
      {"DL3032", "yum install -y httpd-2.4 && yum clean all", false},
      {"DL3032", "yum install -y httpd-2.4; yum -y clean metadata", false},
      {"DL3032", "yum install -y httpd-2.4 && rm -rf /var/cache/yum/*", false},
      {"DL3032", "yum install -y httpd-2.4 && rm -fr /var/cache/yum", false},
      {"DL3032", "--mount=type=cache,target=/var/cache/yum yum install -y httpd-2.4", false},
      {"DL3032", "yum update -y", false},
      {"DL3040", "dnf install -y httpd-2.4", true},
      {"DL3040", "microdnf upgrade -y", true},
      {"DL3040", "dnf reinstall -y httpd", true},
      {"DL3040", "dnf install -y httpd-2.4 && microdnf clean all", true},
      {"DL3040", "dnf clean all && dnf up -y", true},
      {"DL3040", "dnf install -y httpd-2.4 && dnf clean all", false},
      {"DL3040", "microdnf install -y httpd-2.4 && microdnf clean all", false},
      {"DL3040", "dnf install -y httpd-2.4 && rm -rf /var/cache/libdnf5*", false},
      {"DL3040", "--mount=type=cache,target=/var/cache/libdnf5 dnf install -y httpd-2.4", false},
      {"DL3040", "--mount=type=cache,target=/root/.cache/libdnf5 dnf install -y a-1", false},
      {"DL3040", "--mount=type=cache,target=/var/cache/dnf dnf install -y httpd-2.4", false},
      {"DL3040", "dnf remove -y httpd", false},
      {"DL3036", "zypper install -y httpd=2.4", true},
      {"DL3036", "zypper -n in httpd=2.4", true},
      {"DL3036", "zypper clean && zypper -n in httpd=2.4", true},
      {"DL3036", "zypper -n in a=1 && zypper clean && zypper -n in b=1", true},
      {"DL3036", "zypper install -y httpd=2.4 && zypper clean", false},
      {"DL3036", "zypper install -y httpd=2.4 && zypper cc --all", false},
      {"DL3036", "--mount=type=cache,target=/var/cache/zypp zypper -n in httpd=2.4", false},
      {"DL3036", "zypper -n in httpd=2.4 && rm -rf /var/cache/zypp/*", false},
      {"DL3036", "zypper remove -y httpd", false},
  });
}

TEST(RpmRules, SeePackagesWithoutVersions) {
  expect_runs({
      {"DL3033", "yum install -y httpd", true},
      {"DL3033", "yum install -y httpd-tools", true},
      {"DL3033", "yum install -y httpd-2.4.62 git", true},
      {"DL3033", "yum module install -y nodejs", true},
      {"DL3033", "yum install -y httpd-2.4.62", false},
      {"DL3033", "yum install -y httpd-tools-2.4.62-1.el9", false},
      {"DL3033", "yum install -y rpm-sign-4.16.1.3", false},
      {"DL3033", "yum install -y https://example.com/epel.rpm", false},
      {"DL3033", "V=2.4 && yum install -y httpd-$V", false},
      {"DL3033", "yum install -y --enablerepo extras httpd-2.4", false},
      {"DL3033", "yum install -y @development", false},
      {"DL3033", "yum module install -y nodejs:20", false},
      {"DL3033", "yum update -y", false},
      {"DL3041", "dnf install -y httpd", true},
      {"DL3041", "microdnf install -y httpd git-2.43", true},
      {"DL3041", "dnf module install -y nodejs", true},
      {"DL3041", "dnf install -y --nodocs python3-pip", true},
      {"DL3041", "dnf install -y httpd-2.4.62", false},
      {"DL3041", "microdnf install -y httpd-2:2.4.62-1.fc42", false},
      {"DL3041", "dnf group install -y development", false},
      {"DL3041", "dnf install -y 'dnf-command(config-manager)'", false},
      {"DL3041", "dnf install -y /tmp/a.rpm", false},
      {"DL3037", "zypper -n in httpd", true},
      {"DL3037", "zypper install -y httpd git=2.43", true},
      {"DL3037", "zypper install -y --no-recommends httpd", true},
      {"DL3037", "zypper in -y gcc-c++", true},
      {"DL3037", "zypper -n in httpd=2.4", false},
      {"DL3037", "zypper -n in 'httpd>=2.4'", false},
      {"DL3037", "zypper -n in ./a.rpm", false},
      {"DL3037", "zypper -n in -t pattern devel_basis", false},
      {"DL3037", "zypper -n ref", false},
  });
}

TEST(RpmRules, ResolveVersionsOfTheFile) {
  expect_verdicts({
      {"DL3033", "FROM a:1\nENV V=2.4\nRUN yum install -y httpd-$V\n", {}},
      {"DL3033", "FROM a:1\nARG V\nRUN yum install -y httpd-${V}.x86_64\n", {}},
      {"DL3033", "FROM a:1\nENV V=2.4\nFROM b:1\nENV P=git\nRUN yum install -y $P\n", {5}},
      {"DL3041", "FROM a:1\nARG V=1.2\nRUN dnf install -y \\\n  git \\\n  httpd-$V\n", {4}},
  });
}

TEST(RpmRules, LikeHadolintJudgesWhatIsWritten) {
  expect_runs(
      {
          {"DL3033", "yum install -y @development", true},
          {"DL3033", "sudo yum install -y httpd", false},
          {"DL3030", "yes | yum install httpd-2.4", true},
          {"DL3040", "--mount=type=cache,target=/var/cache/dnf dnf install -y httpd-2.4", true},
          {"DL3037", "zypper -n in -t pattern devel_basis", true},
      },
      options_of_hadolint());
  expect_verdicts({{"DL3033", "FROM a:1\nENV P=git\nRUN yum install -y $P\n", {}}},
                  options_of_hadolint());
}

TEST(RpmRules, CallVersionsGoodPracticeOnly) {
  const std::string_view file = "FROM a:1\nRUN yum install -y httpd git\n";

  EXPECT_EQ(first_seen("DL3033", file).severity, Severity::Low);
  EXPECT_EQ(first_seen("DL3033", file, options_of_hadolint()).severity, Severity::Medium);
  EXPECT_EQ(first_seen("DL3033", file).text, "httpd");
}

TEST(RpmRules, LeaveWindowsAlone) {
  expect_verdicts({
      {"DL3030", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN yum install x\n", {}},
      {"DL3030", "FROM a:1\nSHELL [\"powershell\"]\nRUN yum install x\n", {}},
      {"DL3030", "FROM a:1\nONBUILD RUN yum install x\n", {2}},
  });
}

}  // namespace
}  // namespace corten::dockerfile
