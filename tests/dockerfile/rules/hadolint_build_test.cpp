// Instructions that work together, stages, variables.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(BuildRules, RefuseTriggersThatCannotBe) {
  expect_verdicts({
      {"DL3043", "FROM a:1\nONBUILD ONBUILD RUN x\n", {2}},
      {"DL3043", "FROM a:1\nONBUILD FROM b:1\n", {2}},
      {"DL3043", "FROM a:1\nONBUILD MAINTAINER x\n", {2}},
      {"DL3043", "FROM a:1\nonbuild maintainer x\n", {2}},
      {"DL3043", "FROM a:1\nONBUILD RUN x\n", {}},
      {"DL3043", "FROM a:1\nONBUILD COPY . /a\n", {}},
      {"DL3043", "FROM a:1\nMAINTAINER x\n", {}},
      {"DL3043", "FROM a:1\nONBUILD RUN echo FROM\n", {}},
  });
}

TEST(BuildRules, WantCopyToKnowItsFolder) {
  expect_verdicts({
      {"DL3045", "FROM a:1\nCOPY x y\n", {2}},
      {"DL3045", "FROM a:1\nCOPY x .\n", {2}},
      {"DL3045", "FROM a:1\nCOPY [\"x\", \"y\"]\n", {2}},
      {"DL3045", "FROM a:1\nCOPY --from=b:1 /x \"y\"\n", {2}},
      {"DL3045", "FROM a:1 AS b\nWORKDIR /a\nFROM c:1\nCOPY x y\n", {4}},
      {"DL3045", "FROM a:1\nCOPY x y\nWORKDIR /a\n", {2}},
      {"DL3045", "FROM a:1\nCOPY x /y\n", {}},
      {"DL3045", "FROM a:1\nCOPY x \"/y\"\n", {}},
      {"DL3045", "FROM a:1\nCOPY x $Y/z\n", {}},
      {"DL3045", "FROM a:1\nCOPY x c:/y\n", {}},
      {"DL3045", "FROM a:1\nWORKDIR /a\nCOPY x y\n", {}},
      {"DL3045", "FROM a:1\nWORKDIR $A\nCOPY x y\n", {}},
      {"DL3045", "FROM a:1 AS b\nWORKDIR /a\nFROM b\nCOPY x y\n", {}},
      {"DL3045", "FROM a:1\nADD x y\n", {}},
      {"DL3045", "FROM a:1\nONBUILD COPY x y\n", {}},
  });
}

TEST(BuildRules, SeeRunAfterRun) {
  expect_verdicts({
      {"DL3059", "FROM a:1\nRUN a\nRUN b\n", {3}},
      {"DL3059", "FROM a:1\nRUN a\n\n# why\nRUN b\n", {5}},
      {"DL3059", "FROM a:1\nRUN a\nRUN b\nRUN c\n", {3, 4}},
      {"DL3059", "FROM a:1\nRUN a && b\nRUN c\n", {}},
      {"DL3059", "FROM a:1\nRUN a\nRUN b | c\n", {}},
      {"DL3059", "FROM a:1\nRUN [\"a\"]\nRUN b\n", {3}},
      {"DL3059", "FROM a:1\nRUN --network=none a\nRUN --network=none b\n", {3}},
      {"DL3059", "FROM a:1\nRUN a\nENV b=1\nRUN c\n", {}},
      {"DL3059", "FROM a:1\nRUN a\nFROM b:1\nRUN c\n", {}},
      {"DL3059", "FROM a:1\nRUN a && b && c\nRUN d\n", {}},
      {"DL3059", "FROM a:1\nRUN a\nRUN b && c && d\n", {}},
      {"DL3059", "FROM a:1\nRUN a\nRUN --mount=type=cache,target=/c b\n", {}},
      {"DL3059", "FROM a:1\nRUN a\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n", {}},
      {"DL3059", "FROM a:1\nONBUILD RUN a\nONBUILD RUN b\n", {}},
      {"DL3059", "FROM a:1\nSHELL [\"cmd\", \"/S\", \"/C\"]\nRUN a\nRUN b\n", {}},
      // The second is compared with what stands before it, whatever the first was.
      {"DL3059", "FROM a:1\nRUN a && b && c\nRUN d\nRUN e\n", {4}},
  });
}

