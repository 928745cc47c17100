#include "lint/pragma.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "lint/support.h"
#include "support/case_name.h"

namespace corten::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A Dockerfile's comments, instructions and stages, for files without continuations other than a
// trailing backslash.
CommentedFile layout_of(std::string_view content) {
  CommentedFile out;
  out.path = "Dockerfile";
  std::uint32_t number = 0;
  bool goes_on = false;
  while (const auto line = next_line(content)) {
    ++number;
    const std::string_view text = trim(*line);
    if (text.starts_with('#')) {
      out.comments.push_back({number, text.substr(1), CommentPlace::Alone});
      continue;
    }
    if (text.empty()) continue;
    if (goes_on) {
      out.statements.back().last = number;
    } else {
      out.statements.push_back({number, number});
      if (text.starts_with("FROM")) {
        if (!out.stages.empty()) out.stages.back().last = number - 1;
        out.stages.push_back({number, number});
      }
    }
    goes_on = text.ends_with('\\');
  }
  if (!out.stages.empty()) out.stages.back().last = number;
  return out;
}

Pragmas pragmas_of(std::string_view content, PragmaRules rules = PragmaRules::Corten) {
  return read_pragmas(layout_of(content), rules);
}

// One finding of each id at each line.
std::vector<Finding> findings_at(const std::vector<std::string>& ids,
                                 const std::vector<std::uint32_t>& lines) {
  std::vector<Finding> out;
  for (const std::string& id : ids) {
    for (const std::uint32_t line : lines) out.push_back(finding_at(id, "Dockerfile", line));
  }
  return out;
}

// "ID:LINE" of what stays.
std::vector<std::string> left_after(std::string_view content, const std::vector<std::string>& ids,
                                    PragmaRules rules = PragmaRules::Corten) {
  std::vector<std::uint32_t> lines;
  const auto count = static_cast<std::uint32_t>(std::ranges::count(content, '\n'));
  for (std::uint32_t i = 1; i <= count; ++i) lines.push_back(i);
  std::vector<Finding> findings = findings_at(ids, lines);
  apply_pragmas(pragmas_of(content, rules), "Dockerfile", {}, findings);
  std::vector<std::string> out;
  for (const Finding& finding : findings) {
    if (finding.suppressed || finding.id.starts_with("CTN-")) continue;
    out.push_back(fmt::format("{}:{}", finding.id, finding.location->line));
  }
  return out;
}

struct Case {
  std::string name;
  std::string comment;
  std::vector<std::string> ids;  // empty: void, or no pragma at all
};
class HadolintIgnore : public testing::TestWithParam<Case> {};

TEST_P(HadolintIgnore, NamesIds) {
  const Pragmas pragmas = pragmas_of(GetParam().comment + "\nFROM debian\n", PragmaRules::Hadolint);
  const auto ids = pragmas.ignores.empty() ? std::vector<std::string>{} : pragmas.ignores[0].ids;
  EXPECT_EQ(ids, GetParam().ids);
}

// Verdicts of hadolint's own grammar (src/Hadolint/Pragma.hs).
INSTANTIATE_TEST_SUITE_P(
    Pragmas, HadolintIgnore,
    testing::ValuesIn<Case>({
        {"Plain", "# hadolint ignore=DL3006", {"DL3006"}},
        {"Two", "# hadolint ignore=DL3006,SC2086", {"DL3006", "SC2086"}},
        {"NoBlank", "#hadolint ignore=DL3006", {"DL3006"}},
        {"Blanks", "#  hadolint \t ignore =  DL3006 ,  SC2086  ", {"DL3006", "SC2086"}},
        {"Comment", "# hadolint ignore=DL3006 # because", {"DL3006"}},
        {"CommentAtOnce", "# hadolint ignore=DL3006# because", {"DL3006"}},
        {"LowerCase", "# hadolint ignore=dl3006", {}},
        {"TextBehind", "# hadolint ignore=DL3006 because", {}},
        {"NoComma", "# hadolint ignore=DL3006 DL3008", {}},
        {"OtherLetters", "# hadolint ignore=BK-Name", {}},
        {"Empty", "# hadolint ignore=", {}},
        {"TrailingComma", "# hadolint ignore=DL3006,", {}},
        {"NoEquals", "# hadolint ignore DL3006", {}},
        {"Prose", "# hadolint is great", {}},
        {"UpperName", "# Hadolint ignore=DL3006", {}},
        {"TwoSigns", "## hadolint ignore=DL3006", {}},
        {"OursIsUnknown", "# corten ignore=DL3006", {}},
    }),
    test::case_name<Case>);

