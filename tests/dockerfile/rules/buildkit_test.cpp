#include "dockerfile/rules/same_as.h"

#include <algorithm>

#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(BuildKitStages, AreNamedOnceAndInSmallLetters) {
  expect_verdicts({
      {"BK-StageNameCasing", "FROM a:1 AS Build\n", {1}},
      {"BK-StageNameCasing", "FROM a:1 AS BUILD\n", {1}},
      {"BK-StageNameCasing", "FROM a:1 AS b\nFROM b AS buildX\n", {2}},
      {"BK-StageNameCasing", "from a:1 as B\n", {1}},
      {"BK-StageNameCasing", "FROM a:1 AS build-1.x_y\n", {}},
      {"BK-StageNameCasing", "FROM a:1\n", {}},
      {"BK-StageNameCasing", "FROM a:1 AS b\nCOPY --from=B x /y\n", {}},
      {"BK-StageNameCasing", "FROM A as b\n", {}},
      {"BK-FromAsCasing", "FROM a:1 as b\n", {1}},
      {"BK-FromAsCasing", "from a:1 AS b\n", {1}},
      {"BK-FromAsCasing", "FROM a:1 As b\n", {1}},
      {"BK-FromAsCasing", "FROM --platform=$BUILDPLATFORM \\\n  a:1 as b\n", {2}},
      {"BK-FromAsCasing", "FROM a:1 AS b\n", {}},
      {"BK-FromAsCasing", "from a:1 as b\n", {}},
      {"BK-FromAsCasing", "FROM a:1\n", {}},
      {"BK-FromAsCasing", "FROM as:1\n", {}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM a:1 AS b\n", {2}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM a:1 AS B\n", {2}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM b AS b\n", {2}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM a:1 AS b\nFROM a:1 AS b\n", {2, 3}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM a:1 AS c\n", {}},
      {"BK-DuplicateStageName", "FROM a:1\nFROM a:1\n", {}},
      {"BK-DuplicateStageName", "FROM b AS b\n", {}},
      {"BK-DuplicateStageName", "FROM a:1 AS b\nFROM b\n", {}},
      {"BK-ReservedStageName", "FROM a:1 AS scratch\n", {1}},
      {"BK-ReservedStageName", "FROM a:1 AS context\n", {1}},
      {"BK-ReservedStageName", "FROM a:1 AS SCRATCH\n", {1}},
      {"BK-ReservedStageName", "FROM a:1\nFROM b:1 as Context\n", {2}},
      {"BK-ReservedStageName", "FROM scratch AS b\n", {}},
      {"BK-ReservedStageName", "FROM a:1 AS scratched\n", {}},
      {"BK-ReservedStageName", "FROM scratch\n", {}},
      {"BK-ReservedStageName", "FROM a:1 AS b\nCOPY --from=context x /y\n", {}},
  });
}

TEST(BuildKitFrom, KnowsArguments) {
  expect_verdicts({
      {"BK-UndefinedArgInFrom", "FROM a:$V\n", {1}},
      {"BK-UndefinedArgInFrom", "ARG VERSION=1\nFROM a:${VERSIO}\n", {2}},
      {"BK-UndefinedArgInFrom", "FROM --platform=$BULDPLATFORM a:1\n", {1}},
      {"BK-UndefinedArgInFrom", "FROM a:1\nARG V=1\nFROM b:$V\n", {3}},
      {"BK-UndefinedArgInFrom", "ARG V=1\nFROM a:$V\n", {}},
      {"BK-UndefinedArgInFrom", "ARG V\nFROM a:$V\n", {}},
      {"BK-UndefinedArgInFrom", "FROM --platform=$BUILDPLATFORM a:1-$TARGETARCH\n", {}},
      {"BK-UndefinedArgInFrom", "FROM a:${V:-1}\n", {}},
      {"BK-UndefinedArgInFrom", "FROM a:1\n", {}},
      {"BK-InvalidDefaultArgInFrom", "ARG V\nFROM a:$V\n", {2}},
      {"BK-InvalidDefaultArgInFrom", "ARG IMAGE\nFROM $IMAGE\n", {2}},
      {"BK-InvalidDefaultArgInFrom", "ARG IMAGE=\"\"\nFROM ${IMAGE}\n", {2}},
      {"BK-InvalidDefaultArgInFrom", "ARG IMAGE=A/b\nFROM a:1\nFROM x/$IMAGE\n", {3}},
      {"BK-InvalidDefaultArgInFrom", "ARG V=1\nFROM a:$V\n", {}},
      {"BK-InvalidDefaultArgInFrom", "ARG V\nFROM a:${V:-1}\n", {}},
      {"BK-InvalidDefaultArgInFrom", "ARG SUFFIX\nFROM a:1$SUFFIX\n", {}},
      {"BK-InvalidDefaultArgInFrom", "ARG B=x\nFROM a:1 AS x\nFROM $B\n", {}},
      {"BK-InvalidDefaultArgInFrom", "ARG V=scratch\nFROM $V\n", {}},
  });
  EXPECT_TRUE(first_seen("BK-UndefinedArgInFrom", "ARG VERSION=1\nFROM a:$VERSIO\n")
                  .evidence.contains("VERSION?"));
}