TEST(BuildRules, WantTheLastUserAsANumber) {
  expect_verdicts({
      {"DL3066", "FROM a:1\nUSER app\n", {2}},
      {"DL3066", "FROM a:1\nUSER app:app\n", {2}},
      {"DL3066", "FROM a:1\nUSER 1000\nUSER app\n", {3}},
      {"DL3066", "FROM a:1 AS b\nUSER 1\nFROM b\nUSER \"app\"\n", {4}},
      {"DL3066", "FROM a:1\nENV U=app\nUSER $U\n", {3}},
      {"DL3066", "FROM a:1\nUSER 1000\n", {}},
      {"DL3066", "FROM a:1\nUSER 1000:app\n", {}},
      {"DL3066", "FROM a:1\nUSER app\nUSER 1000\n", {}},
      {"DL3066", "FROM a:1 AS b\nUSER app\nFROM c:1\n", {}},
      {"DL3066", "FROM a:1\nARG U=app\nUSER $U\n", {}},
      {"DL3066", "FROM a:1\nARG U\nUSER ${U}:1\n", {}},
      {"DL3066", "FROM a:1\nENV U=1000\nUSER $U\n", {}},
      {"DL3066", "FROM a:1\nUSER root\n", {}},
  });
  expect_verdicts({{"DL3066", "FROM a:1\nUSER root\n", {2}},
                   {"DL3066", "FROM a:1\nENV U=1000\nUSER $U\n", {3}}},
                  options_of_hadolint());
}

TEST(BuildRules, SeeCopiesOfEverything) {
  expect_verdicts({
      {"DL3067", "FROM a:1 AS b\nFROM c:1\nCOPY --from=b / /\n", {3}},
      {"DL3067", "FROM a:1\nCOPY --from=b:1 / /\n", {2}},
      {"DL3067", "FROM a:1\nCOPY --from=b:1 [\"/\", \"/\"]\n", {2}},
      {"DL3067", "FROM a:1\nCOPY --chown=1 --from=b:1 \"/\" /\n", {2}},
      {"DL3067", "FROM a:1\nCOPY --from=b:1 /app /\n", {}},
      {"DL3067", "FROM a:1\nCOPY --from=b:1 / /rootfs\n", {}},
      {"DL3067", "FROM a:1\nCOPY / /\n", {}},
      {"DL3067", "FROM a:1\nCOPY --from=b:1 / /x /\n", {2}},
  });
}

TEST(StageRules, MissHealthChecks) {
  expect_verdicts({
      {"DL3057", "FROM a:1\n", {1}},
      {"DL3057", "FROM a:1\nHEALTHCHECK NONE\nFROM b:1\n", {3}},
      {"DL3057", "FROM a:1 AS x\nFROM b:1\nCOPY --from=x /a /a\nHEALTHCHECK CMD x\n", {1}},
      {"DL3057", "FROM a:1\nONBUILD HEALTHCHECK CMD x\n", {1}},
      {"DL3057", "FROM a:1\nHEALTHCHECK CMD [\"x\"]\n", {}},
      {"DL3057", "FROM a:1\nHEALTHCHECK NONE\n", {}},
      {"DL3057", "FROM a:1 AS x\nHEALTHCHECK CMD x\nFROM x\n", {}},
      {"DL3057", "FROM a:1 AS x\nFROM x\nHEALTHCHECK CMD x\n", {}},
  });
  EXPECT_EQ(find_rule("DL3057")->by_default, Default::Off);
}

TEST(StageRules, WantFromFirst) {
  expect_verdicts({
      {"DL3061", "RUN x\nFROM a:1\n", {1}},
      {"DL3061", "ARG V=1\nLABEL a=b\nFROM a:$V\n", {2}},
      {"DL3061", "RUN x\nCOPY a /b\n", {1, 2}},
      {"DL3061", "# c\nWORKDIR /a\n\nFROM a:1\n", {2}},
      {"DL3061", "FROM a:1\nRUN x\n", {}},
      {"DL3061", "ARG V=1\nFROM a:$V\n", {}},
      {"DL3061", "# syntax=docker/dockerfile:1\n# c\nFROM a:1\n", {}},
      {"DL3061", "ARG A\nARG B=2\n\nFROM a:1\nRUN x\nFROM b:1\n", {}},
  });
}