TEST(PragmaPlace, IgnoresInTheInstructionBelow) {
  constexpr std::string_view kFile =
      "FROM debian\n"
      "# hadolint ignore=DL3008\n"
      "RUN a \\\n"
      "  b\n"
      "RUN c\n";
  EXPECT_THAT(left_after(kFile, {"DL3008"}), ElementsAre("DL3008:1", "DL3008:2", "DL3008:5"));
}

TEST(PragmaPlace, SeesThroughCommentsButNotInHadolint) {
  constexpr std::string_view kFile =
      "# hadolint ignore=DL3006\n"
      "# hadolint ignore=DL3007\n"
      "FROM debian\n";
  EXPECT_THAT(left_after(kFile, {"DL3006", "DL3007"}),
              ElementsAre("DL3006:1", "DL3006:2", "DL3007:1", "DL3007:2"));
  EXPECT_THAT(left_after(kFile, {"DL3006", "DL3007"}, PragmaRules::Hadolint),
              ElementsAre("DL3006:1", "DL3006:3", "DL3007:1", "DL3007:2"));
}

TEST(PragmaPlace, DoesNotSeeThroughEmptyLines) {
  EXPECT_THAT(left_after("# hadolint ignore=DL3006\n\nFROM debian\n", {"DL3006"}),
              testing::Contains("DL3006:3"));
}

TEST(PragmaPlace, CountsForAStage) {
  constexpr std::string_view kFile =
      "# hadolint stage ignore=DL3008\n"
      "FROM a\n"
      "RUN x\n"
      "FROM b\n"
      "RUN y\n";
  EXPECT_THAT(left_after(kFile, {"DL3008"}), ElementsAre("DL3008:1", "DL3008:4", "DL3008:5"));
}

TEST(PragmaPlace, StagePragmaElsewhereIsVoid) {
  const Pragmas pragmas = pragmas_of("FROM a\n# hadolint stage ignore=DL3008\nRUN x\n");
  EXPECT_THAT(pragmas.ignores, IsEmpty());
  EXPECT_THAT(pragmas.voids, SizeIs(1));
}

TEST(PragmaPlace, CountsForTheWholeFile) {
  EXPECT_THAT(left_after("FROM a\nRUN x\n# hadolint global ignore=DL3008\n", {"DL3008"}),
              IsEmpty());
}

TEST(PragmaPlace, CommentInsideOfAnInstructionIsNoneInHadolint) {
  constexpr std::string_view kFile =
      "FROM a\n"
      "RUN x \\\n"
      "# hadolint ignore=DL3008\n"
      "  y\n";
  EXPECT_THAT(left_after(kFile, {"DL3008"}, PragmaRules::Hadolint), SizeIs(4));
  EXPECT_THAT(left_after(kFile, {"DL3008"}), ElementsAre("DL3008:1", "DL3008:2", "DL3008:3"));
}

