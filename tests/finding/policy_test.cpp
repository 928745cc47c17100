#include "finding/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Time at(const char* text) { return parse_time(text).value(); }

Finding curl_finding() {
  Finding finding;
  finding.id = "CVE-2023-38545";
  finding.kind = FindingKind::Vulnerability;
  finding.severity = Severity::High;
  finding.subject = "registry.example/shop/web:1.2";
  finding.aliases = {"GHSA-aaaa-bbbb-cccc"};
  finding.package =
      PackageRef{"libcurl4", "7.88.1-10", "deb",
                 "pkg:deb/debian/libcurl4@7.88.1-10?arch=amd64&distro=debian-12", "curl"};
  finding.location = Location{"var/lib/dpkg/status", 0, 0, ""};
  finding.vulnerability.emplace();
  return finding;
}

IgnoreRule rule_for(std::string id) {
  IgnoreRule rule;
  rule.id = std::move(id);
  rule.reason = "why";
  rule.source = ".cortenignore:3";
  return rule;
}

std::vector<Finding> apply(std::vector<IgnoreRule> rules, std::vector<Finding> findings,
                           const char* now = "2025-01-01") {
  Policy policy;
  policy.ignores = std::move(rules);
  return apply_policy(policy, std::move(findings), at(now));
}

struct MatchCase {
  const char* name;
  IgnoreRule rule;
  bool suppressed;
};

IgnoreRule with(std::string id, std::vector<std::string> packages,
                std::vector<std::string> paths = {}, std::vector<std::string> subjects = {}) {
  IgnoreRule rule = rule_for(std::move(id));
  rule.packages = std::move(packages);
  rule.paths = std::move(paths);
  rule.subjects = std::move(subjects);
  return rule;
}

class RuleMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(RuleMatch, SuppressesWhenEveryPartMatches) {
  const MatchCase& c = GetParam();

  const auto out = apply({c.rule}, {curl_finding()});

  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].suppressed.has_value(), c.suppressed);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RuleMatch,
    testing::ValuesIn<MatchCase>({
        {"Id", rule_for("CVE-2023-38545"), true},
        {"IdInLowerCase", rule_for("cve-2023-38545"), true},
        {"Alias", rule_for("ghsa-AAAA-bbbb-cccc"), true},
        {"OtherId", rule_for("CVE-2023-38546"), false},
        {"IdIsNoGlob", rule_for("CVE-*"), false},
        {"EmptyId", rule_for(""), false},
        {"StarAlone", rule_for("*"), false},
        {"StarWithPackage", with("*", {"libcurl4"}), true},
        {"Name", with("CVE-2023-38545", {"libcurl4"}), true},
        {"NameGlob", with("CVE-2023-38545", {"libcurl*"}), true},
        {"SourceName", with("CVE-2023-38545", {"curl"}), true},
        {"OneOfNames", with("CVE-2023-38545", {"zlib", "libcurl4"}), true},
        {"OtherName", with("CVE-2023-38545", {"libcurl3"}), false},
        {"NameAndVersion", with("CVE-2023-38545", {"libcurl4@7.88.1-10"}), true},
        {"NameAndOtherVersion", with("CVE-2023-38545", {"libcurl4@7.88.1-11"}), false},
        {"NameAndVersionGlob", with("CVE-2023-38545", {"libcurl4@7.88.*"}), true},
        {"Purl", with("CVE-2023-38545", {"pkg:deb/debian/libcurl4"}), true},
        {"PurlGlob", with("CVE-2023-38545", {"pkg:deb/*/libcurl*"}), true},
        {"PurlOfOtherType", with("CVE-2023-38545", {"pkg:rpm/debian/libcurl4"}), false},
        {"PurlOfOtherNamespace", with("CVE-2023-38545", {"pkg:deb/ubuntu/libcurl4"}), false},
        {"PurlWithoutNamespace", with("CVE-2023-38545", {"pkg:deb/libcurl4"}), false},
        {"PurlWithVersion", with("CVE-2023-38545", {"pkg:deb/debian/libcurl4@7.88.1-10"}), true},
        {"PurlWithOtherVersion", with("CVE-2023-38545", {"pkg:deb/debian/libcurl4@7.88"}), false},
        {"PurlOfRelease", with("CVE-2023-38545", {"pkg:deb/debian/libcurl4?distro=debian-12"}),
         true},
        {"PurlOfOtherRelease", with("CVE-2023-38545", {"pkg:deb/debian/libcurl4?distro=debian-11"}),
         false},
        {"Path", with("CVE-2023-38545", {}, {"var/lib/**"}), true},
        {"PathFromRoot", with("CVE-2023-38545", {}, {"/var/lib/dpkg/*"}), true},
        {"OtherPath", with("CVE-2023-38545", {}, {"usr/**"}), false},
        {"Subject", with("CVE-2023-38545", {}, {}, {"registry.example/shop/*"}), true},
        {"OtherSubject", with("CVE-2023-38545", {}, {}, {"shop/*"}), false},
        {"AllParts", with("CVE-2023-38545", {"curl"}, {"var/**"}, {"**/web:*"}), true},
        {"OnePartOfThree", with("CVE-2023-38545", {"curl"}, {"usr/**"}, {"**/web:*"}), false},
    }),
    [](const auto& tested) { return tested.param.name; });

