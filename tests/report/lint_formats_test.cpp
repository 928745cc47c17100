#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "report/fixture.h"
#include "report/validated.h"

namespace corten::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string written_by(std::string_view id, const Report& report, const Style& style = {}) {
  for (const Format& format : lint_formats()) {
    if (format.id != id) continue;
    const auto text = format.write(report, style);
    EXPECT_TRUE(text.has_value());
    return text.value_or(std::string());
  }
  ADD_FAILURE() << "no format " << id;
  return {};
}

Finding finding_of(std::string id, Severity severity, Location at, std::string title) {
  Finding out;
  out.id = std::move(id);
  out.severity = severity;
  out.subject = at.path;
  out.location = std::move(at);
  out.title = std::move(title);
  return out;
}

Subject file_of(std::string name, std::string type) {
  Subject out;
  out.type = std::move(type);
  out.name = std::move(name);
  return out;
}

Report lint_report() {
  Report out;
  out.command = "lint";
  out.subject = file_of(".", "path");
  out.subjects = {file_of("b/Dockerfile", "Dockerfile"), file_of("a/compose.yaml", "compose file")};
  Finding root = finding_of("CL1001", Severity::High, {"b/Dockerfile", 6, 1, "", 6, 5},
                            "the image runs as root");
  root.evidence = "no USER";
  root.fix = {Edit{"b/Dockerfile", 6, 6, "USER app\nCMD x"}};
  Finding tag = finding_of("DL3006", Severity::Medium, {"b/Dockerfile", 1, 6, "", 1, 10},
                           "the image has no tag");
  Finding quote = finding_of("SC2086", Severity::Low, {"b/Dockerfile", 3, 12, "", 3, 14},
                             "Double quote \"$x\" & <y>");
  Finding style = finding_of("DL3059", Severity::Info, {"b/Dockerfile", 4, 0}, "several RUN");
  Finding compose =
      finding_of("CC1001", Severity::Critical, {"a/compose.yaml", 3, 5}, "privileged");
  Finding hidden = finding_of("DL3008", Severity::Medium, {"b/Dockerfile", 2, 1}, "unpinned");
  hidden.suppressed = Suppression{"b/Dockerfile:1", "why not", ""};
  out.findings = {compose, root, tag, quote, style, hidden};
  out.source_lines[{"b/Dockerfile", 1}] = "FROM node";
  out.source_lines[{"b/Dockerfile", 3}] = "\tRUN é ls $x";
  out.source_lines[{"b/Dockerfile", 6}] = "CMD x";
  out.errors = {{"c/Dockerfile", "permission denied"}};
  return out;
}

TEST(LintFormats, TtyIsAsHadolintWritesIt) {
  EXPECT_EQ(written_by("tty", lint_report()),
            "b/Dockerfile:1 DL3006 warning: the image has no tag\n"
            "b/Dockerfile:3 SC2086 info: Double quote \"$x\" & <y>\n"
            "b/Dockerfile:4 DL3059 style: several RUN\n"
            "b/Dockerfile:6 CL1001 error: the image runs as root: no USER\n"
            "a/compose.yaml:3 CC1001 error: privileged\n");
  EXPECT_THAT(written_by("tty", lint_report(), {.color = true}), HasSubstr("\x1b["));
}

TEST(LintFormats, GnuIsAsEditorsMatchIt) {
  EXPECT_THAT(written_by("gnu", lint_report()),
              HasSubstr("hadolint:b/Dockerfile:1: DL3006 warning: the image has no tag\n"));
}

TEST(LintFormats, HadolintJson) {
  const json list = json::parse(written_by("hadolint-json", lint_report()));
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[0], json::parse(R"({"file":"b/Dockerfile","line":1,"column":6,"level":"warning",
    "code":"DL3006","message":"the image has no tag"})"));
  EXPECT_EQ(list[2].at("column"), 1);
}

TEST(LintFormats, CodeClimateEndsEachIssueWithNul) {
  const std::string text = written_by("codeclimate", lint_report());
  std::vector<std::string> severities;
  for (const std::string_view part : split(text, '\0')) {
    if (part.empty()) continue;
    const json issue = json::parse(part);
    EXPECT_EQ(issue.at("type"), "issue");
    EXPECT_EQ(issue.at("categories"), json::array({"Bug Risk"}));
    severities.push_back(issue.at("severity"));
  }
  EXPECT_THAT(severities, ElementsAre("major", "info", "minor", "blocker", "blocker"));
  EXPECT_TRUE(text.ends_with('\0'));
}

