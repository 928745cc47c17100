#include "lint/shellcheck.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "lint/native_shell.h"
#include "lint/support.h"

namespace corten::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::uint32_t> codes_of(const std::vector<ShellIssue>& issues) {
  std::vector<std::uint32_t> out;
  for (const ShellIssue& issue : issues) out.push_back(issue.code);
  return out;
}

ShellSnippet snippet_of(std::string text, ShellDialect dialect = ShellDialect::Sh) {
  ShellSnippet out;
  out.text = std::move(text);
  out.dialect = dialect;
  return out;
}

class Shellcheck : public testing::Test {
 protected:
  void SetUp() override {
    if (!run_subprocess({"shellcheck", "--version"})) GTEST_SKIP() << "no shellcheck on PATH";
  }
  static std::vector<ShellIssue> issues_of(const ShellSnippet& snippet) {
    ShellcheckRun run = run_shellcheck({snippet}, 1);
    EXPECT_THAT(run.notes, IsEmpty());
    return run.issues.at(0);
  }
};

TEST_F(Shellcheck, TellsPlacesInBytes) {
  const auto issues = issues_of(snippet_of("echo é $foo\n\techo $bar"));
  const auto of = [&](std::uint32_t code, std::uint32_t line) {
    for (const ShellIssue& issue : issues) {
      if (issue.code == code && issue.begin.line == line) return issue;
    }
    ADD_FAILURE() << "no SC" << code;
    return ShellIssue{};
  };
  // "echo é $foo": the é has two bytes, so $foo is bytes 9 to 12.
  EXPECT_EQ(of(2086, 1).begin, (Position{1, 9}));
  EXPECT_EQ(of(2086, 1).end, (Position{1, 13}));
  EXPECT_EQ(of(2086, 1).level, LintLevel::Info);
  EXPECT_EQ(of(2154, 2).begin, (Position{2, 7}));
  EXPECT_EQ(of(2154, 2).level, LintLevel::Warning);
}

TEST_F(Shellcheck, MapsPlacesToTheFile) {
  ShellSnippet snippet = snippet_of("cd /x\nls $y");
  snippet.to_file = [](Position at) { return Position{at.line + 10, at.column + 100}; };
  const auto issues = issues_of(snippet);
  ASSERT_THAT(codes_of(issues), Contains(2164));
  EXPECT_EQ(issues[0].begin, (Position{11, 101}));
  EXPECT_EQ(issues[0].end, (Position{11, 106}));
  ASSERT_THAT(issues[0].fix, SizeIs(1));
  EXPECT_EQ(issues[0].fix[0], (ShellReplacement{{11, 106}, {11, 106}, " || exit", 5}));
}

TEST_F(Shellcheck, KnowsVariablesFromOutside) {
  ShellSnippet snippet = snippet_of("echo \"$foo$HTTP_PROXY$http_proxy\"");
  EXPECT_THAT(codes_of(issues_of(snippet)), Contains(2154));
  snippet.variables = {"foo", "not a name; rm -rf /", ""};
  EXPECT_THAT(issues_of(snippet), IsEmpty());
}

TEST_F(Shellcheck, ObeysTheDialect) {
  const std::string text = "[[ -n $HOME ]] && source /x && read -s b && echo \"${b/x/y}\"";
  EXPECT_THAT(codes_of(issues_of(snippet_of(text, ShellDialect::Dash))),
              testing::IsSupersetOf({3010, 3045, 3060, 3046}));
  EXPECT_THAT(codes_of(issues_of(snippet_of(text, ShellDialect::BusyboxAsh))),
              testing::Each(testing::Lt(3000U)));
  EXPECT_THAT(codes_of(issues_of(snippet_of(text, ShellDialect::Bash))),
              testing::Each(testing::Lt(3000U)));
  // Arrays are in neither.
  EXPECT_THAT(
      codes_of(issues_of(snippet_of("a=(1 2)\necho \"${a[0]}\"", ShellDialect::BusyboxAsh))),
      Contains(3030));
}

