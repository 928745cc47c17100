#include "finding/vex.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace corten {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// "ID: package, package @ subject, subject (reason)" for each rule.
std::vector<std::string> shown(const Result<std::vector<IgnoreRule>>& rules) {
  if (!rules) return {describe(rules.error())};
  std::vector<std::string> out;
  for (const IgnoreRule& rule : *rules) {
    if (rule.takes_back) continue;
    out.push_back(fmt::format("{}: {} @ {} ({})", rule.id, fmt::join(rule.packages, ", "),
                              fmt::join(rule.subjects, ", "), rule.reason));
  }
  return out;
}

std::string openvex(const std::string& statements) {
  return R"({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex-1",
             "timestamp": "2024-01-01T00:00:00Z", "statements": [)" +
         statements + "]}";
}

TEST(OpenVex, NotAffectedAndFixedBecomeRules) {
  const auto rules = parse_vex(openvex(R"(
      {"vulnerability": {"name": "CVE-1", "aliases": ["GHSA-1", "https://example.com/CVE-1"]},
       "products": [{"@id": "pkg:deb/debian/curl@7.1-1"}, {"@id": "x", "identifiers": {"purl": "pkg:apk/alpine/curl"}}],
       "status": "not_affected", "justification": "component_not_present", "impact_statement": "not built in"},
      {"vulnerability": {"name": "CVE-2"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"},
      {"vulnerability": {"name": "CVE-3"}, "products": [{"@id": "pkg:npm/a"}], "status": "affected"},
      {"vulnerability": {"name": "CVE-4"}, "products": [{"@id": "pkg:npm/a"}], "status": "under_investigation"},
      {"vulnerability": {"name": "CVE-5"}, "status": "not_affected"})"),
                               "f.json");

  EXPECT_THAT(shown(rules), ElementsAre("CVE-1: pkg:apk/alpine/curl, pkg:deb/debian/curl@7.1-1 @  "
                                        "(component_not_present: not built in)",
                                        "GHSA-1: pkg:apk/alpine/curl, pkg:deb/debian/curl@7.1-1 @  "
                                        "(component_not_present: not built in)",
                                        "CVE-2: pkg:npm/a @  (fixed)"));
  EXPECT_EQ(rules->front().source, "vex:https://example.com/vex-1");
}

TEST(OpenVex, ImagesBecomeSubjects) {
  const auto rules = parse_vex(openvex(R"(
      {"vulnerability": {"name": "CVE-1"}, "status": "not_affected", "products": [
        {"@id": "pkg:docker/dhi/bash", "subcomponents": [{"@id": "pkg:deb/debian/lz4"}]},
        {"@id": "pkg:oci/app?repository_url=ghcr.io/us/app&tag=1.2"},
        {"@id": "pkg:oci/web@sha256%3Aabc"},
        {"@id": "pkg:golang/example.com/tool", "subcomponents": [{"@id": "pkg:golang/x/y@v1"}]}]})"),
                               "f.json");

  EXPECT_THAT(
      shown(rules),
      UnorderedElementsAre(
          "CVE-1: pkg:deb/debian/lz4 @ **/dhi/bash, **/dhi/bash:*, **/dhi/bash@* (not_affected)",
          "CVE-1:  @ **/ghcr.io/us/app:1.2, **/ghcr.io/us/app:1.2@* (not_affected)",
          "CVE-1:  @ **/web@sha256:abc (not_affected)",
          "CVE-1: pkg:golang/x/y@v1 @  (not_affected)"));
}

TEST(OpenVex, TheLatestStatementAboutAThingCounts) {
  const std::string rest =
      R"("vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:npm/a"}])";
  const std::string early =
      R"({"timestamp": "2023-01-01T00:00:00Z", "status": "not_affected", )" + rest + "}";
  const std::string late =
      R"({"timestamp": "2023-02-01T00:00:00Z", "status": "affected", )" + rest + "}";

  EXPECT_THAT(shown(parse_vex(openvex(early + "," + late), "f")), IsEmpty());
  EXPECT_THAT(shown(parse_vex(openvex(late + "," + early), "f")), IsEmpty());
  EXPECT_THAT(shown(parse_vex(openvex(early), "f")),
              ElementsAre("CVE-1: pkg:npm/a @  (not_affected)"));
}

// What a statement is about may be named in two ways, and in two documents.
TEST(OpenVex, ALaterStatementTakesBackWhatEarlierOnesSay) {
  const auto statement = [](const char* time, const char* status, const char* product) {
    return fmt::format(R"({{"timestamp": "{}T00:00:00Z", "status": "{}",
        "vulnerability": {{"name": "CVE-1"}}, "products": [{{"@id": "{}"}}]}})",
                       time, status, product);
  };
  struct Case {
    std::string statements[2];
    bool suppressed;
  };
  const Case cases[] = {
      {{statement("2023-01-01", "not_affected", "pkg:npm/a"),
        statement("2023-02-01", "affected", "pkg:npm/a@1.0.0")},
       false},
      {{statement("2023-01-01", "fixed", "pkg:npm/a@1.0.0"),
        statement("2023-02-01", "under_investigation", "pkg:npm/a")},
       false},
      {{statement("2023-02-01", "not_affected", "pkg:npm/a@1.0.0"),
        statement("2023-01-01", "affected", "pkg:npm/a")},
       true},
      {{statement("2023-01-01", "not_affected", "pkg:npm/a"),
        statement("2023-02-01", "affected", "pkg:npm/a@2.0.0")},
       true},
      {{statement("2023-01-01", "not_affected", "pkg:npm/a"),
        statement("2023-01-01", "affected", "pkg:npm/a@1.0.0")},
       true},
      // Go's "no time", which is before the epoch.
      {{statement("0001-01-01", "not_affected", "pkg:npm/a"),
        statement("2023-01-01", "affected", "pkg:npm/b")},
       true},
      {{statement("0001-01-01", "not_affected", "pkg:npm/a"),
        statement("2023-01-01", "affected", "pkg:npm/a")},
       false},
  };
  Finding finding;
  finding.id = "CVE-1";
  finding.package = PackageRef{"a", "1.0.0", "npm", "pkg:npm/a@1.0.0", {}};
  for (const Case& c : cases) {
    Policy policy;
    for (const std::string& text : c.statements) {
      auto rules = parse_vex(openvex(text), "f");
      ASSERT_TRUE(rules);
      std::ranges::move(*rules, std::back_inserter(policy.ignores));
    }
    const auto marked = mark_findings(policy, {finding}, Time{});
    ASSERT_EQ(marked.size(), 1U);
    EXPECT_EQ(marked[0].suppressed.has_value(), c.suppressed) << c.statements[0] << "\n"
                                                              << c.statements[1];
  }
}

