#include "scan/advice.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/support.h"

namespace corten::scan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room

LocatedPackage installed(package::Type type, const std::string& name) {
  LocatedPackage located;
  located.package.type = type;
  located.package.name = name;
  return located;
}

ImageFacts facts_of_app() {
  ImageFacts facts = facts_of_debian();
  facts.packages = {installed(package::Type::Deb, "apt"),
                    installed(package::Type::Apk, "apk-tools")};
  return facts;
}

Finding flaw(const std::string& type, const std::string& package, Severity severity, bool from_base,
             FixState state = FixState::Fixed) {
  Finding finding;
  finding.id = "CVE-2024-1";
  finding.kind = FindingKind::Vulnerability;
  finding.severity = severity;
  finding.subject = "app:1";
  finding.package = PackageRef{};
  finding.package->type = type;
  finding.package->name = package;
  finding.fixed_versions = {"2.0"};
  finding.vulnerability = VulnerabilityDetail{};
  finding.vulnerability->state = state;
  finding.location = Location{"usr/bin/app", 0, 0, {}};
  finding.origin = Origin{from_base ? 0U : 1U, from_base, {}};
  return finding;
}

TEST(Advise, TellsBaseFromOwnLayersFromPrograms) {
  const auto advice = advise(
      facts_of_app(),
      {flaw("deb", "libc6", Severity::High, true), flaw("deb", "zlib1g", Severity::High, true),
       flaw("deb", "curl", Severity::Low, false),
       flaw("golang", "example.org/x", Severity::High, false)},
      3);
  ASSERT_THAT(advice, SizeIs(3));
  EXPECT_THAT(advice[0].action, HasSubstr("debian:12"));
  EXPECT_EQ(advice[0].removes, 2U);
  EXPECT_EQ(advice[0].removes_high, 2U);
  EXPECT_THAT(advice[1].action, HasSubstr("usr/bin/app"));
  EXPECT_THAT(advice[1].action, HasSubstr("example.org/x 2.0"));
  EXPECT_THAT(advice[2].action, HasSubstr("apt-get upgrade -y (curl)"));
}

TEST(Advise, CountsNothingThatAStepWouldNotRemove) {
  Finding suppressed = flaw("deb", "a", Severity::High, false);
  suppressed.suppressed = Suppression{};
  Finding of_another = flaw("deb", "b", Severity::High, false);
  of_another.subject = "other:1";
  Finding not_fixed = flaw("deb", "c", Severity::High, false, FixState::NotFixed);
  Finding misconfiguration;
  misconfiguration.subject = "app:1";
  EXPECT_THAT(advise(facts_of_app(), {suppressed, of_another, not_fixed, misconfiguration}, 3),
              IsEmpty());
}

TEST(Advise, NamesTheBaseByItsLabel) {
  ImageFacts facts = facts_of_app();
  facts.image.config->labels["org.opencontainers.image.base.name"] =
      "docker.io/library/python:3.12-slim";
  const auto advice = advise(facts, {flaw("deb", "libc6", Severity::High, true)}, 3);
  ASSERT_THAT(advice, SizeIs(1));
  EXPECT_THAT(advice[0].action, HasSubstr("python:3.12-slim"));
}

TEST(Advise, SaysSoManyStepsAndNoMore) {
  std::vector<Finding> findings;
  for (int i = 0; i < 9; ++i) {
    findings.push_back(flaw("golang", "m", Severity::High, false));
    findings.back().location->path = fmt::format("usr/bin/{}", i);
    findings.back().fixed_versions = {fmt::format("2.{}", i)};
  }
  EXPECT_THAT(advise(facts_of_app(), findings, 2), SizeIs(2));
}

TEST(Advise, NamesOfManyPackagesAreCounted) {
  std::vector<Finding> findings;
  for (int i = 0; i < 9; ++i)
    findings.push_back(flaw("apk", fmt::format("p{}", i), Severity::Low, false));
  const auto advice = advise(facts_of_app(), findings, 3);
  ASSERT_THAT(advice, SizeIs(1));
  EXPECT_THAT(advice[0].action, HasSubstr("apk upgrade"));
  EXPECT_THAT(advice[0].action, HasSubstr("and 3 more"));
}