TEST(BuildKitFrom, KnowsPlatforms) {
  expect_verdicts({
      {"BK-RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM a:1\n", {1}},
      {"BK-RedundantTargetPlatform", "FROM --platform=${TARGETPLATFORM} a:1\n", {1}},
      {"BK-RedundantTargetPlatform", "FROM a:1\nFROM --platform=$TARGETPLATFORM a:1\n", {2}},
      {"BK-RedundantTargetPlatform", "FROM --platform=\"$TARGETPLATFORM\" a:1 AS b\n", {1}},
      {"BK-RedundantTargetPlatform", "FROM --platform=$BUILDPLATFORM a:1\n", {}},
      {"BK-RedundantTargetPlatform", "FROM --platform=linux/$TARGETARCH a:1\n", {}},
      {"BK-RedundantTargetPlatform", "FROM a:1\n", {}},
      {"BK-RedundantTargetPlatform", "FROM a:$TARGETPLATFORM\n", {}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a:1\n", {1}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=linux/arm64 a:1 AS build\n", {1}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM a:1\nFROM --platform=amd64 a:1 AS b\n", {2}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=windows/amd64 a:1 AS win\n", {1}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a:1 AS b_AMD64\n", {}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a:1 AS linux-b\n", {}},
      {"BK-FromPlatformFlagConstDisallowed", "FROM --platform=$BUILDPLATFORM a:1\n", {}},
      {"BK-FromPlatformFlagConstDisallowed", "ARG P=x\nFROM --platform=${P} a:1\n", {}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=linux/arm64 amd64/debian:12\n", {1}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=linux/amd64 arm64v8/alpine\n", {1}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=windows/amd64 amd64/alpine\n", {1}},
      {"BK-InvalidBaseImagePlatform",
       "FROM --platform=linux/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022\n",
       {1}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=linux/x86_64 amd64/debian:12\n", {}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=linux/arm/v7 arm32v7/debian:12\n", {}},
      {"BK-InvalidBaseImagePlatform", "FROM amd64/debian:12\n", {}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=$TARGETPLATFORM arm64v8/debian:12\n", {}},
      {"BK-InvalidBaseImagePlatform", "FROM --platform=linux/arm64 debian:12\n", {}},
  });
}

TEST(BuildKitStyle, SeesGapsAndCasing) {
  expect_verdicts({
      {"BK-NoEmptyContinuation", "FROM a:1\nRUN a && \\\n\n  b\n", {4}},
      {"BK-NoEmptyContinuation", "FROM a:1\nENV A=1 \\\n\n\n  B=2\n", {5}},
      {"BK-NoEmptyContinuation", "FROM a:1\nRUN a && \\\n  \t\n  b\n", {4}},
      {"BK-NoEmptyContinuation", "FROM a:1\nCOPY a \\\n\n  b /c/\nRUN x\n", {4}},
      {"BK-NoEmptyContinuation", "FROM a:1\nRUN a && \\\n  b\n\nRUN c\n", {}},
      {"BK-NoEmptyContinuation", "FROM a:1\nRUN a && \\\n# why\n  b\n", {}},
      {"BK-NoEmptyContinuation", "FROM a:1\nRUN <<EOF\na\n\nb\nEOF\n", {}},
      {"BK-NoEmptyContinuation", "FROM a:1\n\n\nRUN x\n", {}},
      {"BK-ConsistentInstructionCasing", "FROM a:1\nRun x\n", {2}},
      {"BK-ConsistentInstructionCasing", "FROM a:1\nRUN x\ncopy a /b\n", {3}},
      {"BK-ConsistentInstructionCasing", "from a:1\nrun x\nCOPY a /b\n", {3}},
      {"BK-ConsistentInstructionCasing", "from a:1\nRUN x\n", {1}},
      {"BK-ConsistentInstructionCasing", "FROM a:1\nRUN x\n", {}},
      {"BK-ConsistentInstructionCasing", "from a:1\nrun x\n", {}},
      {"BK-ConsistentInstructionCasing", "FROM a:1 as b\nRUN from\n", {}},
      {"BK-ConsistentInstructionCasing", "FROM a:1\nONBUILD run x\n", {}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nENV A b\n", {2}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nLABEL a b c\n", {2}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nENV A b=c\n", {2}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nenv PATH /x:$PATH\n", {2}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nENV A=b\n", {}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nENV A=\"b c\" D=e\n", {}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nLABEL a=b\\ c\n", {}},
      {"BK-LegacyKeyValueFormat", "FROM a:1\nARG A\n", {}},
      {"BK-MaintainerDeprecated", "FROM a:1\nMAINTAINER x\n", {2}},
      {"BK-MaintainerDeprecated", "FROM a:1\nmaintainer x <y@z>\n", {2}},
      {"BK-MaintainerDeprecated", "FROM a:1\nMAINTAINER x\nFROM b:1\nMAINTAINER y\n", {2, 4}},
      {"BK-MaintainerDeprecated", "FROM a:1\nRUN x\n\nMAINTAINER \"x\"\n", {4}},
      {"BK-MaintainerDeprecated", "FROM a:1\nLABEL maintainer=x\n", {}},
      {"BK-MaintainerDeprecated", "FROM a:1\n# MAINTAINER x\n", {}},
      {"BK-MaintainerDeprecated", "FROM a:1\nRUN echo \\\n  MAINTAINER x\n", {}},
      {"BK-MaintainerDeprecated", "FROM a:1\n", {}},
  });
}

TEST(BuildKitCommands, WantListsAndOneOfAKind) {
  expect_verdicts({
      {"BK-JSONArgsRecommended", "FROM a:1\nCMD x\n", {2}},
      {"BK-JSONArgsRecommended", "FROM a:1\nENTRYPOINT x y\n", {2}},
      {"BK-JSONArgsRecommended", "FROM a:1\nCMD ['x']\n", {2}},
      {"BK-JSONArgsRecommended", "FROM a:1 AS b\nSHELL [\"x\"]\nFROM c:1\nCMD x\n", {4}},
      {"BK-JSONArgsRecommended", "FROM a:1\nCMD [\"x\"]\n", {}},
      {"BK-JSONArgsRecommended", "FROM a:1\nSHELL [\"bash\", \"-c\"]\nCMD x\n", {}},
      {"BK-JSONArgsRecommended", "FROM a:1 AS b\nSHELL [\"x\"]\nFROM b\nENTRYPOINT x\n", {}},
      {"BK-JSONArgsRecommended", "FROM a:1\nHEALTHCHECK CMD x\n", {}},
      {"BK-JSONArgsRecommended", "FROM a:1\nRUN x\n", {}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nCMD [\"a\"]\nCMD [\"b\"]\n", {2}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nCMD a\nCMD b\nCMD c\n", {2, 3}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nENTRYPOINT a\nRUN x\nENTRYPOINT b\n", {2}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nHEALTHCHECK NONE\nHEALTHCHECK CMD a\n", {2}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nCMD a\nENTRYPOINT b\n", {}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nCMD a\nFROM b:1\nCMD b\n", {}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nRUN a\nRUN b\n", {}},
      {"BK-MultipleInstructionsDisallowed", "FROM a:1\nONBUILD CMD a\nCMD b\n", {}},
  });
}

TEST(BuildKitPaths, SeesRelativeFoldersAndStrangePorts) {
  expect_verdicts({
      {"BK-WorkdirRelativePath", "FROM a:1\nWORKDIR app\n", {2}},
      {"BK-WorkdirRelativePath", "FROM a:1\nWORKDIR ./app\n", {2}},
      {"BK-WorkdirRelativePath", "FROM a:1\nENV D=app\nWORKDIR $D\n", {3}},
      {"BK-WorkdirRelativePath", "FROM a:1 AS b\nWORKDIR /a\nFROM c:1\nWORKDIR x\n", {4}},
      {"BK-WorkdirRelativePath", "FROM a:1\nWORKDIR /app\n", {}},
      {"BK-WorkdirRelativePath", "FROM a:1\nWORKDIR /app\nWORKDIR src\n", {}},
      {"BK-WorkdirRelativePath", "FROM a:1 AS b\nWORKDIR /a\nFROM b\nWORKDIR x\n", {}},
      {"BK-WorkdirRelativePath", "FROM a:1\nARG D\nWORKDIR $D\n", {}},
      {"BK-WorkdirRelativePath", "FROM a:1\nWORKDIR C:\\\\app\n", {}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 80/TCP\n", {2}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 80 81/Udp\n", {2}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 80/tcp \\\n  81/UDP\n", {3}},
      {"BK-ExposeProtoCasing", "FROM a:1\nARG P=80/TCP\nEXPOSE $P\n", {3}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 80/tcp\n", {}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 80\n", {}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE 8000-8010/udp\n", {}},
      {"BK-ExposeProtoCasing", "FROM a:1\nEXPOSE $PORT\n", {}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE 127.0.0.1:80:80\n", {2}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE 5000:5000\n", {2}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE 80 [::1]:81:81/tcp\n", {2}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nARG P=1:2\nEXPOSE $P\n", {3}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE 80\n", {}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE 80-90/udp\n", {}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE ${PORT:-80}\n", {}},
      {"BK-ExposeInvalidFormat", "FROM a:1\nEXPOSE $PORT/tcp\n", {}},
  });
}

TEST(BuildKitDescriptions, BeginWithTheName) {
  expect_verdicts({
      {"BK-InvalidDefinitionDescription", "# the builder\nFROM a:1 AS build\n", {2}},
      {"BK-InvalidDefinitionDescription", "# which one\nARG V=1\nFROM a:$V\n", {2}},
      {"BK-InvalidDefinitionDescription", "FROM a:1\n# builder\nFROM a:1 AS build\n", {3}},
      {"BK-InvalidDefinitionDescription", "FROM a:1\n# x\n# y\nARG V\n", {4}},
      {"BK-InvalidDefinitionDescription", "# build compiles\nFROM a:1 AS build\n", {}},
      {"BK-InvalidDefinitionDescription", "# the builder\n\nFROM a:1 AS build\n", {}},
      {"BK-InvalidDefinitionDescription", "# the builder\n#\nFROM a:1 AS build\n", {}},
      {"BK-InvalidDefinitionDescription", "# the base\nFROM a:1\n", {}},
      {"BK-InvalidDefinitionDescription", "FROM a:1\n# more\n# V is the version\nARG V\n", {}},
      {"BK-InvalidDefinitionDescription", "# check=skip=X\nFROM a:1 AS build\n", {}},
      {"BK-InvalidDefinitionDescription", "FROM a:1\n# hadolint ignore=DL3006\nFROM b AS c\n", {}},
  });
  EXPECT_EQ(find_rule("BK-InvalidDefinitionDescription")->by_default, Default::Off);
}

TEST(BuildKitVariables, MustBeDefined) {
  expect_verdicts({
      {"BK-UndefinedVar", "FROM alpine:3\nCOPY $foo /x\n", {2}},
      {"BK-UndefinedVar", "FROM alpine:3\nENV A=1 \\\n  B=$FOO\n", {3}},
      {"BK-UndefinedVar", "ARG V=1\nFROM alpine:$V\nLABEL v=$V\n", {3}},
      {"BK-UndefinedVar", "FROM alpine:3\nWORKDIR /a/${X}\n", {2}},
      {"BK-UndefinedVar", "FROM own/image:1\nARG DIRECTORY=/x\nWORKDIR $DIRECTRY\n", {3}},
      {"BK-UndefinedVar", "FROM own/image:1\nUSER $user\n", {2}},
      {"BK-UndefinedVar", "FROM own/image:1\nENV A=$TARGETARCH\n", {2}},
      {"BK-UndefinedVar", "FROM alpine:3\nCOPY --chown=$UID_ a /b\n", {2}},
      {"BK-UndefinedVar", "FROM node:22\nEXPOSE $PORT\n", {2}},
      {"BK-UndefinedVar", "FROM a:1 AS b\nARG X=1\nFROM alpine:3\nENV Y=$X\n", {4}},
      {"BK-UndefinedVar", "FROM gcr.io/distroless/static-debian12\nENV A=$B\n", {2}},
      {"BK-UndefinedVar", "FROM php:8-apache\nENV A=$APACHE_CONFDIR B=$APP_ROOT\n", {2}},
      {"BK-UndefinedVar", "FROM alpine:3\nARG X\nCOPY $X /x\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3 AS b\nENV X=1\nFROM b\nENV Y=$X\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nENV PATH=/x:$PATH\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nENV P=$HTTP_PROXY\n", {}},
      {"BK-UndefinedVar", "FROM node:22\nLABEL v=$NODE_VERSION\n", {}},
      {"BK-UndefinedVar", "FROM own/image:1\nENV A=$OWN_HOME/bin\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nENV A=${X:-y} B=${Z:+w}\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nENV A=\\$x B='$y'\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nRUN echo $x\nCMD echo $x\nENTRYPOINT echo $x\n", {}},
      {"BK-UndefinedVar", "FROM alpine:3\nARG TARGETARCH\nENV A=$TARGETARCH\n", {}},
  });
  EXPECT_EQ(first_seen("BK-UndefinedVar", "FROM alpine:3\nENV A=x/${foo}/y\n").text, "${foo}");
}

TEST(BuildKitVariables, KnowTheBaseWhereItIsAtHand) {
  BaseFacts facts;
  facts.environment = {"OWN_HOME=/x"};
  const BaseLookup lookup = [&](std::string_view) { return &facts; };
  const std::string file = "FROM own/image:1\nENV A=$OWN_HOME B=$OTHER\n";

  EXPECT_EQ(verdicts(file, "BK-UndefinedVar", options_of_today(), lookup),
            std::set<std::string>{"BK-UndefinedVar:2"});
  EXPECT_TRUE(verdicts("FROM own/image:1\nENV A=$OWN_HOME\n", "BK-Und", options_of_today(), lookup)
                  .empty());
}

TEST(BuildKitVariables, AreNoSecrets) {
  expect_verdicts({
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nARG DB_PASSWORD\n", {2}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV A=1 \\\n  api_token=x\n", {3}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV AWS_SECRET_ACCESS_KEY x\n", {2}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nARG APIKEY\nENV APIKEY=$APIKEY\n", {2}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV PUBLIC_KEY=x\n", {}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV PASSWORD_FILE=/x\n", {}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV MONKEY=x\n", {}},
      {"BK-SecretsUsedInArgOrEnv",
       "FROM a:1\nENV GPG_KEY A035C8C19219BA821ECEA86B64E628F8D684696D\n",
       {}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nENV GPG_KEY=x\n", {2}},
      {"BK-SecretsUsedInArgOrEnv", "FROM a:1\nLABEL password=x\n", {}},
  });
}

std::set<std::string> of_ignored(std::string_view copy, std::string ignore) {
  BuildContext context;
  context.dockerignore = std::move(ignore);
  return verdicts(fmt::format("FROM a:1\n{}\n", copy), "BK-CopyIgnoredFile", options_of_today(), {},
                  &context);
}

TEST(BuildKitContext, HasNoIgnoredFiles) {
  const std::set<std::string> reported = {"BK-CopyIgnoredFile:2"};

  EXPECT_EQ(of_ignored("COPY a.log /x", "*.log\n"), reported);
  EXPECT_EQ(of_ignored("ADD a.log /x", "*.log\n"), reported);
  EXPECT_EQ(of_ignored("COPY b ./tmp/x /x/", "tmp\n"), reported);
  EXPECT_EQ(of_ignored("COPY . /x", "**\n"), reported);
  EXPECT_EQ(of_ignored("COPY [\"a.log\", \"/x\"]", "/a.log\n"), reported);

  EXPECT_TRUE(of_ignored("COPY a.log /x", "*.log\n!b.log\n").empty());
  EXPECT_TRUE(of_ignored("COPY --from=b a.log /x", "*.log\n").empty());
  EXPECT_TRUE(of_ignored("COPY . /x", "*.log\n").empty());
  EXPECT_TRUE(of_ignored("ADD https://example.com/a.log /x", "*.log\n**/*.log\n").empty());
  EXPECT_TRUE(of_ignored("COPY <<a.log /x\nhello\na.log", "*.log\n*\n").empty());
  EXPECT_TRUE(of_ignored("COPY $X /x", "*\n").empty());
  EXPECT_TRUE(of_ignored("COPY a.txt /x", "").empty());
}

TEST(SameAs, LeavesOneFindingOfTwo) {
  const RuleOptions options = options_of_today();
  const Analysis analysis(
      "FROM --platform=$TARGETPLATFORM alpine:3 AS scratch\n"
      "ENV API_TOKEN=x A=1 B=$A\n",
      options);
  std::vector<Problem> problems = analysis.run_rules();

  drop_doubles(analysis.lint(), problems);

  std::set<std::string_view> left;
  for (const Problem& problem : problems) left.insert(problem.rule->check.id);
  for (const std::string_view id : {"DL3044", "DL3063", "DL3064", "DL3065"}) {
    EXPECT_TRUE(left.contains(id)) << id;
  }
  for (const std::string_view id : {"BK-UndefinedVar", "BK-ReservedStageName",
                                    "BK-SecretsUsedInArgOrEnv", "BK-RedundantTargetPlatform"}) {
    EXPECT_FALSE(left.contains(id)) << id;
  }
}

TEST(SameAs, TellsOnceThatUserIsAName) {
  const RuleOptions options = options_of_today();
  const Analysis analysis("FROM node:22 AS a\nUSER node\n", options);
  std::vector<Problem> problems = analysis.run_rules();

  drop_doubles(analysis.lint(), problems);

  const auto has = [&](std::string_view id) {
    return std::ranges::any_of(problems,
                               [&](const Problem& one) { return one.rule->check.id == id; });
  };
  EXPECT_TRUE(has("DL3066"));
  EXPECT_FALSE(has("CL1003"));
  // The one that stays has the better remedy of the other.
  const auto stays =
      std::ranges::find(problems, "DL3066", [](const Problem& one) { return one.rule->check.id; });
  EXPECT_NE(stays->remediation.find("USER 1000"), std::string::npos) << stays->remediation;
}

TEST(SameAs, ListsTheOthersAsAliases) {
  for (const SameAs& row : same_as()) {
    const Rule* rule = find_rule(row.id);
    ASSERT_NE(rule, nullptr) << row.id;
    if (row.id != "BK-UndefinedVar") {  // the same at that place only
      EXPECT_TRUE(rule->check.aliases.contains(row.yields_to)) << row.id;
    }
  }
}

}  // namespace
}  // namespace corten::dockerfile