TEST(OpenVex, DraftsWithPlainTextsAreRead) {
  EXPECT_THAT(
      shown(parse_vex(R"({"@context": "https://openvex.dev/ns", "statements": [
      {"vulnerability": "CVE-1", "products": ["pkg:apk/wolfi/git@1"], "status": "fixed"},
      {"vulnerability": "CVE-2", "products": ["pkg:docker/us/app"], "subcomponents": ["pkg:apk/wolfi/git"],
       "status": "fixed"}]})",
                      "f")),
      ElementsAre("CVE-1: pkg:apk/wolfi/git@1 @  (fixed)",
                  "CVE-2: pkg:apk/wolfi/git @ **/us/app, **/us/app:*, **/us/app@* (fixed)"));
}

TEST(OpenVex, NamesAreNeverWildcards) {
  EXPECT_THAT(
      shown(parse_vex(openvex(R"({"vulnerability": {"name": "CVE-1"}, "status": "fixed", "products":
                    [{"@id": "*"}, {"@id": "pkg:deb/debian/*"}, {"@id": "pkg:docker/*"}]})"),
                      "f")),
      UnorderedElementsAre(R"(CVE-1: \*, pkg:deb/debian/%2A @  (fixed))",
                           R"(CVE-1:  @ **/\*, **/\*:*, **/\*@* (fixed))"));
  EXPECT_THAT(
      shown(parse_vex(
          openvex(
              R"({"vulnerability": {"name": "*"}, "status": "fixed", "products": [{"@id": "a"}]})"),
          "f")),
      ElementsAre(HasSubstr("statement 1: no vulnerability is named")));
}