// What is left out for ash must run in it.
TEST_F(Shellcheck, BusyboxRunsWhatIsCalledFineInAsh) {
  if (!run_subprocess({"busybox", "true"})) GTEST_SKIP() << "no busybox on PATH";
  const std::vector<std::string> scripts = {"x=$'a\\tb'",
                                            "[[ a == a ]]",
                                            "[ a == a ]",
                                            "[ / -ef / ]",
                                            "[ a \\< b ]",
                                            "echo $((2**3))",
                                            "x=1; echo $((x++))",
                                            "true &>/dev/null",
                                            "test -n \"$RANDOM\"",
                                            "[ \"$(echo -n x)\" = x ]",
                                            "[ \"$(echo -e 'a\\x62')\" = ab ]",
                                            "exec -a x true",
                                            "let x=1+1",
                                            "set -o pipefail",
                                            "f() { local x=1; }; f",
                                            "read -t 0 -s -p '' x || true",
                                            "source /dev/null",
                                            "trap '' SIGTERM",
                                            "trap '' term",
                                            "x=abc; [ \"${x:1:1}\" = b ]",
                                            "x=abc; [ \"${x/b/d}\" = adc ]",
                                            "read </dev/null || true"};
  for (const std::string& script : scripts) {
    const auto run = run_subprocess({"busybox", "sh", "-ec", script});
    ASSERT_TRUE(run);
    EXPECT_EQ(run->status, 0) << script << ": " << run->err;
  }
}

TEST_F(Shellcheck, LeavesOutWhatHadolintLeavesOut) {
  EXPECT_THAT(codes_of(issues_of(snippet_of(". ./env\n. \"$HOME/x\""))),
              testing::Not(testing::Contains(testing::AnyOf(1090U, 1091U, 2187U))));
}

TEST_F(Shellcheck, KeepsSnippetsApart) {
  std::vector<ShellSnippet> snippets;
  for (int i = 0; i < 120; ++i) {
    snippets.push_back(snippet_of(i % 2 == 0 ? "echo $a" : "echo \"fine\"",
                                  i % 3 == 0 ? ShellDialect::Bash : ShellDialect::Sh));
  }
  ShellcheckLimits limits;
  limits.argument_bytes = 4000;  // some calls of each dialect
  const ShellcheckRun run = run_shellcheck(snippets, 2, limits);
  EXPECT_THAT(run.notes, IsEmpty());
  for (std::size_t i = 0; i < snippets.size(); ++i) {
    EXPECT_EQ(run.issues[i].empty(), i % 2 == 1) << i;
  }
}

TEST_F(Shellcheck, BrokenShellIsAnIssue) {
  const auto issues = issues_of(snippet_of("if true; then echo \"x"));
  EXPECT_THAT(issues, Not(IsEmpty()));
  EXPECT_TRUE(std::ranges::any_of(
      issues, [](const ShellIssue& issue) { return issue.level == LintLevel::Error; }));
}

TEST_F(Shellcheck, OddBytesDoNoHarm) {
  for (const std::string& text : {std::string("echo \xff\xfe $x"), std::string("echo a\0b $x", 11),
                                  std::string("\r\n\r\n"), std::string()}) {
    const ShellcheckRun run = run_shellcheck({snippet_of(text)}, 1);
    EXPECT_THAT(run.issues, SizeIs(1));
  }
}

TEST_F(Shellcheck, DirectivesInTheTextCount) {
  EXPECT_THAT(codes_of(issues_of(snippet_of("# shellcheck disable=SC2086,SC2154\necho $x"))),
              IsEmpty());
}

TEST_F(Shellcheck, LimitsEndIt) {
  ShellcheckLimits limits;
  limits.timeout = std::chrono::milliseconds{1};
  ShellcheckRun run = run_shellcheck({snippet_of("echo $x")}, 1, limits);
  EXPECT_THAT(run.issues[0], IsEmpty());
  EXPECT_THAT(run.notes, Contains(HasSubstr("ran longer than 1 ms")));

  limits = {};
  limits.memory_bytes = 1 << 20;
  run = run_shellcheck({snippet_of("echo $x")}, 1, limits);
  EXPECT_THAT(run.issues[0], IsEmpty());
  EXPECT_THAT(run.notes, SizeIs(1));

  limits = {};
  limits.snippet_bytes = 4;
  run = run_shellcheck({snippet_of("echo $x")}, 1, limits);
  EXPECT_THAT(run.notes, Contains(HasSubstr("did not read 1 RUN longer than")));
  EXPECT_THAT(run.unread, ElementsAre(0U));
}

TEST(ShellcheckProgram, AbsentOrFailingIsANote) {
  ShellcheckRun run = run_shellcheck({snippet_of("echo $x")}, 1, {}, "no-such-shellcheck");
  EXPECT_THAT(run.issues, SizeIs(1));
  EXPECT_THAT(run.notes, Contains(HasSubstr("not installed")));
  EXPECT_THAT(run.unread, ElementsAre(0U));
  run = run_shellcheck({snippet_of("echo $x")}, 1, {}, "false");
  EXPECT_THAT(run.notes, Contains(HasSubstr("ShellCheck failed")));
  run = run_shellcheck({snippet_of("echo $x")}, 1, {}, "true");
  EXPECT_THAT(run.notes, Contains(HasSubstr("not the JSON")));
  EXPECT_THAT(run_shellcheck({}, 1, {}, "no-such-shellcheck").notes, IsEmpty());
}