TEST(ShellPragma, ReachesToTheNextFrom) {
  const Pragmas pragmas = pragmas_of(
      "# hadolint shell=bash\n"
      "FROM a\n"
      "RUN x\n"
      "FROM b\n"
      "RUN y\n"
      "# hadolint shell = /bin/ash # alpine\n"
      "RUN z\n"
      "FROM c\n"
      "RUN w\n");
  EXPECT_EQ(pragmas.shell_at(3), "bash");
  EXPECT_EQ(pragmas.shell_at(5), "bash");
  EXPECT_EQ(pragmas.shell_at(7), "/bin/ash");
  EXPECT_EQ(pragmas.shell_at(9), "bash");
  EXPECT_EQ(pragmas_of("FROM a\nRUN x\n").shell_at(2), "");
  EXPECT_THAT(pragmas_of("# hadolint shell=\nFROM a\n").shells, IsEmpty());
  EXPECT_THAT(pragmas_of("# hadolint shell=a b\nFROM a\n").shells, IsEmpty());
}

TEST(BuildKitCheck, AtTheTopCountsForTheFile) {
  constexpr std::string_view kFile =
      "# syntax=docker/dockerfile:1\n"
      "# check=skip=JSONArgsRecommended,StageNameCasing;error=true\n"
      "FROM a\n"
      "CMD x\n";
  EXPECT_THAT(left_after(kFile, {"BK-JSONArgsRecommended", "StageNameCasing"}), IsEmpty());
  EXPECT_THAT(left_after(kFile, {"BK-FromAsCasing"}), SizeIs(4));
  EXPECT_TRUE(pragmas_of(kFile).buildkit_fails);
}

TEST(BuildKitCheck, BelowAnotherCommentCountsForOneInstruction) {
  constexpr std::string_view kFile =
      "# my image\n"
      "# check=skip=UndefinedVar\n"
      "FROM a\n"
      "ENV x=$y\n";
  EXPECT_THAT(left_after(kFile, {"BK-UndefinedVar"}),
              ElementsAre("BK-UndefinedVar:1", "BK-UndefinedVar:2", "BK-UndefinedVar:4"));
}

TEST(BuildKitCheck, AllMeansBuildKitsOwn) {
  constexpr std::string_view kFile = "#check=skip=all\nFROM a\n";
  EXPECT_THAT(left_after(kFile, {"BK-UndefinedVar", "FromAsCasing", "DL3006"}),
              ElementsAre("DL3006:1", "DL3006:2"));
  std::vector<Finding> findings = {finding_at("DL3024", "Dockerfile", 2)};
  findings[0].aliases = {"DuplicateStageName"};
  apply_pragmas(pragmas_of(kFile), "Dockerfile", {}, findings);
  EXPECT_TRUE(findings[0].suppressed);
}

TEST(BuildKitCheck, TurnsOnAndFails) {
  const Pragmas pragmas = pragmas_of("# check=experimental=all;error=true\nFROM a\n");
  EXPECT_THAT(pragmas.experimental, ElementsAre("all"));
  std::vector<Finding> findings = findings_at({"BK-FromAsCasing", "DL3006"}, {2});
  apply_pragmas(pragmas, "Dockerfile", {}, findings);
  EXPECT_EQ(findings[0].severity, Severity::High);
  EXPECT_EQ(findings[1].severity, Severity::Medium);
}

TEST(BuildKitCheck, ProseIsNoPragma) {
  const Pragmas pragmas = pragmas_of("# check = the foo\nFROM a\n");
  EXPECT_THAT(pragmas.ignores, IsEmpty());
  EXPECT_THAT(pragmas.voids, IsEmpty());
}

const Time kNow = *parse_time("2025-06-01");

TEST(CortenPragma, KeepsReasonAndDate) {
  const Pragmas pragmas = pragmas_of(
      "# corten ignore=CL1001,DL3006 reason=\"say \\\"why\\\"\" until=2030-01-31 # more\nFROM a\n");
  ASSERT_THAT(pragmas.ignores, SizeIs(1));
  EXPECT_THAT(pragmas.ignores[0].ids, ElementsAre("CL1001", "DL3006"));
  EXPECT_EQ(pragmas.ignores[0].reason, "say \"why\"");
  EXPECT_EQ(pragmas.ignores[0].until, parse_time("2030-01-31"));
  std::vector<Finding> findings = findings_at({"CL1001"}, {2});
  apply_pragmas(pragmas, "Dockerfile", {kNow}, findings);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].suppressed, (Suppression{"Dockerfile:1", "say \"why\"", "2030-01-31"}));
}