TEST(ApplyPolicy, RuleWithPackageLeavesFindingsWithoutOne) {
  Finding finding = curl_finding();
  finding.package.reset();
  finding.location.reset();

  EXPECT_FALSE(apply({with("CVE-2023-38545", {"*"})}, {finding})[0].suppressed);
  EXPECT_FALSE(apply({with("CVE-2023-38545", {}, {"**"})}, {finding})[0].suppressed);
}

TEST(ApplyPolicy, SuppressionSaysWhoAndWhyAndUntilWhen) {
  IgnoreRule rule = rule_for("CVE-2023-38545");
  rule.until = at("2025-06-30");

  const auto out = apply({rule, rule_for("CVE-2023-38545")}, {curl_finding()});

  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].suppressed, (Suppression{".cortenignore:3", "why", "2025-06-30"}));
}

TEST(ApplyPolicy, ExpiryIsTheFirstMomentAtWhichARuleNoLongerCounts) {
  IgnoreRule rule = rule_for("CVE-2023-38545");
  rule.until = at("2025-06-30");

  EXPECT_TRUE(apply({rule}, {curl_finding()}, "2025-06-29T23:59:59Z")[0].suppressed);
  EXPECT_FALSE(apply({rule}, {curl_finding()}, "2025-06-30")[0].suppressed);
}

TEST(ApplyPolicy, ExpiredRuleThatWouldMatchIsOneFinding) {
  IgnoreRule rule = rule_for("CVE-2023-38545");
  rule.until = at("2024-01-01");
  IgnoreRule unused = rule_for("CVE-1999-1");
  unused.until = at("2024-01-01");

  const auto out = apply({rule, unused}, {curl_finding(), curl_finding()});

  ASSERT_EQ(out.size(), 3U);
  const Finding& expired = out[2];
  EXPECT_EQ(expired.id, "CTN-POL-01");
  EXPECT_EQ(expired.kind, FindingKind::Misconfiguration);
  EXPECT_EQ(expired.severity, Severity::Low);
  EXPECT_EQ(expired.subject, "registry.example/shop/web:1.2");
  EXPECT_THAT(expired.evidence, HasSubstr(".cortenignore:3"));
  EXPECT_THAT(expired.evidence, HasSubstr("why"));
  EXPECT_THAT(expired.evidence, HasSubstr("2024-01-01"));
  EXPECT_THAT(expired.evidence, HasSubstr("and 1 more"));
  ASSERT_TRUE(expired.location);
  EXPECT_EQ(expired.location->path, ".cortenignore");
  EXPECT_EQ(expired.location->line, 3U);
  EXPECT_FALSE(out[0].suppressed);
}

TEST(ApplyPolicy, ExpiredRuleDoesNotHideThatAnotherOneCounts) {
  IgnoreRule expired = rule_for("CVE-2023-38545");
  expired.until = at("2024-01-01");
  IgnoreRule current = rule_for("CVE-2023-38545");
  current.source = "corten.yaml:9";

  const auto out = apply({expired, current}, {curl_finding()});

  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].id, "CTN-POL-01");
  EXPECT_EQ(out[1].suppressed->by, "corten.yaml:9");
}

TEST(ApplyPolicy, KeepsASuppressionThatIsAlreadyThere) {
  Finding finding = curl_finding();
  finding.suppressed = Suppression{"pragma", "inline", ""};

  EXPECT_EQ(apply({rule_for("CVE-2023-38545")}, {finding})[0].suppressed->by, "pragma");
}

struct UnfixedCase {
  FixState state;
  bool has_version;
  bool suppressed;
};