// What `advise` says of one package of `type` in an image that has `manager`.
std::string upgrade_in(package::Type type, const std::string& purl_type,
                       const std::string& manager) {
  ImageFacts facts = facts_of_app();
  facts.packages = {installed(type, manager)};
  const auto advice = advise(facts, {flaw(purl_type, "zlib", Severity::High, false)}, 3);
  return advice.size() == 1 ? advice.front().action : "";
}

TEST(Advise, SpeaksOfThePackageManagerThatIsThere) {
  struct Case {
    package::Type type;
    const char* purl_type;
    const char* manager;
    const char* action;
  };
  for (const Case& c : std::vector<Case>{
           {package::Type::Deb, "deb", "apt", "RUN apt-get update && apt-get upgrade -y (zlib)"},
           {package::Type::Apk, "apk", "apk-tools", "RUN apk upgrade --no-cache (zlib)"},
           {package::Type::Rpm, "rpm", "dnf", "RUN dnf upgrade -y (zlib)"},
           {package::Type::Rpm, "rpm", "microdnf", "RUN microdnf upgrade -y (zlib)"},
           {package::Type::Rpm, "rpm", "yum", "RUN yum update -y (zlib)"},
           {package::Type::Rpm, "rpm", "zypper", "RUN zypper --non-interactive update (zlib)"},
           {package::Type::Rpm, "rpm", "tdnf", "RUN tdnf update -y (zlib)"},
           {package::Type::Deb, "deb", "base-files", "rebuild with newer packages (zlib)"},
           {package::Type::Apk, "apk", "wolfi-baselayout", "rebuild with newer packages (zlib)"}}) {
    EXPECT_EQ(upgrade_in(c.type, c.purl_type, c.manager), c.action);
  }
}

TEST(Advise, ARootFileSystemHasNoDockerfile) {
  ImageFacts facts = facts_of_app();
  facts.image.config.reset();
  const auto advice = advise(facts, {flaw("deb", "curl", Severity::High, false)}, 3);
  ASSERT_THAT(advice, SizeIs(1));
  EXPECT_EQ(advice[0].action, "apt-get update && apt-get upgrade -y (curl)");
}

TEST(Advise, OneNewerGoForAllProgramsThatNeedIt) {
  std::vector<Finding> findings;
  for (const char* program : {"usr/bin/a", "usr/bin/b"}) {
    for (const char* fixed : {"1.20.10", "1.9.7", "1.22.0-rc.2", "1.21.3"}) {
      findings.push_back(flaw("golang", "stdlib", Severity::High, false));
      findings.back().location->path = program;
      findings.back().fixed_versions = {fixed};
    }
  }
  const auto advice = advise(facts_of_app(), findings, 3);
  ASSERT_THAT(advice, SizeIs(1));
  EXPECT_EQ(advice[0].action, "rebuild usr/bin/a, usr/bin/b with Go 1.22.0-rc.2");
  EXPECT_EQ(advice[0].removes, 8U);
}

TEST(Advise, ProgramsOfTheDistributionAndOfTheBaseAreNotTheReadersToRebuild) {
  ImageFacts facts = facts_of_app();
  LocatedPackage program = installed(package::Type::Go, "stdlib");
  program.package.path = "usr/bin/containerd";
  program.package.inside_os_package = "containerd";
  facts.packages.push_back(program);
  Finding of_distribution = flaw("golang", "stdlib", Severity::High, false);
  of_distribution.location->path = "usr/bin/containerd";
  EXPECT_THAT(advise(facts, {of_distribution, flaw("golang", "stdlib", Severity::High, true)}, 3),
              IsEmpty());
}

}  // namespace
}  // namespace corten::scan