TEST(LintFormats, GitlabFingerprintsAreUniqueAndStayWhenLinesMove) {
  Report report = lint_report();
  report.findings.push_back(report.findings[2]);
  report.findings.back().location->line = 40;
  const json before = json::parse(written_by("gitlab_codeclimate", report));
  std::set<std::string> fingerprints;
  for (const json& issue : before) {
    fingerprints.insert(issue.at("fingerprint").get<std::string>());
    EXPECT_GE(issue.at("location").at("lines").at("begin"), 1);
    EXPECT_FALSE(issue.at("description").get<std::string>().empty());
  }
  EXPECT_EQ(fingerprints.size(), before.size());
  for (Finding& finding : report.findings) finding.location->line += 7;
  const json after = json::parse(written_by("gitlab_codeclimate", report));
  for (const json& issue : after) {
    EXPECT_TRUE(fingerprints.contains(issue.at("fingerprint").get<std::string>()));
  }
}

TEST(LintFormats, SonarQubeAsItsManualAsks) {
  const json issues = json::parse(written_by("sonarqube", lint_report())).at("issues");
  ASSERT_EQ(issues.size(), 5U);
  const std::set<std::string> known = {"BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"};
  for (const json& issue : issues) {
    EXPECT_TRUE(known.contains(issue.at("severity").get<std::string>()));
    EXPECT_TRUE(issue.at("primaryLocation").at("textRange").contains("startLine"));
  }
  EXPECT_EQ(issues[0].at("severity"), "MAJOR");
  EXPECT_EQ(issues[3].at("type"), "BUG");
}

TEST(LintFormats, CodacyIsOneJsonALine) {
  std::string text = written_by("codacy", lint_report());
  std::string_view rest = text;
  const auto first = next_line(rest);
  EXPECT_EQ(json::parse(*first), json::parse(R"({"filename":"b/Dockerfile","patternId":"DL3006",
    "message":"the image has no tag","line":1})"));
}

TEST(LintFormats, CheckstyleIsReadByAnXmlParser) {
  const std::string script =
      "import sys, xml.etree.ElementTree as e\n"
      "root = e.fromstring(sys.stdin.buffer.read())\n"
      "assert root.tag == 'checkstyle' and root.get('version') == '4.3'\n"
      "for f in root:\n"
      "    for x in f:\n"
      "        print(f.get('name'), x.get('line'), x.get('column'), x.get('severity'), "
      "x.get('source'), x.get('message'), sep='|')\n";
  const auto run =
      run_subprocess({"python3", "-c", script}, written_by("checkstyle", lint_report()));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->out,
            "b/Dockerfile|1|6|warning|DL3006|the image has no tag\n"
            "b/Dockerfile|3|12|info|SC2086|Double quote \"$x\" & <y>\n"
            "b/Dockerfile|4|1|info|DL3059|several RUN\n"
            "b/Dockerfile|6|1|error|CL1001|the image runs as root: no USER\n"
            "a/compose.yaml|3|5|error|CC1001|privileged\n")
      << run->err;
}

TEST(LintFormats, SarifHasFixesAndCharacterColumns) {
  const std::string text = written_by("sarif", lint_report());
  const auto schema = schema_path("sarif/sarif-schema-2.1.0.json");
  if (std::filesystem::exists(schema)) {
    EXPECT_EQ(json_schema_complaints(schema, text), "");
  }
  const json run = json::parse(text).at("runs").at(0);
  EXPECT_EQ(run.at("columnKind"), "unicodeCodePoints");
  for (const json& result : run.at("results")) {
    const json& region = result.at("locations").at(0).at("physicalLocation").at("region");
    if (result.at("ruleId") == "SC2086") {
      // "\tRUN é ls $x": byte 12 is character 11.
      EXPECT_EQ(region,
                json::parse(R"({"startLine":3,"startColumn":11,"endLine":3,"endColumn":13})"));
    }
    if (result.at("ruleId") == "CL1001") {
      EXPECT_EQ(result.at("fixes")
                    .at(0)
                    .at("artifactChanges")
                    .at(0)
                    .at("replacements")
                    .at(0)
                    .at("insertedContent")
                    .at("text"),
                "USER app\nCMD x\n");
    }
  }
}

TEST(LintFormats, HostileTextStaysInItsPlace) {
  const Report report = hostile_report(hostile_text());
  for (const Format& format : lint_formats()) {
    const std::string text = written_by(format.id, report);
    EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << format.id;
  }
  EXPECT_TRUE(json::accept(written_by("hadolint-json", report)));
  EXPECT_TRUE(json::accept(written_by("sonarqube", report)));
  EXPECT_TRUE(json::accept(written_by("gitlab_codeclimate", report)));
  EXPECT_EQ(complaints_of({"xmllint", "--noout", "--nonet", "-"}, written_by("checkstyle", report)),
            "");
}