std::string csaf(const std::string& vulnerability) {
  return R"({"document": {"category": "csaf_vex", "csaf_version": "2.0", "tracking": {"id": "EX-1"}},
    "product_tree": {
      "branches": [{"category": "vendor", "name": "Red Hat", "branches": [
        {"category": "product_name", "name": "RHEL 8", "product": {"name": "RHEL 8", "product_id": "rhel8",
          "product_identification_helper": {"cpe": "cpe:/o:redhat:enterprise_linux:8"}}},
        {"category": "product_name", "name": "Storage", "product": {"name": "Storage 3", "product_id": "storage",
          "product_identification_helper": {"cpe": "cpe:2.3:a:redhat:storage:3:*:*:*:*:*:*:*"}}},
        {"category": "product_version", "name": "curl", "product": {"name": "curl", "product_id": "curl",
          "product_identification_helper": {"purl": "pkg:rpm/redhat/curl"}}},
        {"category": "product_version", "name": "curl-1", "product": {"name": "curl-1", "product_id": "curl-1",
          "product_identification_helper": {"purl": "pkg:rpm/redhat/curl@1-1.el8?arch=x86_64"}}},
        {"category": "product_version", "name": "bare", "product": {"name": "bare", "product_id": "bare"}}]}],
      "full_product_names": [{"product_id": "abc", "name": "ABC 4.2"}],
      "product_groups": [{"group_id": "g", "product_ids": ["abc", "rhel8:curl"]}],
      "relationships": [
        {"category": "default_component_of", "product_reference": "curl", "relates_to_product_reference": "rhel8",
         "full_product_name": {"name": "curl in RHEL 8", "product_id": "rhel8:curl"}},
        {"category": "default_component_of", "product_reference": "curl", "relates_to_product_reference": "storage",
         "full_product_name": {"name": "curl in Storage", "product_id": "storage:curl"}},
        {"category": "default_component_of", "product_reference": "curl-1", "relates_to_product_reference": "rhel8",
         "full_product_name": {"name": "curl-1 in RHEL 8", "product_id": "rhel8:curl-1"}},
        {"category": "default_component_of", "product_reference": "bare", "relates_to_product_reference": "rhel8",
         "full_product_name": {"name": "bare in RHEL 8", "product_id": "rhel8:bare"}},
        {"category": "default_component_of", "product_reference": "loop", "relates_to_product_reference": "rhel8",
         "full_product_name": {"name": "loop", "product_id": "loop"}}]},
    "vulnerabilities": [)" +
         vulnerability + "]}";
}

TEST(Csaf, ComponentsWithoutVersionAreLimitedToTheirPlatform) {
  EXPECT_THAT(
      shown(parse_vex(csaf(R"({"cve": "CVE-1", "product_status": {
                  "known_not_affected": ["rhel8:curl", "storage:curl", "rhel8:curl-1", "rhel8:bare", "loop", "none"]}})"),
                      "f")),
      ElementsAre(
          "CVE-1: pkg:rpm/redhat/curl?distro=redhat-8, pkg:rpm/redhat/curl?distro=storage-3, "
          "pkg:rpm/redhat/curl@1-1.el8?arch=x86_64 @  (not affected)"));
}

TEST(Csaf, ReasonsComeFromFlagsAndImpactStatements) {
  EXPECT_THAT(shown(parse_vex(csaf(R"({"cve": "CVE-1",
                  "product_status": {"known_not_affected": ["abc", "rhel8:curl"], "fixed": ["rhel8:curl-1"]},
                  "flags": [{"label": "component_not_present", "group_ids": ["g"]}],
                  "threats": [{"category": "impact", "details": "No Java.", "product_ids": ["abc"]},
                              {"category": "impact", "details": "Important", "product_ids": ["rhel8:curl"]}]})"),
                              "f")),
              ElementsAre("CVE-1: ABC 4.2 @  (component_not_present: No Java.)",
                          "CVE-1: pkg:rpm/redhat/curl?distro=redhat-8 @  (component_not_present)",
                          "CVE-1: pkg:rpm/redhat/curl@1-1.el8?arch=x86_64 @  (fixed)"));
}