TEST(StageRules, KnowNamesAndPlatforms) {
  expect_verdicts({
      {"DL3063", "FROM a:1 AS scratch\n", {1}},
      {"DL3063", "FROM a:1 AS context\n", {1}},
      {"DL3063", "FROM a:1 AS b\nFROM b as context\n", {2}},
      {"DL3063", "FROM a:1 AS Scratch\n", {1}},
      {"DL3063", "FROM scratch\n", {}},
      {"DL3063", "FROM a:1 AS contexts\n", {}},
      {"DL3063", "FROM scratch AS final\n", {}},
      {"DL3063", "FROM a:1\nRUN context\n", {}},
      {"DL3065", "FROM --platform=$TARGETPLATFORM a:1\n", {1}},
      {"DL3065", "FROM --platform=${TARGETPLATFORM} a:1\n", {1}},
      {"DL3065", "FROM a:1\nFROM --platform=$TARGETPLATFORM a:1 AS b\n", {2}},
      {"DL3065", "FROM --platform=\"$TARGETPLATFORM\" a:1\n", {1}},
      {"DL3065", "FROM --platform=$BUILDPLATFORM a:1\n", {}},
      {"DL3065", "FROM a:1\n", {}},
      {"DL3065", "FROM --platform=${TARGETPLATFORM:-linux/amd64} a:1\n", {}},
      {"DL3065", "FROM --platform=linux/amd64 a:1\n", {}},
  });
}

TEST(VariableRules, SeeEnvThatUsesItself) {
  expect_verdicts({
      {"DL3044", "FROM a:1\nENV A=1 B=$A\n", {2}},
      {"DL3044", "FROM a:1\nENV A=1 B=\"x${A}y\"\n", {2}},
      {"DL3044", "FROM a:1\nENV A=1 \\\n    C=2 \\\n    B=$A/$C\n", {4}},
      {"DL3044", "FROM a:1\nENV B=$A A=1\n", {2}},
      {"DL3044", "FROM a:1\nENV A=1\nFROM b:1\nENV A=2 B=$A\n", {4}},
      {"DL3044", "FROM a:1\nENV A=1\nENV B=$A\n", {}},
      {"DL3044", "FROM a:1\nENV A=1\nENV A=2 B=$A\n", {}},
      {"DL3044", "FROM a:1\nARG A\nENV A=$A B=$A\n", {}},
      {"DL3044", "FROM a:1\nENV PATH=/x:$PATH B=1\n", {}},
      {"DL3044", "FROM a:1\nENV A=1 B=\\$A\n", {}},
      {"DL3044", "FROM a:1\nENV A=1 B='$A'\n", {}},
      {"DL3044", "FROM a:1\nENV A=1 B=$AB\n", {}},
      {"DL3044", "FROM a:1\nENV A 1 B=$A\n", {}},
  });
  EXPECT_EQ(first_seen("DL3044", "FROM a:1\nENV A=1 B=x${A}\n").text, "${A}");
}

TEST(VariableRules, SeeNamesOfSecrets) {
  expect_verdicts({
      {"DL3064", "FROM a:1\nARG API_KEY\n", {2}},
      {"DL3064", "FROM a:1\nENV A=1 \\\n  db_password=x\n", {3}},
      {"DL3064", "ARG GITHUB_TOKEN\nFROM a:1\n", {1}},
      {"DL3064", "FROM a:1\nONBUILD ARG MY_SECRET\n", {2}},
      {"DL3064", "FROM a:1\nENV VAULT_TOKEN x\n", {2}},
      {"DL3064", "FROM a:1\nARG VERSION\n", {}},
      {"DL3064", "FROM a:1\nENV PATH=/secret\n", {}},
      {"DL3064", "FROM a:1\nENV DB_PASSWORD_FILE=/run/secrets/db\n", {}},
      {"DL3064", "FROM a:1\nENV TOKENIZERS_PARALLELISM=false\n", {}},
      {"DL3064", "FROM a:1\nLABEL token=x\n", {}},
      {"DL3064", "FROM a:1\nRUN TOKEN=x make\n", {}},
  });
  EXPECT_EQ(first_seen("DL3064", "FROM a:1\nARG A B_TOKEN=x\n").text, "B_TOKEN");
}

}  // namespace
}  // namespace corten::dockerfile
