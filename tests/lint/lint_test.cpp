#include "lint/lint.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "base/text.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A rule engine of the test's own: a line with "bad" is a finding T1, "void" spoils the file, and
// what follows "RUN " is a snippet.
Result<FileFacts> fake_findings(const FileToLint& file, const RuleOptions&) {
  FileFacts out;
  std::string_view rest = file.content;
  std::uint32_t number = 0;
  while (const auto line = next_line(rest)) {
    ++number;
    if (line->starts_with('#'))
      out.commented.comments.push_back({number, line->substr(1)});
    else
      out.commented.statements.push_back({number, number});
    if (*line == "void") return fail(ErrorCode::InvalidInput, "spoiled");
    if (line->find("bad") != std::string_view::npos) {
      out.findings.push_back(finding_at("T1", std::string(file.path), number));
    }
    if (line->starts_with("RUN ")) {
      ShellSnippet snippet;
      snippet.text = line->substr(4);
      snippet.to_file = [number](Position at) { return Position{number, at.column + 4}; };
      out.snippets.push_back(std::move(snippet));
    }
  }
  return out;
}

class LintFiles : public InFolder {
 protected:
  LintReport lint(LintRequest request) {
    if (request.paths.empty()) request.paths = {folder_->path().native()};
    request.findings_of = fake_findings;
    request.jobs = 2;
    NoProgress progress;
    auto report = lint_files(request, progress);
    EXPECT_TRUE(report) << describe(report.error());
    return report ? *std::move(report) : LintReport{};
  }
  static std::vector<std::string> places(const LintReport& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) {
      out.push_back(fmt::format("{} {}{}", finding.id, finding.location->line,
                                finding.suppressed ? " " + finding.suppressed->by : ""));
    }
    return out;
  }
};

TEST_F(LintFiles, OneBadFileLeavesTheOthers) {
  put_file(path("a.Dockerfile"), "bad\n");
  put_file(path("b.Dockerfile"), "void\n");
  put_file(path("c.Dockerfile"), "fine\nbad\n");
  const LintReport report = lint({});
  EXPECT_THAT(report.files, ElementsAre(LintedFile{path("a.Dockerfile"), FileKind::Dockerfile},
                                        LintedFile{path("c.Dockerfile"), FileKind::Dockerfile}));
  EXPECT_THAT(places(report), ElementsAre("T1 1", "T1 2"));
  ASSERT_THAT(report.errors, SizeIs(1));
  EXPECT_EQ(report.errors[0].path, path("b.Dockerfile"));
  EXPECT_EQ(report.source_lines.at({path("c.Dockerfile"), 2}), "bad");
}

TEST_F(LintFiles, ConfigurationPragmasAndPolicyCount) {
  put_file(path("Dockerfile"),
           "bad 1\n"
           "# hadolint ignore=SC1\n"
           "bad 2\n"
           "# corten ignore=T1 reason=x\n"
           "bad 3\n");
  LintRequest request;
  request.rules.hadolint.overrides = {{"T1", LintLevel::Error, "--error"}};
  LintReport report = lint(request);
  EXPECT_THAT(places(report), ElementsAre("T1 1", "T1 3", "T1 5 " + path("Dockerfile") + ":4"));
  EXPECT_EQ(report.findings[0].severity, Severity::High);

  request.rules.hadolint.disable_ignore_pragma = true;
  EXPECT_THAT(places(lint(request)), ElementsAre("T1 1", "T1 3", "T1 5"));

  request.rules.hadolint.ignored = {{"t1", "h.yaml:2"}};
  EXPECT_THAT(places(lint(request)),
              ElementsAre("T1 1 h.yaml:2", "T1 3 h.yaml:2", "T1 5 h.yaml:2"));

  request.policy.show = Severity::Critical;
  EXPECT_THAT(lint(request).findings, IsEmpty());
}

TEST_F(LintFiles, HadolintKnowsNoCortenPragma) {
  put_file(path("Dockerfile"), "# corten ignore=T1\nbad\n");
  LintRequest request;
  request.rules.compatibility = Compatibility::Hadolint;
  EXPECT_THAT(places(lint(request)), ElementsAre("T1 2"));
}

TEST_F(LintFiles, ReportsUnusedPragmas) {
  put_file(path("Dockerfile"), "# corten ignore=T1\nfine\n");
  LintRequest request;
  EXPECT_THAT(lint(request).findings, IsEmpty());
  request.unused_pragmas = UnusedPragmas::Report;
  EXPECT_THAT(places(lint(request)), ElementsAre("CTN-LINT-01 1"));
}

