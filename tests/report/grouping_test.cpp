#include "report/internal/grouping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten::report {
namespace {

using testing::ElementsAre;

Finding flaw(std::string id, std::string package, std::string source) {
  Finding finding;
  finding.id = std::move(id);
  finding.kind = FindingKind::Vulnerability;
  finding.severity = Severity::High;
  finding.subject = "image";
  finding.package = PackageRef{std::move(package), "1.0", "deb", "", std::move(source)};
  finding.vulnerability.emplace();
  return finding;
}

Finding misconfiguration(std::string subject) {
  Finding finding;
  finding.id = "CIS-5.11";
  finding.title = "no memory limit";
  finding.subject = std::move(subject);
  return finding;
}

std::vector<std::size_t> sizes(const std::vector<Finding>& findings) {
  std::vector<std::size_t> out;
  for (const Group& group : group_findings(findings)) out.push_back(group.members.size());
  return out;
}

TEST(Grouping, JoinsPackagesOfOneSource) {
  const std::vector<Finding> findings = {flaw("CVE-1", "libc6", "glibc"),
                                         flaw("CVE-2", "libc6", "glibc"),
                                         flaw("CVE-1", "locales", "glibc")};

  const std::vector<Group> groups = group_findings(findings);

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(package_label(groups[0]), "libc6 +1");
  EXPECT_EQ(package_label(groups[1]), "libc6");
}

TEST(Grouping, TakesThePackageForItsOwnSource) {
  EXPECT_THAT(sizes({flaw("CVE-1", "openssl", ""), flaw("CVE-1", "libssl3", "openssl")}),
              ElementsAre(2));
}

Finding of_base(Finding finding, std::string subject) {
  finding.subject = std::move(subject);
  finding.origin = Origin{0, true, ""};
  return finding;
}

TEST(MergeSharedBases, TellsAFlawOfOneBaseOnce) {
  const std::vector<Finding> findings = {of_base(flaw("CVE-1", "libc6", "glibc"), "a"),
                                         of_base(flaw("CVE-1", "locales", "glibc"), "a"),
                                         of_base(flaw("CVE-1", "libc6", "glibc"), "b"),
                                         of_base(flaw("CVE-1", "locales", "glibc"), "b")};

  const std::vector<Group> groups = merge_shared_bases(group_findings(findings));

  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].members.size(), 4U) << "none is lost from the counts";
  EXPECT_EQ(package_label(groups[0]), "libc6 +1");
  EXPECT_THAT(subjects_of(groups[0]), ElementsAre("a", "b"));
}

TEST(MergeSharedBases, LeavesTheOthers) {
  Finding own = of_base(flaw("CVE-1", "libc6", "glibc"), "b");
  own.origin->from_base = false;
  Finding newer = of_base(flaw("CVE-1", "libc6", "glibc"), "c");
  newer.package->version = "99";
  Finding suppressed = of_base(flaw("CVE-1", "libc6", "glibc"), "d");
  suppressed.suppressed = Suppression{};
  Finding unknown_origin = flaw("CVE-1", "libc6", "glibc");
  unknown_origin.subject = "e";
  const std::vector<Finding> findings = {of_base(flaw("CVE-1", "libc6", "glibc"), "a"), own, newer,
                                         suppressed, unknown_origin};

  const std::vector<Group> groups = merge_shared_bases(group_findings(findings));

  EXPECT_EQ(groups.size(), findings.size());
}

struct Difference {
  const char* name;
  void (*change)(Finding& finding);
};

class GroupingDifference : public testing::TestWithParam<Difference> {};

TEST_P(GroupingDifference, KeepsFindingsApart) {
  std::vector<Finding> findings = {flaw("CVE-1", "libc6", "glibc"),
                                   flaw("CVE-1", "libc6", "glibc")};
  GetParam().change(findings[1]);

  EXPECT_THAT(sizes(findings), ElementsAre(1, 1));
}

INSTANTIATE_TEST_SUITE_P(
    Report, GroupingDifference,
    testing::ValuesIn<Difference>({
        {"Subject", [](Finding& f) { f.subject = "other"; }},
        {"Severity", [](Finding& f) { f.severity = Severity::Low; }},
        {"Installed", [](Finding& f) { f.package->version = "2.0"; }},
        {"Fixed", [](Finding& f) { f.fixed_versions = {"3.0"}; }},
        {"State", [](Finding& f) { f.vulnerability->state = FixState::EndOfLife; }},
        {"Type", [](Finding& f) { f.package->type = "rpm"; }},
        {"Suppressed", [](Finding& f) { f.suppressed.emplace(); }},
        {"Kind", [](Finding& f) { f.kind = FindingKind::License; }},
        // Concatenated, the parts would be equal: "imageCVE-1" + "1" and "image" + "CVE-11".
        {"Boundaries",
         [](Finding& f) {
           f.package->source = "glibc1";
           f.package->version = ".0";
         }},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Grouping, CountsPlacesOfOnePackage) {
  const std::vector<Finding> findings = {flaw("CVE-1", "lodash", ""), flaw("CVE-1", "lodash", "")};

  EXPECT_EQ(package_label(group_findings(findings).front()), "lodash ×2");
}

TEST(Grouping, JoinsMisconfigurationsOfManySubjects) {
  const std::vector<Finding> findings = {misconfiguration("web"), misconfiguration("ci"),
                                         misconfiguration("web")};

  const std::vector<Group> groups = group_findings(findings);

  ASSERT_EQ(groups.size(), 1U);
  EXPECT_THAT(subjects_of(groups[0]), ElementsAre("web", "ci"));
  EXPECT_EQ(package_label(groups[0]), "");
}

TEST(Grouping, KeepsTheOrderOfTheReport) {
  const std::vector<Finding> findings = {flaw("CVE-9", "a", ""), flaw("CVE-1", "b", ""),
                                         flaw("CVE-9", "c", "a")};

  const std::vector<Group> groups = group_findings(findings);

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].lead().id, "CVE-9");
  EXPECT_EQ(groups[1].lead().id, "CVE-1");
}

}  // namespace
}  // namespace corten::report
