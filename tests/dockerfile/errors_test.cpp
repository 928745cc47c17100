// What keeps BuildKit from building: one error each, with its place, and the next instruction is
// still read.
#include <gtest/gtest.h>

#include "dockerfile/describe.h"
#include "dockerfile/named_case.h"
#include "dockerfile/parse.h"
#include "dockerfile/tree_check.h"

namespace corten::dockerfile {
namespace {

struct ErrorCase {
  const char* name;
  std::string content;  // before "\nUSER after"
  ErrorKind kind;
  Position position;
  std::string hint;  // "*": whatever
};

class ParseError : public testing::TestWithParam<ErrorCase> {};

TEST_P(ParseError, IsReportedOnceAndReadingGoesOn) {
  const ErrorCase& c = GetParam();
  const std::string content = c.content + "\nUSER after\n";

  const Dockerfile file = parse(content);

  ASSERT_EQ(file.errors.size(), 1U) << describe_errors(file);
  EXPECT_EQ(file.errors[0].kind, c.kind) << file.errors[0].message;
  EXPECT_EQ(file.errors[0].position, c.position) << file.errors[0].message;
  EXPECT_TRUE(c.hint == "*" || c.hint == file.errors[0].hint) << file.errors[0].hint;
  EXPECT_EQ(describe(file.instructions.back()), "USER (after)");
  EXPECT_EQ(print(file), content);
  EXPECT_EQ(problem_of(file), "");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseError,
    testing::ValuesIn<ErrorCase>({
        {"Unknown", "FROM a\nRUM b", ErrorKind::UnknownInstruction, {2, 1}, "did you mean RUN?"},
        {"UnknownInOtherCase",
         "form a",
         ErrorKind::UnknownInstruction,
         {1, 1},
         "did you mean FROM?"},
        {"UnknownFarFromAll", "FROM a\n xyzzy b", ErrorKind::UnknownInstruction, {2, 2}, ""},
        {"LostContinuation",
         "RUN a\n  && b",
         ErrorKind::UnknownInstruction,
         {2, 3},
         "the line before may lack a \\ at its end"},
        {"SlashComment", "// a", ErrorKind::UnknownInstruction, {1, 1}, "comments begin with #"},
        {"MergeConflict",
         "<<<<<<< HEAD",
         ErrorKind::UnknownInstruction,
         {1, 1},
         "this looks like what is left of a merge conflict"},
        {"NoBreakSpace",
         "RUN\xC2\xA0"
         "a",
         ErrorKind::UnknownInstruction,
         {1, 1},
         "there is a no-break space in it: use a plain space"},
        {"OnbuildUnknown",
         "ONBUILD RUM a",
         ErrorKind::UnknownInstruction,
         {1, 9},
         "did you mean RUN?"},
        {"FromAlone", "FROM", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"FromTwoWords", "FROM a b", ErrorKind::TooManyArguments, {1, 8}, "*"},
        {"FromWithoutName", "FROM a AS", ErrorKind::MissingArgument, {1, 8}, "*"},
        {"FromFourWords", "FROM a AS b c", ErrorKind::TooManyArguments, {1, 8}, "*"},
        {"FromNoAs", "FROM a IS b", ErrorKind::TooManyArguments, {1, 8}, "*"},
        {"StageNameWithDigit", "FROM a AS 1b", ErrorKind::BadStageName, {1, 11}, "*"},
        {"StageNameWithSlash", "FROM a AS b/c", ErrorKind::BadStageName, {1, 11}, "*"},
        {"CopyOneWord", "COPY a", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"CopyOneString", "COPY [\"a\"]", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"AddAlone", "ADD", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"EnvAlone", "ENV", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"EnvWithoutValue", "ENV a", ErrorKind::MissingArgument, {1, 5}, "write ENV a=value"},
        {"EnvSecondWithoutEquals", "ENV a=1 b", ErrorKind::BadArgument, {1, 9}, "*"},
        {"EnvBlankName", "ENV =1", ErrorKind::BadArgument, {1, 5}, "*"},
        {"LabelWithoutValue", "LABEL a", ErrorKind::MissingArgument, {1, 7}, "*"},
        {"ArgAlone", "ARG", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"ArgBlankName", "ARG =1", ErrorKind::BadArgument, {1, 5}, "*"},
        {"ExposeAlone", "EXPOSE", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"VolumeAlone", "VOLUME", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"VolumeEmptyArray", "VOLUME []", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"VolumeEmptyString", "VOLUME [\" \"]", ErrorKind::BadArgument, {1, 9}, "*"},
        {"UserAlone", "USER", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"WorkdirAlone", "WORKDIR ", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"StopsignalAlone", "STOPSIGNAL", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"MaintainerAlone", "MAINTAINER", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"ShellAlone", "SHELL", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"ShellEmpty", "SHELL []", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"ShellForm", "SHELL bash -c", ErrorKind::BadArgument, {1, 7}, "*"},
        {"OnbuildAlone", "ONBUILD", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"HealthcheckAlone", "HEALTHCHECK", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"HealthcheckCmdAlone", "HEALTHCHECK CMD", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"HealthcheckCmdEmpty", "HEALTHCHECK CMD []", ErrorKind::MissingArgument, {1, 1}, "*"},
        {"HealthcheckOther", "HEALTHCHECK curl x", ErrorKind::BadArgument, {1, 13}, "*"},
        {"HealthcheckNoneMore", "HEALTHCHECK NONE x", ErrorKind::TooManyArguments, {1, 17}, "*"},
        {"NumbersInArray",
         "CMD [\"a\", 1]",
         ErrorKind::BadArgument,
         {1, 5},
         "put quotes around each item"},
        {"NestedArray",
         "RUN [[\"a\"], {\"b\": [null, true, -1.5e3]}]",
         ErrorKind::BadArgument,
         {1, 5},
         "*"},
        {"UnknownFlag",
         "RUN --mont=type=ssh a",
         ErrorKind::BadFlag,
         {1, 5},
         "did you mean --mount?"},
        {"FlagOfAnother", "COPY --network=none a b", ErrorKind::BadFlag, {1, 6}, "*"},
        {"FlagWhereNoneAre",
         "WORKDIR --x /a",
         ErrorKind::BadFlag,
         {1, 9},
         "WORKDIR takes no flags"},
        {"FlagTwice", "COPY --from=a --from=b c d", ErrorKind::BadFlag, {1, 15}, "*"},
        {"FlagWithoutValue", "COPY --from a b", ErrorKind::BadFlag, {1, 6}, "write --from=VALUE"},
        {"FlagNoBoolean", "COPY --link=yes a b", ErrorKind::BadFlag, {1, 6}, "*"},
        {"FlagInUpperCase", "COPY --FROM=a b c", ErrorKind::BadFlag, {1, 6}, "*"},
        {"BadNetwork", "RUN --network=bridge a", ErrorKind::BadFlag, {1, 15}, "*"},
        {"BadSecurity", "RUN --security=privileged a", ErrorKind::BadFlag, {1, 16}, "*"},
        {"BadDuration", "HEALTHCHECK --interval=30 CMD a", ErrorKind::BadFlag, {1, 24}, "*"},
        {"ShortDuration", "HEALTHCHECK --interval=1us CMD a", ErrorKind::BadFlag, {1, 24}, "*"},
        {"BadRetries", "HEALTHCHECK --retries=many CMD a", ErrorKind::BadFlag, {1, 23}, "*"},
        {"MountType", "RUN --mount=type=chache,target=/x a", ErrorKind::BadFlag, {1, 13}, "*"},
        {"MountKey", "RUN --mount=type=cache,taget=/x a", ErrorKind::BadFlag, {1, 13}, "*"},
        {"MountKeyWithoutValue",
         "RUN --mount=type=cache,target a",
         ErrorKind::BadFlag,
         {1, 13},
         "*"},
        {"MountFromVariable", "RUN --mount=from=$A,target=/x a", ErrorKind::BadFlag, {1, 13}, "*"},
        {"MountEmpty", "RUN --mount= a", ErrorKind::BadFlag, {1, 13}, "*"},
        {"ManyLinesOfOneMistake",
         "RUN a && \n  cd b && \\\n c\n ls d\n fi",
         ErrorKind::UnknownInstruction,
         {2, 3},
         "the line before may lack a \\ at its end"},
        {"HeredocOfUnknown",
         "RUM <<E\na\nb\nE",
         ErrorKind::UnknownInstruction,
         {1, 1},
         "did you mean RUN?"},
        {"HeredocTarget", "COPY a <<E\nE", ErrorKind::BadHeredoc, {1, 8}, "*"},
        {"DirectiveTwice", "# escape=`\n# escape=`\nFROM a", ErrorKind::BadDirective, {2, 1}, "*"},
        {"BadEscape", "# escape=/\nFROM a", ErrorKind::BadDirective, {1, 10}, "write # escape=`"},
    }),
    NamedCase());

TEST(ParseErrors, UnterminatedHeredocTakesTheRest) {
  const Dockerfile file = parse("FROM a\nRUN <<-EOF\n b\n EOF\nUSER x\n");

  ASSERT_EQ(file.errors.size(), 1U);
  EXPECT_EQ(file.errors[0].kind, ErrorKind::UnterminatedHeredoc);
  EXPECT_EQ(file.errors[0].position, (Position{2, 5}));
  EXPECT_EQ(file.errors[0].hint, "only tabs may stand before it");
  EXPECT_EQ(file.instructions.size(), 2U);
}

TEST(ParseErrors, FilesWithoutInstructions) {
  for (const char* content :
       {"", "\n\n", "# only\n", "\xEF\xBB\xBF", "# syntax=docker/dockerfile:1\n"}) {
    const Dockerfile file = parse(content);

    ASSERT_EQ(file.errors.size(), 1U) << content;
    EXPECT_EQ(file.errors[0].kind, ErrorKind::NoInstructions);
    EXPECT_EQ(print(file), content);
  }
}

TEST(ParseErrors, FilesThatAreNoText) {
  for (const std::string& content : {std::string("\x7F"
                                                 "ELF\0\0\0",
                                                 7),
                                     std::string("\xFF\xFE"
                                                 "F\0R\0",
                                                 6)}) {
    const Dockerfile file = parse(content);

    ASSERT_EQ(file.errors.size(), 1U);
    EXPECT_EQ(file.errors[0].kind, ErrorKind::NotText);
    EXPECT_TRUE(file.truncated);
    EXPECT_TRUE(file.instructions.empty());
  }
}

TEST(ParseErrors, AContinuationAloneIsNoInstruction) {
  const Dockerfile file = parse("FROM a\n  \\\n\n");

  EXPECT_EQ(describe_errors(file), "2:3 an instruction is missing here\n");
}

TEST(ParseErrors, AreNotKnownOfForeignFrontends) {
  EXPECT_EQ(describe_errors(parse("# syntax=example.com/mopy\napiVersion: v1\n")), "");
  EXPECT_NE(describe_errors(parse("# syntax=docker/dockerfile:1\napiVersion: v1\n")), "");
  EXPECT_NE(describe_errors(parse("# syntax=mirror/Docker/Dockerfile:1\nx\n")), "");
}

TEST(ParseErrors, OfTwoTyposAreTwo) {
  EXPECT_EQ(describe_errors(parse("FORM a\nRUM b\nls c\n")),
            "1:1 unknown instruction \"FORM\"\n2:1 unknown instruction \"RUM\"\n");
}

TEST(ParseErrors, SeveralAreSortedByPlace) {
  const Dockerfile file = parse("FRO a\nVOLUME\nCOPY --x --y a b\n");

  EXPECT_EQ(describe_errors(file),
            "1:1 unknown instruction \"FRO\"\n2:1 VOLUME needs a path\n"
            "3:6 COPY has no flag --x\n3:10 COPY has no flag --y\n");
}

}  // namespace
}  // namespace corten::dockerfile