TEST(LintFormats, EmptyReportIsValid) {
  EXPECT_EQ(json::parse(written_by("hadolint-json", Report{})), json::array());
  EXPECT_EQ(written_by("tty", Report{}), "");
  EXPECT_EQ(json::parse(written_by("sonarqube", Report{})), json::parse(R"({"issues":[]})"));
}

TEST(LintTable, ShowsFilesPlacesSourceAndSums) {
  EXPECT_EQ(written_by("table", lint_report(), {.show_source = true}),
            "  b/Dockerfile\n"
            "   1:6  medium    DL3006  the image has no tag\n"
            "          FROM node\n"
            "               ^~~~\n"
            "  3:12  low       SC2086  Double quote \"$x\" & <y>\n"
            "          RUN é ls $x\n"
            "                   ^~\n"
            "     4  info      DL3059  several RUN\n"
            "   6:1  high      CL1001  the image runs as root: no USER\n"
            "          CMD x\n"
            "          ^~~~\n"
            "\n"
            "  a/compose.yaml\n"
            "   3:5  critical  CC1001  privileged\n"
            "\n"
            "  1 critical · 1 high · 1 medium · 1 low · 1 info in 1 Dockerfile, 1 compose\n"
            "  file · 1 file not examined · 1 suppressed (--show-suppressed)\n"
            "  1 of 5 can be mended: corten lint --fix --diff\n"
            "  not examined: c/Dockerfile: permission denied\n");
}

TEST(LintTable, CutsNoIdAndShowsALineOnceForAllThatIsFoundThere) {
  Report report;
  report.command = "lint";
  report.subjects = {file_of("Dockerfile", "Dockerfile")};
  const Location place{"Dockerfile", 1, 6, "", 1, 10};
  Finding tag = finding_of("DL3006", Severity::Medium, place, "the image has no tag");
  tag.evidence = "The tag: no image";  // nothing that the title does not say
  Finding casing = finding_of("BK-FromPlatformFlagConstDisallowed", Severity::Low, place,
                              "FROM is bound to one platform");
  casing.evidence = "linux/amd64 stands in the file";
  report.findings = {tag, casing};
  report.source_lines[{"Dockerfile", 1}] = "FROM node";
  EXPECT_EQ(written_by("table", report, {.width = 80, .show_source = true}),
            "  Dockerfile\n"
            "   1:6  low       BK-FromPlatformFlagConstDisallowed  FROM is bound to one\n"
            "                          platform: linux/amd64 stands in the file\n"
            "   1:6  medium    DL3006  the image has no tag\n"
            "          FROM node\n"
            "               ^~~~\n"
            "\n"
            "  1 medium · 1 low in 1 Dockerfile\n");
}

TEST(LintTable, SumsUpRepeats) {
  Report report = lint_report();
  const Finding one = report.findings[2];
  for (std::uint32_t i = 0; i < 40; ++i) {
    report.findings.push_back(one);
    report.findings.back().location->line = 100 + i;
  }
  EXPECT_THAT(written_by("table", report), HasSubstr("… 38 more DL3006 in lines 102, 103, "));
  EXPECT_THAT(written_by("table", report, {.show_all = true}), HasSubstr("139:6"));
}

TEST(LintTable, ManyFilesAreCutWorstFirst) {
  Report report;
  report.command = "lint";
  for (int i = 0; i < 1000; ++i) {
    const std::string name = fmt::format("d{}/Dockerfile", i);
    report.subjects.push_back(file_of(name, "Dockerfile"));
    report.findings.push_back(finding_of("DL3006", i == 700 ? Severity::High : Severity::Low,
                                         {name, 1, 1}, "the image has no tag"));
  }
  const std::string text = written_by("table", report);
  EXPECT_LT(std::ranges::count(text, '\n'), 260);
  EXPECT_TRUE(text.starts_with("  d700/Dockerfile\n")) << text.substr(0, 100);
  EXPECT_THAT(text, HasSubstr("more files (--all)"));
  EXPECT_THAT(text, HasSubstr("1 high · 999 low in 1,000 Dockerfiles"));
}

TEST(LintTable, KeepsToItsWidth) {
  Report report = lint_report();
  report.source_lines[{"b/Dockerfile", 1}] = std::string(400, 'x');
  report.findings[2].location->column = 300;
  report.findings[2].location->end_column = 390;
  report.findings[2].title = std::string(300, 'y') + " " + std::string(90, 'z');
  for (const std::size_t width : {60U, 80U, 120U}) {
    std::string text = written_by("table", report, {.width = width, .show_source = true});
    std::string_view rest = text;
    while (const auto line = next_line(rest)) {
      EXPECT_LE(display_width(*line), width) << *line;
    }
  }
}

}  // namespace
}  // namespace corten::report
