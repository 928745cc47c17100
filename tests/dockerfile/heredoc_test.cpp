#include <gtest/gtest.h>

#include "dockerfile/describe.h"
#include "dockerfile/named_case.h"
#include "dockerfile/parse.h"
#include "dockerfile/parse_case.h"

namespace corten::dockerfile {
namespace {

class HeredocParse : public testing::TestWithParam<ParseCase> {};

TEST_P(HeredocParse, TakesTheBody) { expect_instructions(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Table, HeredocParse,
    testing::ValuesIn<ParseCase>({
        {"Plain", "RUN <<EOF\na\nb\nEOF\nUSER x\n", "RUN (<<EOF) <<EOF:a\nb\n\nUSER (x)\n"},
        {"Empty", "RUN <<E\nE\n", "RUN (<<E) <<E:\n"},
        {"AtTheEndWithoutNewline", "RUN <<E\na\nE", "RUN (<<E) <<E:a\n\n"},
        {"CommentsInside", "RUN <<E\n# a\nb # c\nE\n", "RUN (<<E) <<E:# a\nb # c\n\n"},
        {"ContinuationsInside", "RUN <<E\na \\\nE\nUSER x\n", "RUN (<<E) <<E:a \\\n\nUSER (x)\n"},
        {"Tabs", "RUN <<-E\n\ta\n\t\tb\n\tE\n", "RUN (<<-E) <<-E:a\nb\n\n"},
        {"TabsStayWithoutDash", "RUN <<E\n\ta\nE\n", "RUN (<<E) <<E:\ta\n\n"},
        {"SingleQuoted", "RUN <<'E'\n$a\nE\n", "RUN (<<'E') <<'E:$a\n\n"},
        {"DoubleQuoted", "RUN <<\"E F\"\na\nE F\n", "RUN (<<\"E F\") <<'E F:a\n\n"},
        {"PartlyQuoted", "RUN <<E'F'\na\nEF\n", "RUN (<<E'F') <<'EF:a\n\n"},
        {"EscapedQuote", "RUN <<E\\'F\na\nE'F\n", "RUN (<<E\\'F) <<E'F:a\n\n"},
        {"VariableIsAName", "RUN <<$E\n$E\n", "RUN (<<$E) <<$E:\n"},
        {"Several", "COPY <<A <<B /d\n1\nA\n2\nB\n", "COPY (<<A|<<B|/d) <<A:1\n <<B:2\n\n"},
        {"EachInTheOther", "COPY <<X <<Y /d\nY\nX\nX\nY\n", "COPY (<<X|<<Y|/d) <<X:Y\n <<Y:X\n\n"},
        {"Add", "ADD <<a.txt /d\nx\na.txt\n", "ADD (<<a.txt|/d) <<a.txt:x\n\n"},
        {"Interpreter", "RUN <<E python3\nx\nE\n", "RUN (<<E python3) <<E:x\n\n"},
        {"AfterWords", "RUN cat <<E > /x\na\nE\n", "RUN (cat <<E > /x) <<E:a\n\n"},
        {"AfterAContinuation", "RUN cat \\\n  <<E\na\nE\nUSER x\n",
         "RUN (cat   <<E) <<E:a\n\nUSER (x)\n"},
        {"ContinuedAfterIt", "RUN cat <<E \\\n  > /x\na\nE\n", "RUN (cat <<E   > /x) <<E:a\n\n"},
        {"Descriptor", "RUN 3<<E\na\nE\n", "RUN (3<<E) <<E:a\n\n"},
        {"AfterFlags", "RUN --mount=type=ssh <<E\na\nE\n",
         "RUN {--mount=type=ssh} (<<E) <<E:a\n\n"},
        {"Onbuild", "ONBUILD RUN <<E\na\nE\nUSER x\n",
         "ONBUILD <<E:a\n > RUN (<<E) <<E:a\n\nUSER (x)\n"},
        {"WithBlank", "RUN cat << E > /x\na\nE\n", "RUN (cat << E > /x) <<E:a\n\n"},
        {"DashWithBlank", "RUN cat <<- E\n\ta\nE\n", "RUN (cat <<- E) <<-E:a\n\n"},
        {"ArithmeticIsNone", "RUN echo $((1 << 2))\nUSER x\n",
         "RUN (echo $((1 << 2)))\nUSER (x)\n"},
        {"QuotedOperatorIsNone", "RUN echo \"<<E\" '<<F'\nUSER x\n",
         "RUN (echo \"<<E\" '<<F')\nUSER (x)\n"},
        {"HereStringIsNone", "RUN cat <<<x\nUSER x\n", "RUN (cat <<<x)\nUSER (x)\n"},
        {"InsideAWordIsNone", "RUN a<<E\nUSER x\n", "RUN (a<<E)\nUSER (x)\n"},
        {"ExecFormIsNone", "RUN [\"<<E\"]\nUSER x\n", "RUN [<<E]\nUSER (x)\n"},
        {"OtherInstructionIsNone", "USER <<E\nCMD <<E\n", "USER (<<E)\nCMD (<<E)\n"},
        {"UnclosedQuoteHidesIt", "RUN it's <<E\nUSER x\n", "RUN (it's <<E)\nUSER (x)\n"},
        {"OddSubstitutionHidesIt", "RUN echo ${a^^} <<E\nUSER x\n",
         "RUN (echo ${a^^} <<E)\nUSER (x)\n"},
        {"CarriageReturns", "RUN <<E\r\na\r\nE\r\nUSER x\r\n", "RUN (<<E) <<E:a\r\n\nUSER (x)\n"},
        {"CommentDirectlyAfter", "RUN <<E\na\nE\n# c\nUSER x\n", "RUN (<<E) <<E:a\n\nUSER (x)\n"},
    }),
    NamedCase());

struct ScriptCase {
  const char* name;
  std::string content;
  std::string script;
};

class Script : public testing::TestWithParam<ScriptCase> {};

TEST_P(Script, IsWhatTheShellGets) {
  const Dockerfile file = parse(GetParam().content);
  const Instruction& first = file.instructions.at(0);

  EXPECT_EQ((first.nested != nullptr ? *first.nested : first).script.text, GetParam().script);
}

INSTANTIATE_TEST_SUITE_P(Table, Script,
                         testing::ValuesIn<ScriptCase>({
                             {"Words", "RUN a && \\\n b\n", "a &&  b"},
                             {"Body", "RUN <<E\na\nb\nE\n", "a\nb\n"},
                             {"BodyWithoutTabs", "RUN <<-E\n\ta\n\tE\n", "a\n"},
                             {"Reconstituted", "RUN cat <<E >x\na\nE\n", "cat <<E >x\na\nE"},
                             {"TwoBodies", "RUN c <<A <<B\n1\nA\n2\nB\n", "c <<A <<B\n1\nA\n2\nB"},
                             {"TabsAreForTheShell", "RUN c <<-E\n\ta\n\tE\n", "c <<-E\n\ta\nE"},
                             {"Onbuild", "ONBUILD RUN <<E\na\nE\n", "a\n"},
                             {"Exec", "RUN [\"a\"]\n", "[\"a\"]"},
                         }),
                         NamedCase());

TEST(Heredoc, MapsBackToTheSource) {
  const Dockerfile file =
      parse("FROM a\nRUN --network=none cat <<-E \\\n  | sh\n\tone\n\ttwo\n\tE\n");
  const Instruction& run = file.instructions[1];

  ASSERT_EQ(run.heredocs.size(), 1U);
  const Heredoc& heredoc = run.heredocs[0];
  EXPECT_EQ(file.source.text(heredoc.operator_range), "<<-E");
  EXPECT_EQ(file.source.text(heredoc.body), "\tone\n\ttwo\n");
  EXPECT_EQ(file.source.text(heredoc.terminator), "E");
  EXPECT_EQ(run.header_line, 3U);
  EXPECT_EQ(run.last_line, 6U);
  const std::size_t two = heredoc.content.text.find("two");
  EXPECT_EQ(file.source.position(heredoc.content.source_at(two)), (Position{5, 2}));
  const std::size_t in_script = run.script.text.find("two");
  EXPECT_EQ(file.source.position(run.script.source_at(in_script)), (Position{5, 2}));
  EXPECT_EQ(file.source.text(run.range).back(), 'E');
}

}  // namespace
}  // namespace corten::dockerfile
