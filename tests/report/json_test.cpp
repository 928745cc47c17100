#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/internal/json_text.h"
#include "report/written.h"

namespace corten::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;

json parsed(const Report& report) {
  json out = json::parse(written("json", report), nullptr, false);
  EXPECT_FALSE(out.is_discarded());
  return out;
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST(Json, HasTheKeysOfTheContract) {
  const json out = parsed(scan_report());

  EXPECT_EQ(out.at("schema"), 1);
  EXPECT_THAT(keys_of(out),
              testing::IsSupersetOf({"subject", "tool", "errors", "packages", "checks", "findings",
                                     "subjects", "advice", "notes"}));
  EXPECT_EQ(out.at("subject").at("type"), "image");
  EXPECT_EQ(out.at("tool").at("name"), "corten");
  EXPECT_EQ(out.at("tool").at("database").at("version"), "2024-11-16T06:00:00Z");
  EXPECT_EQ(out.at("errors").at(0).at("subject"), "layer 5 (sha256:1c2f55aa)");
}

TEST(Json, WritesAFindingWhole) {
  const json findings = parsed(scan_report()).at("findings");
  const auto finding =
      std::ranges::find(findings, "CVE-2023-44487", [](const json& f) { return f.at("id"); });
  ASSERT_NE(finding, findings.end());

  EXPECT_EQ(*finding, json::parse(R"({
    "id": "CVE-2023-44487", "kind": "vulnerability", "severity": "high", "title": "HTTP/2 rapid reset",
    "subject": "nginx.tar",
    "package": {"name": "libnghttp2-14", "version": "1.52.0-1", "type": "deb",
                "purl": "pkg:deb/debian/libnghttp2-14@1.52.0-1?distro=debian-12.4"},
    "fixed_versions": ["1.52.0-1+deb12u1"], "aliases": ["GHSA-qppj-fm5r-hxr3"],
    "evidence": "", "remediation": "",
    "references": ["https://security-tracker.debian.org/tracker/CVE-2023-44487"],
    "vulnerability": {"score": 7.5, "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
      "severity_source": "nvd", "state": "fixed", "kev": {"due_date": "2023-10-31", "ransomware": false},
      "epss": {"score": 0.94412, "percentile": 0.9991, "date": "2024-11-15"},
      "sources": ["debian-tracker"], "published": "2023-10-10"},
    "origin": {"layer_index": 0, "from_base": true, "instruction": ""}})"));
}

TEST(Json, LeavesOutWhatDoesNotApply) {
  Report report;
  report.findings.emplace_back();
  const json finding = parsed(report).at("findings").at(0);
  EXPECT_THAT(keys_of(finding), ElementsAre("aliases", "evidence", "id", "kind", "references",
                                            "remediation", "severity", "subject", "title"));
}

TEST(Json, SaysThatThereIsNoFixedVersion) {
  const json findings = parsed(scan_report()).at("findings");
  EXPECT_EQ(findings.at(0).at("fixed_versions"), json::array());
}

TEST(Json, KeepsFixesAndSuppressions) {
  const json out = parsed(scan_report());
  json fix;
  json suppressed;
  for (const json& finding : out.at("findings")) {
    if (finding.contains("fix")) fix = finding.at("fix");
    if (finding.at("id") == "CVE-2019-1010022") suppressed = finding.at("suppressed");
  }
  EXPECT_EQ(fix.at(0).at("path"), "Dockerfile");
  EXPECT_EQ(fix.at(0).at("line"), 6);
  EXPECT_EQ(suppressed,
            json::parse(R"({"by": ".cortenignore:3", "reason": "accepted by the platform team",
                                        "until": "2025-06-30"})"));
}

TEST(Json, KeepsTheOrderOfTheReport) {
  const Report report = audit_report();
  const json findings = parsed(report).at("findings");
  ASSERT_EQ(findings.size(), report.findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(findings[i].at("id"), report.findings[i].id);
  }
}

TEST(JsonText, EscapesWhatATerminalWouldObey) {
  const nlohmann::ordered_json value =
      "a\x1b\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8|\xc3\xa9\xe2\x80\x94\xc2\xa0";
  EXPECT_EQ(json_text(value, JsonLayout::Compact),
            "\"a\\u001b\\u007f\\u009b\\u202e\\u2066\\u2028|\xc3\xa9\xe2\x80\x94\xc2\xa0\"");
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
  const nlohmann::ordered_json value = "\xff|\xc0\xaf|\xed\xa0\x80|\xe2\x80";
  const std::string text = json_text(value, JsonLayout::Compact);
  EXPECT_THAT(text, testing::HasSubstr("\xef\xbf\xbd"));
  EXPECT_FALSE(json::parse(text, nullptr, false).is_discarded());
}

}  // namespace
}  // namespace corten::report
