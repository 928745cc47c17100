// hadolint's rules about single instructions.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintInstructions, KnowsInlinePragmas) {
  expect_verdicts({
      {"DL1001", "# hadolint ignore=DL3006\nFROM debian\n", {1}},
      {"DL1001", "FROM a:1\n#hadolint ignore = DL3008,SC2086\nRUN ls\n", {2}},
      {"DL1001", "FROM a:1\n# hadolint   ignore=DL3008 , DL3009 # no use here\nRUN ls\n", {2}},
      {"DL1001",
       "# hadolint ignore=DL3006\nFROM debian\n# hadolint ignore=DL3059\nRUN ls\n",
       {1, 3}},
      {"DL1001", "# hadolint global ignore=DL3006\nFROM debian\n", {}},
      {"DL1001", "# hadolint stage ignore=DL3006\nFROM debian\n", {}},
      {"DL1001", "# hadolint shell=bash\nFROM debian\n", {}},
      {"DL1001", "# hadolint ignore=whatever\nFROM debian\n", {}},
      {"DL1001", "# hadolint ignores DL3006\nFROM debian\n", {}},
      {"DL1001", "# check=skip=JSONArgsRecommended\nFROM debian\n", {}},
  });
  EXPECT_EQ(find_rule("DL1001")->by_default, Default::Off);
}

TEST(HadolintInstructions, WantsAbsoluteWorkdir) {
  expect_verdicts({
      {"DL3000", "FROM a:1\nWORKDIR app\n", {2}},
      {"DL3000", "FROM a:1\nWORKDIR ./app\n", {2}},
      {"DL3000", "FROM a:1\nWORKDIR /app\nWORKDIR lib\n", {3}},
      {"DL3000", "FROM a:1\nWORKDIR \"app\"\n", {2}},
      {"DL3000", "FROM a:1\nWORKDIR ~/app\n", {2}},
      {"DL3000", "FROM a:1\nWORKDIR /app\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR \"/app\"\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR '/app'\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR $APP\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR ${APP}/lib\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR C:\\app\n", {}},
      {"DL3000", "FROM a:1\nWORKDIR d:/app\n", {}},
      {"DL3000", "FROM a:1\nONBUILD WORKDIR app\n", {}},
  });
}

TEST(HadolintInstructions, WantsAnotherUserThanRootAtTheEnd) {
  expect_verdicts({
      {"DL3002", "FROM a:1\nUSER root\n", {2}},
      {"DL3002", "FROM a:1\nUSER 0\n", {2}},
      {"DL3002", "FROM a:1\nUSER root:root\n", {2}},
      {"DL3002", "FROM a:1\nUSER 0:1000\n", {2}},
      {"DL3002", "FROM a:1\nUSER app\nUSER root\nRUN ls\n", {3}},
      {"DL3002", "FROM a:1 AS b\nUSER root\nFROM b\nRUN ls\n", {2}},
      {"DL3002", "FROM a:1\nUSER \"root\"\n", {2}},
      {"DL3002", "USER root\n", {1}},
      {"DL3002", "FROM a:1\n", {}},
      {"DL3002", "FROM a:1\nUSER root\nUSER app\n", {}},
      {"DL3002", "FROM a:1\nUSER 1000\n", {}},
      {"DL3002", "FROM a:1\nUSER rootless\n", {}},
      {"DL3002", "FROM a:1\nUSER 01000:0\n", {}},
      {"DL3002", "FROM a:1 AS b\nUSER root\nFROM c:1\nUSER app\n", {}},
      {"DL3002", "FROM a:1 AS b\nUSER root\nFROM b\nUSER app\n", {}},
      {"DL3002", "FROM a:1 AS b\nUSER root\nFROM c:1\n", {}},
  });
}

TEST(HadolintInstructions, CountsEveryStageLikeHadolint) {
  expect_verdicts(
      {
          {"DL3002", "FROM a:1 AS b\nUSER root\nFROM c:1\nUSER app\n", {2}},
          {"DL3002", "FROM a:1 AS b\nUSER root\nFROM b\nUSER app\n", {2}},
          {"DL3002", "FROM a:1 AS b\nUSER root\nFROM c:1\nUSER 0\n", {2, 4}},
          {"DL3002", "FROM a:1 AS b\nUSER root\nUSER app\nFROM c:1\n", {}},
      },
      options_of_hadolint());
}