TEST(Csaf, WhatIsAlsoAffectedCounts) {
  EXPECT_THAT(shown(parse_vex(csaf(R"({"cve": "CVE-1", "product_status": {
                  "known_affected": ["abc"], "under_investigation": ["rhel8:curl"],
                  "known_not_affected": ["abc", "rhel8:curl"]}})"),
                              "f")),
              IsEmpty());
}

TEST(Csaf, OtherIdsStandInForAMissingCve) {
  EXPECT_THAT(shown(parse_vex(csaf(R"({"ids": [{"system_name": "x", "text": "EX-7"}],
                  "product_status": {"fixed": ["abc"]}})"),
                              "f")),
              ElementsAre("EX-7: ABC 4.2 @  (fixed)"));
}

std::string cyclonedx(const std::string& vulnerabilities) {
  return R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:1",
    "metadata": {"component": {"type": "container", "name": "shop/web", "version": "2", "bom-ref": "root"}},
    "components": [
      {"type": "library", "name": "jackson", "version": "2.10", "bom-ref": "j", "purl": "pkg:maven/com/jackson@2.10",
       "components": [{"type": "library", "name": "inner", "version": "1", "bom-ref": "i"}]},
      {"type": "library", "name": "plain", "bom-ref": "p"}],
    "vulnerabilities": [)" +
         vulnerabilities + "]}";
}

TEST(CycloneDx, StatesThatSuppress) {
  const auto of = [](const std::string& state) {
    return shown(parse_vex(cyclonedx(R"({"id": "CVE-1", "analysis": {"state": ")" + state +
                                     R"("}, "affects": [{"ref": "j"}]})"),
                           "f"));
  };

  for (const std::string state :
       {"not_affected", "false_positive", "resolved", "resolved_with_pedigree"}) {
    EXPECT_THAT(of(state), ElementsAre("CVE-1: pkg:maven/com/jackson@2.10 @  (" + state + ")"));
  }
  for (const char* state : {"exploitable", "in_triage", ""}) EXPECT_THAT(of(state), IsEmpty());
}

TEST(CycloneDx, ReferencesAreResolved) {
  EXPECT_THAT(
      shown(parse_vex(cyclonedx(R"({"id": "CVE-1", "references": [{"id": "GHSA-1"}],
          "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "never called"},
          "affects": [{"ref": "i"}, {"ref": "p"}, {"ref": "root"}, {"ref": "pkg:npm/x@1"}, {"ref": "unknown"},
                      {"ref": "urn:cdx:1/1#pkg:npm/y@2"}, {"ref": "urn:cdx:1/1"}]})"),
                      "f")),
      ElementsAre(
          "CVE-1: inner@1, pkg:npm/x@1, pkg:npm/y@2, plain @  (code_not_reachable: never called)",
          "CVE-1:  @ **/shop/web:2, **/shop/web:2@* (code_not_reachable: never called)",
          "GHSA-1: inner@1, pkg:npm/x@1, pkg:npm/y@2, plain @  (code_not_reachable: never called)",
          "GHSA-1:  @ **/shop/web:2, **/shop/web:2@* (code_not_reachable: never called)"));
}

TEST(CycloneDx, OnlyUnaffectedVersionsSuppress) {
  EXPECT_THAT(
      shown(parse_vex(cyclonedx(R"({"id": "CVE-1", "analysis": {"state": "resolved"}, "affects": [
                  {"ref": "j", "versions": [{"version": "2.9", "status": "affected"}, {"version": "2.11"},
                     {"range": "vers:maven/>1", "status": "unaffected"}, {"version": "2.12*", "status": "unaffected"}]},
                  {"ref": "p", "versions": [{"version": "3", "status": "unaffected"}]}]})"),
                      "f")),
      ElementsAre("CVE-1: pkg:maven/com/jackson@2.12%2A, plain@3 @  (resolved)"));
}

