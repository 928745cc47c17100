// What valid Dockerfiles mean. Expected values come from the Dockerfile reference and from what
// BuildKit's parser does.
#include "dockerfile/parse.h"

#include <gtest/gtest.h>

#include "dockerfile/describe.h"
#include "dockerfile/mount.h"
#include "dockerfile/named_case.h"
#include "dockerfile/parse_case.h"

namespace corten::dockerfile {
namespace {

class Parse : public testing::TestWithParam<ParseCase> {};

TEST_P(Parse, GivesTheInstructions) { expect_instructions(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Lines, Parse,
    testing::ValuesIn<ParseCase>({
        {"One", "FROM a\n", "FROM (a)\n"},
        {"NoNewlineAtTheEnd", "FROM a", "FROM (a)\n"},
        {"CarriageReturns", "FROM a\r\n\r\nRUN b \\\r\n  c\r\n", "FROM (a)\nRUN (b   c)\n"},
        {"ByteOrderMark",
         "\xEF\xBB\xBF"
         "FROM a\n",
         "FROM (a)\n"},
        {"AnyCase", "from a\nRun b\ncMd c\n", "FROM (a)\nRUN (b)\nCMD (c)\n"},
        {"Indented", "  FROM a\n\t\tRUN b\n", "FROM (a)\nRUN (b)\n"},
        {"TrailingBlanks", "FROM a  \t\nUSER x \n", "FROM (a)\nUSER (x)\n"},
        {"BlankLines", "\n\n  \nFROM a\n\n\n", "FROM (a)\n"},
        {"Comments", "# c\nFROM a\n  # d\n#\nRUN b # e\n", "FROM (a)\nRUN (b # e)\n"},
        {"CommentThatEndsInBackslash", "FROM a\n# c \\\nRUN b\n", "FROM (a)\nRUN (b)\n"},
        {"NoBreakSpacesAround",
         "\xC2\xA0"
         "FROM a\xC2\xA0\n",
         "FROM (a)\n"},
        {"InvalidUtf8", "FROM a\nRUN echo \xFF\xFE\x80\n", "FROM (a)\nRUN (echo \xFF\xFE\x80)\n"},
        {"Continued", "FROM a\nRUN b && \\\n    c\n", "FROM (a)\nRUN (b &&     c)\n"},
        {"BlanksAfterTheBackslash", "FROM a\nRUN b \\  \t\n c\n", "FROM (a)\nRUN (b  c)\n"},
        {"TwoBackslashesDoNotContinue", "FROM a\nRUN b \\\\\nRUN c\n",
         "FROM (a)\nRUN (b \\\\)\nRUN (c)\n"},
        {"BackslashAlone", "FROM a\nRUN b \\\n  \\\n c\n", "FROM (a)\nRUN (b    c)\n"},
        {"KeywordInPieces", "FR\\\nOM a\n", "FROM (a)\n"},
        {"BeginsWithAContinuation", "\\\nFROM a\n", "FROM (a)\n"},
        {"CommentInside", "FROM a\nRUN b \\\n # c\n  d\n", "FROM (a)\nRUN (b   d)\n"},
        {"CommentWithBackslashInside", "FROM a\nRUN b \\\n# c \\\n  d\nRUN e\n",
         "FROM (a)\nRUN (b   d)\nRUN (e)\n"},
        {"EmptyLineInside", "FROM a\nRUN b \\\n\n  d\nRUN e\n", "FROM (a)\nRUN (b   d)\nRUN (e)\n"},
        {"EndsInAContinuation", "FROM a\nRUN b \\", "FROM (a)\nRUN (b)\n"},
        {"EndsInEmptyContinuation", "FROM a\nRUN b \\\n\n# c\n\n", "FROM (a)\nRUN (b)\n"},
        {"Backtick", "# escape=`\nFROM a\nRUN dir c:\\\nRUN b `\n c\n",
         "FROM (a)\nRUN (dir c:\\)\nRUN (b  c)\n"},
        {"BackslashIsNoEscapeUnderBacktick", "#escape=`\nFROM a\nCOPY x C:\\app\\\nUSER b\n",
         "FROM (a)\nCOPY (x|C:\\app\\)\nUSER (b)\n"},
    }),
    NamedCase());

INSTANTIATE_TEST_SUITE_P(
    Forms, Parse,
    testing::ValuesIn<ParseCase>({
        {"Exec", "FROM a\nCMD [\"b\", \"c d\"]\n", "FROM (a)\nCMD [b|c d]\n"},
        {"ExecContinued", "FROM a\nCMD [ \"b\", \\\n \"c\" ]\n", "FROM (a)\nCMD [b|c]\n"},
        {"ExecEmpty", "FROM a\nENTRYPOINT []\n", "FROM (a)\nENTRYPOINT []\n"},
        {"ExecEscapes", R"(CMD ["\"\\\/\n\t\u00e4\ud83d\ude00", "x"])",
         "CMD [\"\\/\n\t\xC3\xA4\xF0\x9F\x98\x80|x]\n"},
        {"ExecLoneSurrogate", R"(CMD ["\ud83d"])", "CMD [\xEF\xBF\xBD]\n"},
        {"SingleQuotesAreShell", "CMD ['b']\n", "CMD (['b'])\n"},
        {"TrailingCommaIsShell", "CMD [\"b\",]\n", "CMD ([\"b\",])\n"},
        {"TextAfterIsShell", "RUN [\"b\"] && c\n", "RUN ([\"b\"] && c)\n"},
        {"TestIsShell", "RUN [ -f x ] || y\n", "RUN ([ -f x ] || y)\n"},
        {"UnclosedIsShell", "RUN [\"b\"\n", "RUN ([\"b\")\n"},
        {"ControlCharacterIsShell", "CMD [\"a\tb\"]\n", "CMD ([\"a\tb\"])\n"},
        {"BadEscapeIsShell", "CMD [\"\\x\"]\n", "CMD ([\"\\x\"])\n"},
        {"CmdAlone", "CMD\n", "CMD\n"},
        {"EntrypointAlone", "ENTRYPOINT\n", "ENTRYPOINT\n"},
        {"Shell", "SHELL [\"powershell\", \"-Command\"]\n", "SHELL [powershell|-Command]\n"},
        {"Copy", "COPY a  b\tc /d/\n", "COPY (a|b|c|/d/)\n"},
        {"CopyExec", "COPY [\"a b\", \"/c d/\"]\n", "COPY [a b|/c d/]\n"},
        {"CopyQuotesSplit", "COPY \"a b\" c\n", "COPY (\"a|b\"|c)\n"},
        {"Add", "ADD http://x/y.tar /z\n", "ADD (http://x/y.tar|/z)\n"},
        {"From", "FROM a:1@sha256:00 AS b\n", "FROM (a:1@sha256:00|AS|b)\n"},
        {"FromWithDots", "FROM a as b-1_2.c\n", "FROM (a|as|b-1_2.c)\n"},
        {"FromUpperAlias", "FROM a AS Build\n", "FROM (a|AS|Build)\n"},
        {"FromVariable", "FROM ${A:-b}\n", "FROM (${A:-b})\n"},
        {"Expose", "EXPOSE 80 443/tcp 1000-1005/udp $P\n",
         "EXPOSE (80|443/tcp|1000-1005/udp|$P)\n"},
        {"Volume", "VOLUME /a /b\n", "VOLUME (/a|/b)\n"},
        {"VolumeExec", "VOLUME [\"/a\", \"/b\"]\n", "VOLUME [/a|/b]\n"},
        {"User", "USER a:b\n", "USER (a:b)\n"},
        {"UserWithBlank", "USER a b\n", "USER (a b)\n"},
        {"Workdir", "WORKDIR /a b\n", "WORKDIR (/a b)\n"},
        {"Stopsignal", "STOPSIGNAL SIGKILL\n", "STOPSIGNAL (SIGKILL)\n"},
        {"Maintainer", "MAINTAINER A B <a@b.c>\n", "MAINTAINER (A B <a@b.c>)\n"},
        {"HealthcheckNone", "HEALTHCHECK NONE\n", "HEALTHCHECK (NONE)\n"},
        {"HealthcheckNoneIgnoresFlags", "HEALTHCHECK --wrong NONE\n",
         "HEALTHCHECK {--wrong} (NONE)\n"},
        {"HealthcheckShell", "HEALTHCHECK --interval=5m30s --retries=3 CMD curl x\n",
         "HEALTHCHECK {--interval=5m30s} {--retries=3} (CMD) > CMD (curl x)\n"},
        {"HealthcheckExec", "HEALTHCHECK --start-interval=0 cmd [\"a\"]\n",
         "HEALTHCHECK {--start-interval=0} [cmd] > CMD [a]\n"},
        {"OnbuildRun", "ONBUILD RUN --mount=type=ssh a\n",
         "ONBUILD > RUN {--mount=type=ssh} (a)\n"},
        {"OnbuildCopy", "ONBUILD COPY . /a\n", "ONBUILD > COPY (.|/a)\n"},
        {"OnbuildExec", "ONBUILD CMD [\"a\"]\n", "ONBUILD > CMD [a]\n"},
        {"OnbuildOnbuildIsForRules", "ONBUILD ONBUILD RUN x\n", "ONBUILD > ONBUILD\n"},
        {"OnbuildFromIsForRules", "ONBUILD FROM x\n", "ONBUILD > FROM (x)\n"},
    }),
    NamedCase());

INSTANTIATE_TEST_SUITE_P(
    Pairs, Parse,
    testing::ValuesIn<ParseCase>({
        {"Env", "ENV a=1 b=2\n", "ENV a=1 b=2\n"},
        {"EnvLegacy", "ENV a 1 b=2  c\n", "ENV a 1 b=2  c\n"},
        {"EnvQuotes", "ENV a=\"x y\" b='p q' c=x\\ y\n", "ENV a=\"x y\" b='p q' c=x\\ y\n"},
        {"EnvContinued", "ENV a=1 \\\n    b=2 \\\n# c=3\n    d=4\n", "ENV a=1 b=2 d=4\n"},
        {"EnvEmptyValue", "ENV a= b=\"\"\n", "ENV a= b=\"\"\n"},
        {"EnvEqualsInValue", "ENV a=b=c\n", "ENV a=b=c\n"},
        {"EnvQuoteInsideWord", "ENV a=x\"y z\"w b=1\n", "ENV a=x\"y z\"w b=1\n"},
        {"EnvEscapedQuote", "ENV a=\\\" b=2\n", "ENV a=\\\" b=2\n"},
        {"EnvUnclosedQuote", "ENV a=\"x y\n", "ENV a=\"x y\n"},
        {"EnvTrailingEscape", "ENV a=x\\\\\\ b\n", "ENV a=x\\\\\\ b\n"},
        {"EnvBacktickEscapes", "# escape=`\nENV a=x` y b=c:\\d\n", "ENV a=x` y b=c:\\d\n"},
        {"EnvLegacyQuotesStay", "ENV a \"x y\"\n", "ENV a \"x y\"\n"},
        {"Label", "LABEL \"a.b\"=\"c d\" e='f'\n", "LABEL \"a.b\"=\"c d\" e='f'\n"},
        {"LabelLegacy", "LABEL a b c\n", "LABEL a b c\n"},
        {"Arg", "ARG A\nARG B=1\nARG C= D \"E\"=x\n", "ARG A\nARG B=1\nARG C= D \"E\"=x\n"},
        {"ArgQuoted", "ARG A=\"b c\"\n", "ARG A=\"b c\"\n"},
    }),
    NamedCase());

INSTANTIATE_TEST_SUITE_P(
    Flags, Parse,
    testing::ValuesIn<ParseCase>({
        {"Platform", "FROM --platform=$BUILDPLATFORM a\n",
         "FROM {--platform=$BUILDPLATFORM} (a)\n"},
        {"Mounts",
         "RUN --mount=type=cache,target=/a --mount=type=bind,source=.,target=/b \\\n  c\n",
         "RUN {--mount=type=cache,target=/a} {--mount=type=bind,source=.,target=/b} (c)\n"},
        {"RunAll", "RUN --network=none --security=insecure --device=nvidia.com/gpu=all a\n",
         "RUN {--network=none} {--security=insecure} {--device=nvidia.com/gpu=all} (a)\n"},
        {"Continued", "COPY \\\n  --from=a \\\n  --chown=1:2 \\\n  b c\n",
         "COPY {--from=a} {--chown=1:2} (b|c)\n"},
        {"CopyAll", "COPY --link --parents=false --chmod=755 --exclude=*.a --exclude=*.b a b\n",
         "COPY {--link} {--parents=false} {--chmod=755} {--exclude=*.a} {--exclude=*.b} (a|b)\n"},
        {"AddAll", "ADD --checksum=sha256:0 --keep-git-dir=true --unpack --link=True a b\n",
         "ADD {--checksum=sha256:0} {--keep-git-dir=true} {--unpack} {--link=True} (a|b)\n"},
        {"Quoted", "RUN --mount=type=secret,\"id=a b\" c\n",
         "RUN {--mount=type=secret,id=a b} (c)\n"},
        {"Escaped", "COPY --chown=a\\ b c d\n", "COPY {--chown=a b} (c|d)\n"},
        {"EmptyValue", "COPY --from= a b\n", "COPY {--from=} (a|b)\n"},
        {"StopsignalIgnoresThem", "STOPSIGNAL --x SIGTERM\n", "STOPSIGNAL {--x} (SIGTERM)\n"},
        {"MountWithVariables", "RUN --mount=type=$T,id=$I,required=1,readonly a\n",
         "RUN {--mount=type=$T,id=$I,required=1,readonly} (a)\n"},
        {"DashesEndThem", "RUN -- --x\n", "RUN (--x)\n"},
        {"DashIsNoFlag", "RUN -x\n", "RUN (-x)\n"},
        {"InTheMiddleIsAnArgument", "COPY a --from=b c\n", "COPY (a|--from=b|c)\n"},
        {"ExecAfter", "RUN --network=host [\"a\"]\n", "RUN {--network=host} [a]\n"},
        {"Durations",
         "HEALTHCHECK --timeout=1h2m3.5s --interval=100ms --start-period=1us1s CMD a\n",
         "HEALTHCHECK {--timeout=1h2m3.5s} {--interval=100ms} {--start-period=1us1s} (CMD) > CMD "
         "(a)\n"},
    }),
    NamedCase());

TEST(Directives, StandAtTheTop) {
  const Dockerfile file = parse(
      "# syntax = docker/dockerfile:1 \n#Escape=`\n# check=skip=all;error=true\n# a=b\nFROM a\n");

  ASSERT_EQ(file.directives.size(), 3U);
  EXPECT_EQ(file.directives[0].name, "syntax");
  EXPECT_EQ(file.directives[0].value, "docker/dockerfile:1");
  EXPECT_EQ(file.directives[1].name, "Escape");
  EXPECT_EQ(file.directives[2].value, "skip=all;error=true");
  EXPECT_EQ(file.source.text(file.directives[2].value_range), "skip=all;error=true");
  EXPECT_EQ(file.escape, '`');
  ASSERT_EQ(file.comments.size(), 1U);
  EXPECT_EQ(file.comments[0].text, "a=b");
}

struct EscapeCase {
  const char* name;
  const char* content;
  char escape;
};

class Escape : public testing::TestWithParam<EscapeCase> {};

TEST_P(Escape, IsTakenFromTheTopOnly) {
  EXPECT_EQ(parse(GetParam().content).escape, GetParam().escape);
}

INSTANTIATE_TEST_SUITE_P(Table, Escape,
                         testing::ValuesIn<EscapeCase>({
                             {"Default", "FROM a\n", '\\'},
                             {"Backtick", "# escape=`\nFROM a\n", '`'},
                             {"Backslash", "# escape=\\\nFROM a\n", '\\'},
                             {"AfterAByteOrderMark", "\xEF\xBB\xBF# escape=`\nFROM a\n", '`'},
                             {"WindowsNewlines", "# escape=`\r\nFROM a\r\n", '`'},
                             {"AfterAnEmptyLine", "\n# escape=`\nFROM a\n", '\\'},
                             {"AfterAComment", "# x\n# escape=`\nFROM a\n", '\\'},
                             {"AfterAnInstruction", "FROM a\n# escape=`\n", '\\'},
                             {"AfterAnUnknownDirective", "# x=y\n# escape=`\nFROM a\n", '\\'},
                             {"AfterAShebang", "#!/usr/bin/env x\n# escape=`\nFROM a\n", '\\'},
                         }),
                         NamedCase());

TEST(Directives, AreReadAfterAShebang) {
  const Dockerfile file = parse("#!/usr/bin/env dockerfile\n# syntax=a\nFROM b\n");

  ASSERT_EQ(file.directives.size(), 1U);
  EXPECT_EQ(file.directives[0].line, 2U);
  EXPECT_EQ(file.comments.size(), 1U);
}

TEST(Directives, MayBeginWithSlashes) {
  const Dockerfile file = parse("// syntax=example/frontend\nFROM b\n");

  ASSERT_EQ(file.directives.size(), 1U);
  EXPECT_EQ(file.directives[0].value, "example/frontend");
  EXPECT_EQ(describe_errors(file), "");
}

TEST(Comments, KnowTheirInstruction) {
  const Dockerfile file = parse("# a\nFROM x\n\n# b\n# c\nRUN y \\\n # d\n z\n# e\n");

  ASSERT_EQ(file.comments.size(), 5U);
  EXPECT_EQ(file.comments[3].text, "d");
  EXPECT_TRUE(file.comments[3].inside);
  EXPECT_EQ(file.comments[3].next, 1U);
  EXPECT_EQ(file.comments[4].next, 2U);
  EXPECT_EQ(file.comments[4].line, 9U);
  EXPECT_EQ(file.source.text(file.comments[2].range), "# c");
  EXPECT_EQ(file.instructions[0].comments_begin, 0U);
  EXPECT_EQ(file.instructions[0].comments_end, 1U);
  EXPECT_EQ(file.instructions[1].comments_begin, 1U);
  EXPECT_EQ(file.instructions[1].comments_end, 3U);
}

TEST(Ranges, PointIntoTheSource) {
  const std::string content = "FROM a\nrun --mount=type=ssh \\\n  # c\n  git clone \\\n\n  x\n";
  const Dockerfile file = parse(content);
  const Instruction& run = file.instructions[1];

  EXPECT_EQ(run.first_line, 2U);
  EXPECT_EQ(run.last_line, 6U);
  EXPECT_EQ(run.empty_line, 5U);
  EXPECT_EQ(run.name, "run");
  EXPECT_EQ(file.source.text(run.keyword_range), "run");
  EXPECT_EQ(file.source.text(run.flags[0].range), "--mount=type=ssh");
  EXPECT_EQ(file.source.text(run.flags[0].name_range), "--mount");
  EXPECT_EQ(file.source.text(run.flags[0].value_range), "type=ssh");
  EXPECT_EQ(run.text.text, "git clone   x");
  EXPECT_EQ(file.source.position(run.text.source_at(0)), (Position{4, 3}));
  EXPECT_EQ(file.source.position(run.text.source_at(12)), (Position{6, 3}));
  EXPECT_EQ(file.source.text(run.text.source_range(4, 9)), "clone");
  EXPECT_EQ(file.source.text(run.range), content.substr(7, content.size() - 8));
}

TEST(Ranges, OfPairsAndWords) {
  const Dockerfile file = parse("ENV A=\"b c\" \\\n  D=e\nCMD [\"x\", \"y\\n\"]\nENV f g h\n");

  const Instruction& env = file.instructions[0];
  EXPECT_EQ(file.source.text(env.pairs[0].range), "A=\"b c\"");
  EXPECT_EQ(file.source.text(env.pairs[0].value_range), "\"b c\"");
  EXPECT_EQ(file.source.text(env.pairs[1].key_range), "D");
  const Instruction& cmd = file.instructions[1];
  EXPECT_EQ(file.source.text(cmd.words[1].range), "\"y\\n\"");
  const Instruction& legacy = file.instructions[2];
  EXPECT_TRUE(legacy.pairs[0].legacy);
  EXPECT_EQ(file.source.text(legacy.pairs[0].value_range), "g h");
}

TEST(Ranges, StayValidWhenTheFileMoves) {
  Dockerfile first = parse("FROM a\nRUN b \\\n c\n");

  const Dockerfile second = std::move(first);

  EXPECT_EQ(describe(second), "FROM (a)\nRUN (b  c)\n");
}

TEST(Mounts, AreReadFromFlags) {
  const Dockerfile file = parse(
      "RUN --mount=type=secret,id=a,env=B,required --mount=from=x,src=/y,dst=/z,rw "
      "--mount=type=cache,target=/c,sharing=locked,ro=true --mount=\\\"type=tmpfs\\\",target=/t "
      "b\n");
  const std::vector<Mount> mounts = mounts_of(file.instructions[0]);

  ASSERT_EQ(mounts.size(), 4U);
  EXPECT_EQ(mounts[0].type, "secret");
  EXPECT_EQ(mounts[0].env, "B");
  EXPECT_TRUE(mounts[0].required);
  EXPECT_EQ(mounts[1].type, "bind");
  EXPECT_EQ(mounts[1].from, "x");
  EXPECT_EQ(mounts[1].source, "/y");
  EXPECT_EQ(mounts[1].target, "/z");
  EXPECT_TRUE(mounts[1].read_write);
  EXPECT_EQ(mounts[2].sharing, "locked");
  EXPECT_FALSE(mounts[2].read_write);
  EXPECT_EQ(mounts[3].type, "tmpfs");
}

}  // namespace
}  // namespace corten::dockerfile