TEST(CortenPragma, TakesReasonsWithoutQuotes) {
  const auto reason = [](std::string_view rest) {
    const Pragmas pragmas =
        pragmas_of("# corten ignore=DL3006 " + std::string(rest) + "\nFROM a\n");
    return pragmas.ignores.empty() ? "void" : pragmas.ignores[0].reason;
  };
  EXPECT_EQ(reason("reason=never run until=2030-01-01"), "never run");
  EXPECT_EQ(reason("until=2030-01-01 reason=never run # x"), "never run");
  EXPECT_EQ(reason("# never run"), "never run");
  EXPECT_EQ(reason(""), "");
}

TEST(CortenPragma, VoidOnesAreReported) {
  for (const char* rest : {"ignore=", "ignore=A B", "ignore=A,", "ignore=A reason=\"x",
                           "ignore=A until=soon", "ignore=A because=x"}) {
    SCOPED_TRACE(rest);
    const Pragmas pragmas = pragmas_of("# corten " + std::string(rest) + "\nFROM a\n");
    EXPECT_THAT(pragmas.ignores, IsEmpty());
    EXPECT_THAT(pragmas.voids, SizeIs(1));
    std::vector<Finding> findings;
    apply_pragmas(pragmas, "Dockerfile", {kNow}, findings);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(findings[0].id, "CTN-LINT-02");
    EXPECT_EQ(findings[0].location->line, 1U);
  }
  EXPECT_THAT(pragmas_of("# corten ignores that\nFROM a\n").voids, IsEmpty());
}

TEST(CortenPragma, ExpiredOneDoesNotCountAndIsReported) {
  const Pragmas pragmas = pragmas_of("# corten ignore=DL3006 reason=x until=2025-01-01\nFROM a\n");
  std::vector<Finding> findings = findings_at({"DL3006"}, {2});
  apply_pragmas(pragmas, "Dockerfile", {kNow, UnusedPragmas::Report}, findings);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_FALSE(findings[0].suppressed);
  EXPECT_EQ(findings[1].id, "CTN-POL-01");
  EXPECT_EQ(findings[1].location->line, 1U);
  EXPECT_THAT(findings[1].evidence, HasSubstr("ended on 2025-01-01 and would hide DL3006"));
}

TEST(UnusedPragma, IsReportedWhenAskedFor) {
  const Pragmas pragmas = pragmas_of("# hadolint ignore=DL3006,DL3007\nFROM a\n");
  std::vector<Finding> findings = findings_at({"DL3006"}, {2});
  apply_pragmas(pragmas, "Dockerfile", {kNow}, findings);
  EXPECT_THAT(findings, SizeIs(1));
  findings = findings_at({"DL3006"}, {2});
  apply_pragmas(pragmas, "Dockerfile", {kNow, UnusedPragmas::Report}, findings);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[1].id, "CTN-LINT-01");
  EXPECT_EQ(findings[1].severity, Severity::Info);
  EXPECT_THAT(findings[1].evidence, HasSubstr("DL3007"));
}

TEST(UnusedPragma, OneForWhatIsSuppressedAlreadyIsUsed) {
  const Pragmas pragmas = pragmas_of("# hadolint ignore=DL3006\nFROM a\n");
  std::vector<Finding> findings = findings_at({"DL3006"}, {2});
  findings[0].suppressed = Suppression{"config", "", ""};
  apply_pragmas(pragmas, "Dockerfile", {kNow, UnusedPragmas::Report}, findings);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].suppressed->by, "config");
}

TEST(ManyPragmas, AreBounded) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += "# hadolint ignore=DL3006\n";
  content += "FROM a\n";
  EXPECT_LE(pragmas_of(content).ignores.size(), kMaxPragmas);
}

}  // namespace
}  // namespace corten::lint