TEST(NativeShell, TakesThePlaceOfShellcheckInPlacesOfTheFile) {
  ShellSnippet snippet = snippet_of("cd /tmp && \\\n  echo $x $HOME $http_proxy $given");
  snippet.variables = {"given"};
  snippet.to_file = [](Position at) { return Position{at.line + 10, at.column + 4}; };
  std::vector<std::string> found;
  for (const ShellIssue& issue : native_issues(snippet)) {
    if (issue.code == 2086) {
      found.push_back(
          fmt::format("{}:{} {}", issue.begin.line, issue.begin.column, name_of(issue.level)));
      EXPECT_THAT(issue.fix, ElementsAre(ShellReplacement{issue.begin, issue.begin, "\"", 0},
                                         ShellReplacement{issue.end, issue.end, "\"", 0}));
    }
    EXPECT_TRUE(issue.code != 2154 || issue.begin.column == 12) << issue.message;
  }
  EXPECT_THAT(found, Contains("12:12 info"));
}

TEST(NativeShell, KnowsTheDialect) {
  const auto codes = [](ShellDialect dialect) {
    ShellSnippet snippet = snippet_of("if [[ -n \"$HOME\" ]]; then true; fi");
    snippet.dialect = dialect;
    return codes_of(native_issues(snippet));
  };
  EXPECT_THAT(codes(ShellDialect::Sh), Contains(3010U));
  EXPECT_THAT(codes(ShellDialect::Dash), Contains(3010U));
  EXPECT_THAT(codes(ShellDialect::Bash), IsEmpty());
  EXPECT_THAT(codes(ShellDialect::BusyboxAsh), IsEmpty());
}

TEST(ShellIssueFinding, HasLevelPlaceAndPage) {
  const ShellIssue issue{2086, LintLevel::Info, "Double quote", {3, 5}, {3, 9}, {}};
  const Finding finding = finding_of(issue, "Dockerfile");
  EXPECT_EQ(finding.id, "SC2086");
  EXPECT_EQ(finding.severity, Severity::Low);
  EXPECT_EQ(finding.location->end_column, 9U);
  EXPECT_EQ(finding.references.at(0), "https://www.shellcheck.net/wiki/SC2086");
}

std::string edited(std::vector<ShellReplacement> parts, std::string_view content) {
  const dockerfile::Source file{std::string(content)};
  std::string out;
  for (const Edit& edit : line_edits(std::move(parts), "f", file)) {
    out += out.empty() ? "" : "|";
    out += fmt::format("{}-{} {}", edit.line, edit.end_line, edit.replacement);
  }
  return out.empty() ? "none" : out;
}

TEST(LineEdits, ReplaceWholeLines) {
  constexpr std::string_view kFile = "FROM a\nRUN echo $x && \\\n  ls\n";
  EXPECT_EQ(edited({{{2, 10}, {2, 10}, "\"", 7}, {{2, 12}, {2, 12}, "\"", 7}}, kFile),
            "2-2 RUN echo \"$x\" && \\");
  EXPECT_EQ(edited({{{2, 10}, {3, 5}, "y", 0}}, kFile), "2-3 RUN echo y");
  EXPECT_EQ(edited({{{2, 5}, {2, 9}, "printf", 0}, {{3, 3}, {3, 5}, "pwd", 0}}, kFile),
            "2-2 RUN printf $x && \\|3-3   pwd");
  EXPECT_EQ(edited({{{1, 1}, {1, 1}, "a", 1}, {{1, 1}, {1, 1}, "b", 2}}, kFile), "1-1 baFROM a");
}

TEST(LineEdits, RefuseWhatDoesNotFit) {
  constexpr std::string_view kFile = "FROM a\n";
  EXPECT_EQ(edited({}, kFile), "none");
  EXPECT_EQ(edited({{{1, 3}, {1, 1}, "x", 0}}, kFile), "none");
  EXPECT_EQ(edited({{{1, 1}, {1, 4}, "x", 0}, {{1, 2}, {1, 3}, "y", 0}}, kFile), "none");
  EXPECT_EQ(edited({{{1, 9}, {1, 9}, "x", 0}}, kFile), "none");
  EXPECT_EQ(edited({{{5, 1}, {5, 1}, "x", 0}}, kFile), "none");
  EXPECT_EQ(edited({{{0, 0}, {0, 0}, "x", 0}}, kFile), "none");
}

}  // namespace
}  // namespace corten::lint
