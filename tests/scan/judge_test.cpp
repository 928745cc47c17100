#include "scan/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/support.h"

namespace corten::scan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace scan::testing;  // NOLINT(google-build-using-namespace): the builders of this room

ImageFacts facts_of_app() {
  ImageFacts facts;
  facts.image = image_of(2);
  facts.distribution.id = "debian";
  facts.distribution.version_id = "12";
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

TEST(Caveats, SayWhatTheAnswerIsWorth) {
  ImageFacts facts;
  EXPECT_THAT(caveats(facts), SizeIs(1));  // no packages
  package::Package p;
  p.type = package::Type::Deb;
  facts.packages.push_back({p, 0});
  EXPECT_THAT(caveats(facts), ::testing::ElementsAre(HasSubstr("os-release")));
  facts.distribution.id = "debian";
  EXPECT_THAT(caveats(facts), IsEmpty());
}

TEST(Judge, FindingsAreOfTheImageAndItsLayer) {
  ImageFacts facts = facts_of_app();
  facts.kept["etc/passwd"] = "root::0:0::/:/bin/sh\n";
  const auto database = advisory::Database::starter();
  ASSERT_TRUE(database);
  const auto findings = judge(facts, *database, parse_time("2025-01-01").value());
  ASSERT_TRUE(findings);
  ASSERT_FALSE(findings->empty());
  for (const Finding& finding : *findings) EXPECT_EQ(finding.subject, "app:1");
}

}  // namespace
}  // namespace corten::scan