TEST(HadolintInstructions, CountsTheStageThatIsAskedFor) {
  RuleOptions options = options_of_today();
  options.target = "debug";
  expect_verdicts(
      {
          {"DL3002", "FROM a:1 AS debug\nUSER root\nFROM c:1\nUSER app\n", {2}},
          {"DL3002", "FROM a:1 AS other\nUSER root\nFROM c:1\nUSER app\n", {}},
          {"DL3002", "FROM a:1 AS debug\nUSER app\nFROM c:1\nUSER app\n", {}},
      },
      options);
}

TEST(HadolintInstructions, KnowsPorts) {
  expect_verdicts({
      {"DL3011", "FROM a:1\nEXPOSE 65536\n", {2}},
      {"DL3011", "FROM a:1\nEXPOSE 80 80000/tcp\n", {2}},
      {"DL3011", "FROM a:1\nEXPOSE 40000-80000/tcp\n", {2}},
      {"DL3011", "FROM a:1\nEXPOSE 99999999999999999999\n", {2}},
      {"DL3011", "FROM a:1\nEXPOSE 65535\n", {}},
      {"DL3011", "FROM a:1\nEXPOSE 0\n", {}},
      {"DL3011", "FROM a:1\nEXPOSE 40000-60000/udp\n", {}},
      {"DL3011", "FROM a:1\nEXPOSE $PORT ${OTHER}/tcp\n", {}},
      {"DL3011", "FROM a:1\nEXPOSE 80/tcp 443\n", {}},
  });
  EXPECT_EQ(first_seen("DL3011", "FROM a:1\nEXPOSE 80 80000/tcp\n").text, "80000/tcp");
}

TEST(HadolintInstructions, WantsOneOfEachKind) {
  expect_verdicts({
      {"DL3012", "FROM a:1\nHEALTHCHECK CMD a\nHEALTHCHECK CMD b\n", {3}},
      {"DL3012", "FROM a:1\nHEALTHCHECK NONE\nHEALTHCHECK CMD b\nHEALTHCHECK NONE\n", {3, 4}},
      {"DL3012", "FROM a:1\nFROM b:1\nHEALTHCHECK CMD b\nRUN ls\nHEALTHCHECK CMD c\n", {5}},
      {"DL3012", "HEALTHCHECK CMD a\nHEALTHCHECK CMD b\n", {2}},
      {"DL3012", "FROM a:1\nHEALTHCHECK CMD a\n", {}},
      {"DL3012", "FROM a:1\nHEALTHCHECK CMD a\nFROM b:1\nHEALTHCHECK CMD b\n", {}},
      {"DL3012", "FROM a:1\nONBUILD HEALTHCHECK CMD a\nHEALTHCHECK CMD b\n", {}},
      {"DL3012", "FROM a:1\n", {}},
      {"DL4003", "FROM a:1\nCMD [\"a\"]\nCMD [\"b\"]\n", {3}},
      {"DL4003", "FROM a:1\nCMD a\nRUN x\nCMD b\nCMD c\n", {4, 5}},
      {"DL4003", "FROM a:1\nCMD a\nFROM b:1\nCMD a\nCMD b\n", {5}},
      {"DL4003", "CMD a\nCMD b\n", {2}},
      {"DL4003", "FROM a:1\nCMD a\n", {}},
      {"DL4003", "FROM a:1\nCMD a\nFROM b:1\nCMD b\n", {}},
      {"DL4003", "FROM a:1\nENTRYPOINT a\nCMD b\n", {}},
      {"DL4003", "FROM a:1\nONBUILD CMD a\nCMD b\n", {}},
      {"DL4003", "FROM a:1\nHEALTHCHECK CMD a\nCMD b\n", {}},
      {"DL4004", "FROM a:1\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n", {3}},
      {"DL4004", "FROM a:1\nENTRYPOINT a\nCMD x\nENTRYPOINT b\nENTRYPOINT c\n", {4, 5}},
      {"DL4004", "FROM a:1\nENTRYPOINT a\nFROM b:1\nENTRYPOINT a\nENTRYPOINT b\n", {5}},
      {"DL4004", "ENTRYPOINT a\nENTRYPOINT b\n", {2}},
      {"DL4004", "FROM a:1\nENTRYPOINT a\n", {}},
      {"DL4004", "FROM a:1\nENTRYPOINT a\nFROM b:1\nENTRYPOINT b\n", {}},
      {"DL4004", "FROM a:1\nENTRYPOINT a\nCMD b\n", {}},
      {"DL4004", "FROM a:1\nONBUILD ENTRYPOINT a\nENTRYPOINT b\n", {}},
  });
}