TEST_F(LintFiles, StandardInputHasANameAndAKindOfItsOwn) {
  LintRequest request;
  request.paths = {"-"};
  request.contents["-"] = "services:\n  bad\n";
  request.stdin_name = "compose.yaml";
  const LintReport report = lint(request);
  EXPECT_THAT(report.files, ElementsAre(LintedFile{"compose.yaml", FileKind::Compose}));
  EXPECT_THAT(places(report), ElementsAre("T1 2"));
}

TEST_F(LintFiles, SaysWhatCannotBeLinted) {
  put_file(path("x.yaml"), "a: b\n");
  put_file(path("templates/y.yaml"), "a: {{ b }}\n");
  LintRequest request;
  request.paths = {path("x.yaml"), path("templates/y.yaml"), path("nosuch")};
  const LintReport report = lint(request);
  ASSERT_THAT(report.errors, SizeIs(3));
  EXPECT_EQ(report.errors[0].error.code, ErrorCode::NotFound);
  EXPECT_THAT(report.errors[1].error.message, HasSubstr("neither a Dockerfile"));
  EXPECT_THAT(report.errors[2].error.message, HasSubstr("Helm template"));
  EXPECT_THAT(report.files, IsEmpty());
}

TEST_F(LintFiles, EmptyFolderIsANote) {
  EXPECT_THAT(lint({}).notes, ElementsAre(HasSubstr("no Dockerfile, compose file")));
}

TEST_F(LintFiles, FindingsOfAFileAreBounded) {
  std::string content;
  for (std::size_t i = 0; i < kMaxFindingsOfAFile + 7; ++i) content += "bad\n";
  put_file(path("Dockerfile"), content);
  const LintReport report = lint({});
  EXPECT_THAT(report.findings, SizeIs(kMaxFindingsOfAFile));
  EXPECT_THAT(report.notes, Contains(HasSubstr("7 more findings")));
}

TEST_F(LintFiles, ShellcheckLooksAtAllFiles) {
  if (!run_subprocess({"shellcheck", "--version"})) GTEST_SKIP() << "no shellcheck on PATH";
  put_file(path("a.Dockerfile"), "FROM x\nRUN cd /tmp\n");
  put_file(path("b.Dockerfile"), "RUN echo \"fine\"\n");
  put_file(path("c.Dockerfile"), "# hadolint ignore=SC2164\nRUN cd /tmp\n");
  const LintReport report = lint({});
  EXPECT_THAT(report.files, SizeIs(3));
  ASSERT_THAT(places(report), ElementsAre("SC2164 2", "SC2164 2 " + path("c.Dockerfile") + ":1"));
  EXPECT_EQ(report.findings[0].location->column, 5U);
  EXPECT_EQ(report.findings[0].location->end_column, 12U);
  EXPECT_THAT(report.findings[0].fix,
              ElementsAre(Edit{path("a.Dockerfile"), 2, 2, "RUN cd /tmp || exit"}));
  LintRequest without;
  without.shellcheck = RunShellcheck::No;
  EXPECT_THAT(lint(without).findings, IsEmpty());
}

TEST_F(InFolder, ManifestsAreJudgedAndTheirPragmasCount) {
  put_file(path("pod.yaml"),
           "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n"
           "  # corten ignore=KSV-0010 reason=\"it traces the node\"\n"
           "  hostPID: true\n  hostIPC: true\n  containers:\n"
           "    - name: app\n      image: quay.io/a/app:1\n");
  LintRequest request;
  request.paths = {path("pod.yaml")};
  request.rules.hadolint.trusted_registries = {"docker.io"};
  NoProgress progress;
  const auto report = lint_files(request, progress);
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_THAT(report->files, ElementsAre(LintedFile{path("pod.yaml"), FileKind::Kubernetes}));
  const auto of = [&](std::string_view id) {
    const auto found = std::ranges::find(report->findings, id, &Finding::id);
    if (found == report->findings.end()) return std::string("none");
    return fmt::format("{}{}", found->location->line, found->suppressed ? " suppressed" : "");
  };
  EXPECT_EQ(of("KSV-0008"), "8");
  EXPECT_EQ(of("KSV-0010"), "7 suppressed");
  EXPECT_EQ(of("KSV-0125"), "11");
}

TEST(LintCatalogue, IdsAreUniqueAndTold) {
  std::set<std::string_view> ids;
  for (const Check& check : lint_catalogue()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_FALSE(check.title.empty() || check.description.empty() || check.remediation.empty());
  }
}

}  // namespace
}  // namespace corten::lint