TEST(CycloneDx, WithoutAnalysisOrAffectsNothingIsSuppressed) {
  EXPECT_THAT(shown(parse_vex(cyclonedx(R"({"id": "CVE-1", "affects": [{"ref": "j"}]},
                                           {"id": "CVE-2", "analysis": {"state": "resolved"}})"),
                              "f")),
              IsEmpty());
}

struct BadCase {
  const char* name;
  std::string content;
  ErrorCode code;
};

class BadVex : public testing::TestWithParam<BadCase> {};

TEST_P(BadVex, IsAnErrorThatNamesTheFile) {
  const auto rules = parse_vex(GetParam().content, "bad.json");

  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, GetParam().code) << describe(rules.error());
  EXPECT_THAT(describe(rules.error()), testing::StartsWith("bad.json: "));
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadVex,
    testing::ValuesIn<BadCase>({
        {"Empty", "", ErrorCode::InvalidInput},
        {"Truncated", openvex("").substr(0, 60), ErrorCode::InvalidInput},
        {"NoJson", "<xml/>", ErrorCode::InvalidInput},
        {"BadUtf8", "{\"a\": \"\xff\"}", ErrorCode::InvalidInput},
        {"Number", "1", ErrorCode::Unsupported},
        {"List", "[]", ErrorCode::Unsupported},
        {"OtherObject", "{}", ErrorCode::Unsupported},
        {"Spdx", R"({"spdxVersion": "SPDX-2.3"})", ErrorCode::Unsupported},
        {"NoStatements", R"({"@context": "https://openvex.dev/ns/v0.2.0"})",
         ErrorCode::InvalidInput},
        {"StatementsNoList", R"({"@context": "https://openvex.dev/ns/v0.2.0", "statements": {}})",
         ErrorCode::InvalidInput},
        {"StatementNoObject", openvex("1"), ErrorCode::InvalidInput},
        {"NoStatus", openvex(R"({"vulnerability": {"name": "CVE-1"}})"), ErrorCode::InvalidInput},
        {"UnknownStatus", openvex(R"({"vulnerability": {"name": "CVE-1"}, "status": "harmless"})"),
         ErrorCode::InvalidInput},
        {"CsafNoTracking", R"({"document": {"csaf_version": "2.0"}})", ErrorCode::InvalidInput},
        {"CsafVulnerabilityNoObject", csaf("7"), ErrorCode::InvalidInput},
        {"CycloneDxVulnerabilityNoObject", cyclonedx("7"), ErrorCode::InvalidInput},
        {"DeepJson", repeated("[", 100'000), ErrorCode::InvalidInput},
        {"DeepBranches",
         R"({"document": {"csaf_version": "2.0", "tracking": {"id": "x"}}, "product_tree": )" +
             repeated(R"({"branches": [)", 60) + repeated("]}", 60) + "}",
         ErrorCode::LimitExceeded},
        {"DeepComponents",
         R"({"bomFormat": "CycloneDX", "components": [)" + repeated(R"({"components": [)", 60) +
             repeated("]}", 60) + "]}",
         ErrorCode::LimitExceeded},
    }),
    [](const auto& tested) { return tested.param.name; });

TEST(VexLimits, IdsTimesProductsAreBounded) {
  std::string aliases = "\"A-0\"";
  std::string products = R"({"@id": "p0"})";
  for (int i = 1; i < 1100; ++i) {
    aliases += fmt::format(", \"A-{}\"", i);
    products += fmt::format(R"(, {{"@id": "p{}"}})", i);
  }
  const auto rules =
      parse_vex(openvex(R"({"vulnerability": {"name": "CVE-1", "aliases": [)" + aliases +
                        R"(]}, "status": "fixed", "products": [)" + products + "]}"),
                "f");

  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace corten