TEST(HadolintInstructions, WantsExecForm) {
  expect_verdicts({
      {"DL3025", "FROM a:1\nCMD node x.js\n", {2}},
      {"DL3025", "FROM a:1\nENTRYPOINT node x.js\n", {2}},
      {"DL3025", "FROM a:1\nHEALTHCHECK --interval=5m CMD curl -f http://localhost/\n", {2}},
      {"DL3025", "FROM a:1\nCMD ['node', 'x.js']\n", {2}},
      {"DL3025", "FROM a:1\nENTRYPOINT [node]\nCMD a\n", {2, 3}},
      {"DL3025", "FROM a:1\nCMD [\"node\", \"x.js\"]\n", {}},
      {"DL3025", "FROM a:1\nENTRYPOINT [ \"node\" ]\n", {}},
      {"DL3025", "FROM a:1\nHEALTHCHECK CMD [\"/check\"]\n", {}},
      {"DL3025", "FROM a:1\nHEALTHCHECK NONE\n", {}},
      {"DL3025", "FROM a:1\nCMD []\n", {}},
      {"DL3025", "FROM a:1\nRUN node x.js\n", {}},
  });
  EXPECT_EQ(first_seen("DL3025", "FROM a:1\nHEALTHCHECK CMD curl x\n").text, "curl x");
  EXPECT_NE(first_seen("DL3025", "FROM a:1\nCMD ['a']\n").evidence.find("JSON"), std::string::npos);
}

TEST(HadolintInstructions, RefusesMaintainer) {
  expect_verdicts({
      {"DL4000", "FROM a:1\nMAINTAINER a@b.c\n", {2}},
      {"DL4000", "FROM a:1\nmaintainer a@b.c\n", {2}},
      {"DL4000", "MAINTAINER a@b.c\nFROM a:1\n", {1}},
      {"DL4000", "FROM a:1\nMAINTAINER a\nMAINTAINER b\n", {2, 3}},
      {"DL4000", "FROM a:1\nLABEL maintainer=a@b.c\n", {}},
      {"DL4000", "FROM a:1\n# MAINTAINER a\n", {}},
      {"DL4000", "FROM a:1\nRUN echo MAINTAINER\n", {}},
      {"DL4000", "FROM a:1\nENV MAINTAINER=a\n", {}},
  });
}

TEST(HadolintInstructions, GoesOnAfterAnError) {
  expect_verdicts({
      {"DL1000", "FROM a:1\nRUM ls\n", {2}},
      {"DL1000", "FROM a:1\nRUN --mout=type=cache ls\n", {2}},
      {"DL1000", "FROM a:1\nHEALTHCHECK CMD\n", {2}},
      {"DL1000", "FROM a:1\nCOPY a\n", {2}},
      {"DL1000", "FROM a:1\nRUN ls\n", {}},
      {"DL1000", "FROM a:1\nRUN <<EOF\nls\nEOF\n", {}},
      {"DL1000", "FROM a:1\nCMD ['a']\n", {}},
      {"DL1000", "# only a comment\nFROM a:1", {}},
      {"DL4000", "FROM a:1\nRUM ls\nMAINTAINER a\n", {3}},
      {"DL3025", "FROM a:1\nCOPY a\nCMD b\n", {3}},
  });
}

}  // namespace
}  // namespace corten::dockerfile
