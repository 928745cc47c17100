#include "lint/ignore_edit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "lint/fix.h"
#include "lint/mending.h"

namespace corten::lint {
namespace {

constexpr FileKind kDockerfile = FileKind::Dockerfile;
constexpr FileKind kYaml = FileKind::Compose;

Finding finding_at(std::uint32_t line, std::string id) {
  Finding finding;
  finding.id = std::move(id);
  finding.location = Location{.path = "f", .line = line, .column = 1};
  return finding;
}

// The content with the pragma; empty: there is no place for one.
std::string ignoring(FileKind kind, std::string_view content, Finding finding) {
  const auto edit = ignore_edit(kind, content, finding);
  if (!edit) return {};
  finding.fix = {*edit};
  return apply_edits("f", content, {finding}, FixSafety::Unsafe).content;
}

TEST(IgnoreEdit, StandsAboveTheInstruction) {
  EXPECT_EQ(ignoring(kDockerfile, "FROM a\nRUN b \\\n  c\n", finding_at(3, "DL3008")),
            "FROM a\n# hadolint ignore=DL3008\nRUN b \\\n  c\n");
  EXPECT_EQ(ignoring(kDockerfile, "FROM a\r\n  RUN b\r\n", finding_at(2, "SC2086")),
            "FROM a\r\n  # hadolint ignore=SC2086\r\n  RUN b\r\n");
  EXPECT_EQ(ignoring(kDockerfile,
                     "\xef\xbb\xbf"
                     "FROM a",
                     finding_at(1, "CL1001")),
            "\xef\xbb\xbf# corten ignore=CL1001\nFROM a");
  EXPECT_EQ(
      ignoring(kDockerfile, "FROM a\nRUN <<E\nx\n# y\nz\nE\n", finding_at(5, "BK-UndefinedVar")),
      "FROM a\n# corten ignore=BK-UndefinedVar\nRUN <<E\nx\n# y\nz\nE\n");
}

TEST(IgnoreEdit, JoinsThePragmaThatIsThere) {
  EXPECT_EQ(ignoring(kDockerfile, "#hadolint ignore = DL3006 , DL3007 # why\n# more\nFROM a\n",
                     finding_at(3, "DL3029")),
            "#hadolint ignore = DL3006 , DL3007,DL3029 # why\n# more\nFROM a\n");
  EXPECT_EQ(ignoring(kDockerfile, "# corten ignore=CL3001 reason=\"x\"\nFROM a\n",
                     finding_at(2, "CL1001")),
            "# corten ignore=CL3001,CL1001 reason=\"x\"\nFROM a\n");
  EXPECT_EQ(
      ignoring(kDockerfile, "# hadolint global ignore=DL3006\nFROM a\n", finding_at(2, "DL3029")),
      "# hadolint global ignore=DL3006\n# hadolint ignore=DL3029\nFROM a\n")
      << "a pragma for the whole file is another matter";
  EXPECT_EQ(ignoring(kDockerfile, "# hadolint ignore=DL3006\n\nFROM a\n", finding_at(3, "DL3029")),
            "# hadolint ignore=DL3006\n\n# hadolint ignore=DL3029\nFROM a\n")
      << "one that stands apart is about nothing";
}

TEST(IgnoreEdit, StandsAboveTheEntryOfYaml) {
  EXPECT_EQ(ignoring(kYaml, "a:\n  b:\n    - c: 1\n      d: 2\n", finding_at(4, "CC1001")),
            "a:\n  b:\n    - c: 1\n      # corten ignore=CC1001\n      d: 2\n");
  EXPECT_EQ(ignoring(kYaml, "a:\n  # corten ignore=CC1002\n  b: 1\n", finding_at(3, "CC1001")),
            "a:\n  # corten ignore=CC1002,CC1001\n  b: 1\n");
}

TEST(IgnoreEdit, LeavesAloneWhatTakesNoComment) {
  EXPECT_EQ(ignoring(kYaml, "{\"a\": {\n  \"b\": 1}}\n", finding_at(2, "KSV-0001")), "");
  EXPECT_EQ(ignoring(kYaml, "a: |\n  b: 1\n  c: 2\n", finding_at(3, "CC1001")), "");
  EXPECT_EQ(ignoring(kYaml, "a:\n  - >-\n    b: 1\n\n    c: 2\n", finding_at(5, "CC1001")), "");
  EXPECT_EQ(ignoring(kDockerfile, "# x\nFROM a\n", finding_at(1, "CTN-LINT-02")), "");
  EXPECT_EQ(ignoring(kDockerfile, "FROM a\n", finding_at(9, "DL3008")), "");
  EXPECT_EQ(ignoring(kDockerfile, "", finding_at(1, "DL3061")), "");
  Finding nowhere = finding_at(1, "DL3008");
  nowhere.location.reset();
  EXPECT_EQ(ignoring(kDockerfile, "FROM a\n", nowhere), "");
}

LintReport lint(const Check& check, const std::string& content) {
  LintRequest request;
  request.paths = {"-"};
  request.stdin_name = "f";
  request.contents = {{"-", content}};
  request.kinds = {{"-", kind_of_example(check)}};
  request.rules.hadolint.overrides.push_back({std::string(check.id), LintLevel::Error, {}});
  request.unused_pragmas = UnusedPragmas::Report;
  request.shellcheck = RunShellcheck::No;
  NoProgress progress;
  auto report = lint_files(request, progress);
  EXPECT_TRUE(report.has_value());
  return *std::move(report);
}

// The first finding of the check that counts, or nullptr.
const Finding* first_of(const LintReport& report, const Check& check) {
  const auto found = std::ranges::find_if(report.findings, [&](const Finding& finding) {
    return finding.id == check.id && !finding.suppressed;
  });
  return found == report.findings.end() ? nullptr : &*found;
}

TEST(IgnoreEdit, IgnoresTheFindingsOfEveryRule) {
  std::size_t ignored = 0;
  for (const Check& check : lint_catalogue()) {
    if (check.id.starts_with("CTN-") || check.id == "DL1001") continue;  // about pragmas
    std::string content(check.bad);
    // Each finding may stand in another instruction.
    for (int i = 0; i < 10; ++i) {
      const LintReport report = lint(check, content);
      const Finding* finding = first_of(report, check);
      if (finding == nullptr) break;
      const std::string changed = ignoring(kind_of_example(check), content, *finding);
      ASSERT_FALSE(changed.empty()) << check.id << " at line " << finding->location->line << " of\n"
                                    << content;
      content = changed;
      ++ignored;
    }
    const LintReport report = lint(check, content);
    EXPECT_EQ(first_of(report, check), nullptr) << check.id << "\n" << content;
    for (const Finding& finding : report.findings) {
      EXPECT_FALSE(finding.id.starts_with("CTN-LINT")) << finding.evidence << "\n" << content;
    }
  }
  EXPECT_GT(ignored, 200U);
}

TEST(Mending, IsWhatTheExampleShows) {
  Check check{};
  check.id = "DL3006";
  check.bad = "FROM debian:12\n";
  EXPECT_EQ(mending_of(check), Mending::No) << "nothing is found";
  check.bad = "";
  EXPECT_EQ(mending_of(check), Mending::No);
}

}  // namespace
}  // namespace corten::lint
