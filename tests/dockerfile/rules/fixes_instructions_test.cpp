// What fixes of rules about instructions write, byte for byte.
#include "fix_table.h"

namespace corten::dockerfile {
namespace {

constexpr auto kUnsafe = Safety::Unsafe;

TEST(FixesOfInstructions, Workdir) {
  const FixCase cases[] = {
      {"below another", "DL3000", "FROM debian:12\nWORKDIR /srv\nWORKDIR app\n",
       "FROM debian:12\nWORKDIR /srv\nWORKDIR /srv/app\n"},
      {"with dots", "DL3000", "FROM debian:12\nWORKDIR /srv/a\nWORKDIR ../b/./c\n",
       "FROM debian:12\nWORKDIR /srv/a\nWORKDIR /srv/b/c\n"},
      {"with a variable", "DL3000", "FROM debian:12\nWORKDIR /srv\nWORKDIR app/$X\n",
       "FROM debian:12\nWORKDIR /srv\nWORKDIR /srv/app/$X\n"},
      {"below the base's", "DL3000", "FROM debian:12\nWORKDIR app\n",
       "FROM debian:12\nWORKDIR /app\n", kUnsafe},
      {"BuildKit's", "BK-WorkdirRelativePath", "FROM debian:12\nWORKDIR app\n",
       "FROM debian:12\nWORKDIR /app\n", kUnsafe},
      {"quoted", "DL3000", "FROM debian:12\nWORKDIR \"my app\"\n", ""},
      {"below an unknown one", "DL3000", "FROM debian:12\nARG X\nWORKDIR $X\nWORKDIR app\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, FolderOfTheImageItself) {
  BaseFacts facts;
  facts.working_dir = "/usr/src";
  const Offer offer = offer_of("DL3000", "FROM shop/base:1\nWORKDIR app\n", options_of_today(),
                               [&](std::string_view) { return &facts; });
  EXPECT_EQ(offer.after, "FROM shop/base:1\nWORKDIR /usr/src/app\n");
  EXPECT_EQ(offer.safety, Safety::Safe);
}

TEST(FixesOfInstructions, DigestOfTheImageItself) {
  BaseFacts facts;
  facts.digest = "sha256:" + std::string(64, 'a');
  const BaseLookup bases = [&](std::string_view) { return &facts; };
  EXPECT_EQ(offer_of("DL3006", "FROM debian AS x\n", options_of_today(), bases).after,
            "FROM debian@" + facts.digest + " AS x\n");
  EXPECT_EQ(offer_of("DL3007", "FROM debian:latest\n", options_of_today(), bases).after,
            "FROM debian:latest@" + facts.digest + "\n");
  EXPECT_EQ(offer_of("DL3007", "ARG T=latest\nFROM debian:$T\n", options_of_today(), bases).after,
            "");
  EXPECT_EQ(offer_of("DL3006", "FROM debian\n").after, "");
}

TEST(FixesOfInstructions, Maintainer) {
  const std::string label = "LABEL org.opencontainers.image.authors=";
  const FixCase cases[] = {
      {"plain", "DL4000", "FROM debian:12\nMAINTAINER Ada <ada@example.com>\nCMD [\"x\"]\n",
       "FROM debian:12\n" + label + "\"Ada <ada@example.com>\"\nCMD [\"x\"]\n"},
      {"BuildKit's", "BK-MaintainerDeprecated", "FROM debian:12\nMAINTAINER ada@example.com\n",
       "FROM debian:12\n" + label + "\"ada@example.com\"\n"},
      {"quoted", "DL4000", "FROM debian:12\nMAINTAINER \"Ada\"\n",
       "FROM debian:12\n" + label + "\"Ada\"\n"},
      {"what a value would take for more", "DL4000", "FROM debian:12\nMAINTAINER A \"x\" $HOME\n",
       "FROM debian:12\n" + label + "\"A \\\"x\\\" \\$HOME\"\n"},
      {"small letters", "DL4000", "from debian:12\nmaintainer Ada\n",
       "from debian:12\nlabel org.opencontainers.image.authors=\"Ada\"\n"},
      {"no newline at the end", "DL4000", "FROM debian:12\nMAINTAINER Ada",
       "FROM debian:12\n" + label + "\"Ada\""},
      {"the label is there", "DL4000", "FROM debian:12\nMAINTAINER Ada\n" + label + "\"Bob\"\n",
       ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, ShellFormBecomesAList) {
  const FixCase cases[] = {
      {"CMD", "DL3025", "FROM node:22\nCMD node server.js\n",
       "FROM node:22\nCMD [\"node\", \"server.js\"]\n"},
      {"continued", "DL3025", "FROM node:22\nCMD node \\\n    # the one\n    server.js\n",
       "FROM node:22\nCMD [\"node\", \\\n    # the one\n    \"server.js\"]\n"},
      {"exec", "DL3025", "FROM node:22\nCMD exec node server.js\n",
       "FROM node:22\nCMD [\"node\", \"server.js\"]\n"},
      {"quotes", "DL3025", "FROM node:22\nCMD node -e 'say(\"x\")' a\"b c\"\n",
       "FROM node:22\nCMD [\"node\", \"-e\", \"say(\\\"x\\\")\", \"ab c\"]\n"},
      {"HEALTHCHECK", "DL3025", "FROM node:22\nHEALTHCHECK --retries=3 CMD curl -f localhost\n",
       "FROM node:22\nHEALTHCHECK --retries=3 CMD [\"curl\", \"-f\", \"localhost\"]\n"},
      {"ENTRYPOINT", "DL3025", "FROM node:22\nENTRYPOINT node server.js\n",
       "FROM node:22\nENTRYPOINT [\"node\", \"server.js\"]\n", kUnsafe},
      {"BuildKit's", "BK-JSONArgsRecommended", "FROM node:22\nCMD node server.js\n",
       "FROM node:22\nCMD [\"node\", \"server.js\"]\n"},
      {"of an unknown base", "DL3025", "FROM shop/base:1\nCMD node server.js\n",
       "FROM shop/base:1\nCMD [\"node\", \"server.js\"]\n", kUnsafe},
      {"of an image that steps down by itself", "DL3025", "FROM redis:8\nCMD redis-server\n",
       "FROM redis:8\nCMD [\"redis-server\"]\n", kUnsafe},
      {"with an ENTRYPOINT", "DL3025", "FROM node:22\nENTRYPOINT [\"tini\"]\nCMD node server.js\n",
       "FROM node:22\nENTRYPOINT [\"tini\"]\nCMD [\"node\", \"server.js\"]\n", kUnsafe},
      {"ENTRYPOINT that CMD would reach", "DL3025",
       "FROM node:22\nENTRYPOINT node server.js\nCMD [\"--help\"]\n", ""},
      {"a login shell", "DL3025",
       "FROM node:22\nSHELL [\"/bin/bash\", \"-lc\"]\nCMD node server.js\n", ""},
      {"a shell with pipefail", "DL3025",
       "FROM node:22\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nCMD node a.js\n",
       "FROM node:22\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nCMD [\"node\", "
       "\"a.js\"]\n"},
      {"another program than a shell", "DL3025",
       "FROM node:22\nSHELL [\"conda\", \"run\", \"-n\", \"x\"]\nCMD node a.js\n", ""},
      {"variable", "DL3025", "FROM node:22\nCMD node $FILE\n", ""},
      {"list", "DL3025", "FROM node:22\nCMD a && b\n", ""},
      {"pipe", "DL3025", "FROM node:22\nCMD a | b\n", ""},
      {"redirection", "DL3025", "FROM node:22\nCMD a > b\n", ""},
      {"assignment", "DL3025", "FROM node:22\nCMD X=1 a\n", ""},
      {"pattern", "DL3025", "FROM node:22\nCMD cat *.txt\n", ""},
      {"home", "DL3025", "FROM node:22\nCMD cat ~/x\n", ""},
      {"built in", "DL3025", "FROM node:22\nCMD source x\n", ""},
      {"semicolon", "DL3025", "FROM node:22\nCMD a;\n", ""},
      {"background", "DL3025", "FROM node:22\nCMD a &\n", ""},
      {"alternative", "DL3025", "FROM node:22\nHEALTHCHECK CMD curl -f localhost || exit 1\n", ""},
      {"no ASCII", "DL3025", "FROM node:22\nCMD echo \xC3\xA4\n", ""},
      {"Windows", "DL3025", "FROM mcr.microsoft.com/windows/servercore:ltsc2025\nCMD a b\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, WhatHasNoEffectGoes) {
  const FixCase cases[] = {
      {"CMD", "DL4003", "FROM debian:12\nCMD [\"a\"]\nUSER x\nCMD [\"b\"]\n",
       "FROM debian:12\nUSER x\nCMD [\"b\"]\n"},
      {"ENTRYPOINT", "DL4004", "FROM debian:12\n# old\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n",
       "FROM debian:12\n# old\nENTRYPOINT [\"b\"]\n"},
      {"HEALTHCHECK", "DL3012",
       "FROM debian:12\nHEALTHCHECK CMD \\\n  [\"a\"]\nHEALTHCHECK CMD [\"b\"]",
       "FROM debian:12\nHEALTHCHECK CMD [\"b\"]"},
      {"BuildKit's", "BK-MultipleInstructionsDisallowed",
       "FROM debian:12\nCMD [\"a\"]\nCMD [\"b\"]\n", "FROM debian:12\nCMD [\"b\"]\n"},
      {"with a pragma", "DL4003", "FROM debian:12\n# hadolint ignore=DL3025\nCMD a\nCMD [\"b\"]\n",
       ""},
      {"with a comment inside", "DL4003",
       "FROM debian:12\nCMD [\"a\", \\\n# why\n\"b\"]\nCMD [\"b\"]\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, CopyAndAdd) {
  const FixCase cases[] = {
      {"file", "DL3020", "FROM debian:12\nADD app.conf /etc/app.conf\n",
       "FROM debian:12\nCOPY app.conf /etc/app.conf\n"},
      {"small letters and flags", "DL3020", "from debian:12\nadd --chown=1:1 a.conf /etc/\n",
       "from debian:12\ncopy --chown=1:1 a.conf /etc/\n"},
      {"exec form", "DL3020", "FROM debian:12\nADD [\"a b\", \"/etc/\"]\n",
       "FROM debian:12\nCOPY [\"a b\", \"/etc/\"]\n"},
      {"pattern", "DL3020", "FROM debian:12\nADD dist/* /app/\n",
       "FROM debian:12\nCOPY dist/* /app/\n", kUnsafe},
      {"archive among them", "DL3020", "FROM debian:12\nADD a.conf b.tar.gz /etc/\n", ""},
      {"address among them", "DL3020", "FROM debian:12\nADD a.conf https://example.com/b /etc/\n",
       ""},
      {"flag that COPY lacks", "DL3020", "FROM debian:12\nADD --checksum=sha256:0 a.conf /etc/\n",
       ""},
      {"relative without WORKDIR", "DL3020", "FROM debian:12\nADD a.conf etc/\n", ""},
      {"target without a slash", "DL3020", "FROM debian:12\nADD a b /etc\n",
       "FROM debian:12\nCOPY a b /etc/\n"},
      {"slash", "DL3021", "FROM node:22\nCOPY a.json b.json /app\n",
       "FROM node:22\nCOPY a.json b.json /app/\n"},
      {"slash behind a dot", "DL3021", "FROM node:22\nWORKDIR /app\nCOPY a.json b.json .\n",
       "FROM node:22\nWORKDIR /app\nCOPY a.json b.json ./\n"},
      {"slash in exec form", "DL3021", "FROM node:22\nCOPY [\"a\", \"b\", \"/app\"]\n",
       "FROM node:22\nCOPY [\"a\", \"b\", \"/app/\"]\n"},
      {"slash in quotes", "DL3021", "FROM node:22\nCOPY a b \"/app\"\n",
       "FROM node:22\nCOPY a b \"/app/\"\n"},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, FromAndStages) {
  const FixCase cases[] = {
      {"platform", "DL3065", "FROM --platform=$TARGETPLATFORM  debian:12\n", "FROM debian:12\n"},
      {"BuildKit's platform", "BK-RedundantTargetPlatform",
       "FROM --platform=${TARGETPLATFORM} debian:12 AS x\n", "FROM debian:12 AS x\n"},
      {"AS", "BK-FromAsCasing", "FROM debian:12 as x\n", "FROM debian:12 AS x\n"},
      {"as", "BK-FromAsCasing", "from debian:12 AS x\n", "from debian:12 as x\n"},
      {"name", "BK-StageNameCasing",
       "FROM debian:12 AS Build\nFROM Build AS two\nRUN --mount=from=Build,target=/b x\n"
       "COPY --from=Build /a /a\n",
       "FROM debian:12 AS build\nFROM build AS two\nRUN --mount=from=Build,target=/b x\n"
       "COPY --from=build /a /a\n"},
      {"capitals", "BK-ConsistentInstructionCasing", "FROM debian:12\nrun true\nUSER x\n",
       "FROM debian:12\nRUN true\nUSER x\n"},
      {"small letters", "BK-ConsistentInstructionCasing", "from debian:12 as x\nrun true\nUSER y\n",
       "from debian:12 as x\nrun true\nuser y\n"},
      {"with its AS", "BK-ConsistentInstructionCasing", "from debian:12 as x\nRUN true\nUSER y\n",
       "FROM debian:12 AS x\nRUN true\nUSER y\n"},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, Variables) {
  const FixCase cases[] = {
      {"one word", "BK-LegacyKeyValueFormat", "FROM debian:12\nENV A b\n",
       "FROM debian:12\nENV A=b\n"},
      {"words", "BK-LegacyKeyValueFormat", "FROM debian:12\nENV A   b c $D\n",
       "FROM debian:12\nENV A=\"b c $D\"\n"},
      {"a blank that is none of ASCII", "BK-LegacyKeyValueFormat",
       "FROM debian:12\nENV A b\xC2\xA0"
       "c\n",
       "FROM debian:12\nENV A=\"b\xC2\xA0"
       "c\"\n"},
      {"quoted", "BK-LegacyKeyValueFormat", "FROM debian:12\nLABEL a \"b c\"\n",
       "FROM debian:12\nLABEL a=\"b c\"\n"},
      {"quotes inside", "BK-LegacyKeyValueFormat", "FROM debian:12\nENV A b'c'\n",
       "FROM debian:12\nENV A=b'c'\n"},
      {"quotes and blanks", "BK-LegacyKeyValueFormat", "FROM debian:12\nENV A b 'c d'\n", ""},
      {"over lines", "BK-LegacyKeyValueFormat", "FROM debian:12\nENV A b \\\n  c\n",
       "FROM debian:12\nENV A=\"b \\\n  c\"\n"},
      {"uses its neighbour", "DL3044", "FROM debian:12\nENV A=/a B=$A/b\n",
       "FROM debian:12\nENV A=/a\nENV B=$A/b\n", kUnsafe},
      {"uses its neighbour on the next line", "DL3044",
       "FROM debian:12\nENV A=/a \\\n    B=$A/b \\\n    C=c\n",
       "FROM debian:12\nENV A=/a\nENV B=$A/b \\\n    C=c\n", kUnsafe},
      {"uses the one behind it", "DL3044", "FROM debian:12\nENV B=$A/b A=/a\n", ""},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

TEST(FixesOfInstructions, LinesAndPorts) {
  const FixCase cases[] = {
      {"empty line", "BK-NoEmptyContinuation",
       "FROM debian:12\nRUN a && \\\n\n    b && \\\n  \n\n    c\n",
       "FROM debian:12\nRUN a && \\\n    b && \\\n    c\n"},
      {"empty lines at the end", "BK-NoEmptyContinuation", "FROM debian:12\nRUN a && \\\n\n\t", ""},
      {"protocol", "BK-ExposeProtoCasing", "FROM debian:12\nEXPOSE 80/TCP 53/udp\n",
       "FROM debian:12\nEXPOSE 80/tcp 53/udp\n"},
      {"host's port", "BK-ExposeInvalidFormat", "FROM debian:12\nEXPOSE 127.0.0.1:8080:80/tcp\n",
       "FROM debian:12\nEXPOSE 80/tcp\n"},
  };
  for (const FixCase& row : cases) expect_fix(row);
}

}  // namespace
}  // namespace corten::dockerfile