class IgnoreUnfixed : public testing::TestWithParam<UnfixedCase> {};

TEST_P(IgnoreUnfixed, MarksWhatNoVersionMends) {
  const UnfixedCase& c = GetParam();
  Finding finding = curl_finding();
  finding.vulnerability->state = c.state;
  if (c.has_version) finding.fixed_versions = {"7.88.1-11"};
  Policy policy;
  policy.ignore_unfixed = true;

  const auto out = apply_policy(policy, {finding}, at("2025-01-01"));

  ASSERT_EQ(out.size(), 1U) << "it is marked, not dropped";
  ASSERT_EQ(out[0].suppressed.has_value(), c.suppressed);
  if (c.suppressed) {
    EXPECT_EQ(out[0].suppressed->by, "--ignore-unfixed");
  }
}

INSTANTIATE_TEST_SUITE_P(Table, IgnoreUnfixed,
                         testing::ValuesIn<UnfixedCase>({
                             {FixState::Fixed, true, false},
                             {FixState::Fixed, false, false},
                             {FixState::Unknown, true, false},
                             {FixState::Unknown, false, true},
                             {FixState::NotFixed, false, true},
                             {FixState::WillNotFix, false, true},
                             {FixState::Deferred, false, true},
                             {FixState::EndOfLife, false, true},
                         }));

TEST(ApplyPolicy, IgnoreUnfixedIsAboutVulnerabilitiesOnly) {
  Finding finding;
  finding.id = "DL3002";
  Policy policy;
  policy.ignore_unfixed = true;

  EXPECT_FALSE(apply_policy(policy, {finding}, at("2025-01-01"))[0].suppressed);
}

TEST(ApplyPolicy, DropsWhatIsBelowShowAndSortsTheRest) {
  Finding low = curl_finding();
  low.severity = Severity::Low;
  Finding medium = curl_finding();
  medium.severity = Severity::Medium;
  Policy policy;
  policy.show = Severity::Medium;

  const auto out = apply_policy(policy, {low, medium, curl_finding()}, at("2025-01-01"));

  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].severity, Severity::High);
  EXPECT_EQ(out[1].severity, Severity::Medium);
}

TEST(DropBelow, CountsWhatNobodyRatedAndIsNotSuppressed) {
  Finding unknown = curl_finding();
  unknown.severity = Severity::Unknown;
  Finding suppressed = unknown;
  suppressed.suppressed = Suppression{};
  Finding info = unknown;
  info.severity = Severity::Info;
  const std::vector<Finding> all{curl_finding(), unknown, suppressed, info};
  struct Case {
    Severity show;
    std::size_t left_out;
    std::size_t kept;
  };

  for (const Case& c : {Case{Severity::Info, 0, 4}, Case{Severity::Unknown, 0, 3},
                        Case{Severity::Low, 1, 1}, Case{Severity::Critical, 1, 0}}) {
    std::vector<Finding> findings = all;
    EXPECT_EQ(drop_below(c.show, findings), c.left_out) << name_of(c.show);
    EXPECT_EQ(findings.size(), c.kept) << name_of(c.show);
  }
}

TEST(Fails, CountsTheUnratedBetweenInfoAndLow) {
  Finding unknown = curl_finding();
  unknown.severity = Severity::Unknown;
  Policy policy;
  for (const auto& [fail_on, expected] :
       {std::pair(Severity::Info, true), std::pair(Severity::Unknown, true),
        std::pair(Severity::Low, false), std::pair(Severity::Critical, false)}) {
    policy.fail_on = fail_on;
    EXPECT_EQ(fails(policy, {unknown}), expected) << name_of(fail_on);
  }
}

TEST(ApplyPolicy, NothingInNothingOut) { EXPECT_TRUE(apply({rule_for("*")}, {}).empty()); }

TEST(Fails, OnlyOnWhatCounts) {
  Finding high = curl_finding();
  Finding suppressed = curl_finding();
  suppressed.severity = Severity::Critical;
  suppressed.suppressed = Suppression{};
  Policy policy;

  EXPECT_FALSE(fails(policy, {high})) << "without --fail-on nothing fails";
  policy.fail_on = Severity::High;
  EXPECT_TRUE(fails(policy, {high}));
  EXPECT_FALSE(fails(policy, {suppressed}));
  EXPECT_FALSE(fails(policy, {}));
  policy.fail_on = Severity::Critical;
  EXPECT_FALSE(fails(policy, {high, suppressed}));
}

}  // namespace
}  // namespace corten
