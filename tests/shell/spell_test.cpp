// Mistakes found natively; the expected codes are ShellCheck 0.9.0's for the same text.
#include "shell/spell.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace corten::shell {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string expected;
  Dialect dialect = Dialect::Sh;
};

std::string case_name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

std::string codes_of(const std::vector<Mistake>& mistakes) {
  std::vector<std::uint32_t> codes;
  for (const Mistake& one : mistakes) codes.push_back(one.code);
  std::ranges::sort(codes);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return fmt::format("{}", fmt::join(codes, " "));
}

class NativeChecks : public testing::TestWithParam<Case> {};
TEST_P(NativeChecks, AgreeWithShellCheck) {
  const auto mistakes = native_checks(parse(GetParam().text, GetParam().dialect));

  EXPECT_EQ(codes_of(mistakes), GetParam().expected);
  for (const Mistake& one : mistakes) EXPECT_FALSE(one.message.empty());
}

INSTANTIATE_TEST_SUITE_P(Words, NativeChecks,
                         testing::ValuesIn<Case>({
                             {"Unquoted", "echo ${X:-y} $Y", "2086"},
                             {"Alternative", "echo ${X:+-y} $# $? $$ ${#X} \"$X\"", ""},
                             {"KnownWord", "x=a; echo $x", ""},
                             {"KnownLoop", "for x in a b; do echo $x; done", ""},
                             {"KnownByCase", "case \"$Y\" in a) x=b;; *) x=c;; esac; echo $x", ""},
                             {"SetInOneBranch", "if a; then x=b; fi; echo $x", "2086"},
                             {"FromCommand", "x=$(foo); echo $x", "2086"},
                             {"FromOther", "x=\"${Y}-b\"; echo $x", "2086"},
                             {"Arithmetic", "x=1; x=$((x+1)); echo $x", ""},
                             {"Name", "$CMD foo; exec $X", ""},
                             {"LoopList", "for x in $L; do echo \"$x\"; done", ""},
                             {"Redirection", "a > $X/b; cat < $X", "2086"},
                             {"ExportSh", "export x=$Y", "2086"},
                             {"ExportBash", "export x=$Y", "", Dialect::Bash},
                             {"Substitution", "a $(date); echo \"b $(c)\" $((1)) $(seq 3)", "2046"},
                             {"AllArguments", "a $@; b \"$@\"", "2068"},
                             {"Joined", "for x in $*; do echo \"$x\"; done", "2048"},
                             {"SingleQuotes", "echo '$x'", "2016"},
                             {"SingleQuotesMeant",
                              "awk '{print $1}'; bash -c 'echo $x'; sed '$d' f", ""},
                             {"SingleQuotesInSed", "sed 's/$X//' f", "2016"},
                             {"InnerQuotes", "echo \"a\"b\"c\"", "2140"},
                             {"InnerEquals", "echo \"a\"=\"c\"; echo \"$A\"b\"$C\"", ""},
                             {"Backticks", "x \"`a`\"", "2006"},
                             {"Globs", "rm *; ls ?x", "2035"},
                             {"GlobsAfterDashes", "rm -- *; echo *", ""},
                             {"Nested", "sh -c 'echo $X; cd y'", ""},
                         }),
                         case_name);

INSTANTIATE_TEST_SUITE_P(Commands, NativeChecks,
                         testing::ValuesIn<Case>({
                             {"Cd", "cd foo; bar", "2164"},
                             {"CdAfterAnd", "a && cd foo", "2164"},
                             {"CdTested", "cd foo && bar; cd foo || exit 1; if cd foo; then x; fi",
                              ""},
                             {"CdErrexit", "set -e; cd foo; bar", ""},
                             {"CdUp", "cd ..; x; cd /; y", ""},
                             {"Shorthand", "a && b || true", "2015"},
                             {"ShorthandEcho", "a && b || echo x", ""},
                             {"ShorthandChain", "a && b || c && d", ""},
                             {"ShorthandInCondition", "if a && b || c; then :; fi", ""},
                             {"Declare", "export x=\"$(a)\"", "2155"},
                             {"Escapes", "echo \"a\\n\"", "2028"},
                             {"EscapesDash", "echo \"a\\n\"", "", Dialect::Dash},
                             {"Cat", "cat f | x", "2002"},
                             {"CatSeveral", "cat a b | x; cat -n f | x", ""},
                             {"Format", "printf \"$X\"", "2059"},
                             {"FormatWithPercent", "printf \"$X%s\" a", ""},
                             {"Read", "read x; echo \"$x\"", "2162"},
                             {"Rm", "rm -rf \"$X/\"*; rm -rf \"$X/lib\"", "2115"},
                             {"RmGuarded", "rm -rf \"${X:?}/\"*; rm -rf \"$X\"", ""},
                             {"Mkdir", "mkdir -pm 755 /a", "2174"},
                             {"MkdirFlat", "mkdir -p -m 755 a", ""},
                             {"NeverSet", "echo \"$x ${y:-}\"", "2154"},
                             {"PrefixOnly", "x=1 true; echo \"$x\"", "2154"},
                             {"NeverUsed", "X=1; foo", "2034"},
                             {"Exported", "export X=1; Y=1 foo", ""},
                             {"EmptyValue", "X= foo", "1007"},
                             {"LoopOnce", "for x in a; do echo \"$x\"; done", "2043"},
                             {"LoopQuoted", "for x in \"$Y\"; do echo \"$x\"; done", "2066"},
                             {"Ls", "ls | grep x", "2010"},
                             {"LsOther", "ls -l | awk x", "2012"},
                             {"Ps", "ps aux | grep x", "2009"},
                             {"GrepWc", "grep x f | wc -l", "2126"},
                             {"FindXargs", "find . | xargs rm", "2038"},
                             {"FindXargsNull", "find . -print0 | xargs -0 rm", ""},
                             {"EchoOnly", "echo \"$(foo)\"", "2005"},
                             {"Status", "[ $? -eq 0 ]", "2181"},
                             {"Egrep", "egrep x f; fgrep x f", "2196 2197"},
                             {"Not", "set -e; ! foo; bar", "2251"},
                             {"NotLast", "set -e; ! foo", ""},
                             {"Blanks", "x = 1", "2283"},
                         }),
                         case_name);

INSTANTIATE_TEST_SUITE_P(Dialects, NativeChecks,
                         testing::ValuesIn<Case>({
                             {"Process", "bash <(x)", "3001"},
                             {"Ansi", "echo $'a'", "3003"},
                             {"Double", "((X+1))", "3006"},
                             {"Braces", "echo {a,b}", "3009"},
                             {"Brackets", "[[ $X = a ]]", "3010"},
                             {"BracketsBash", "[[ $X = a ]]; source x; echo {a,b}", "",
                              Dialect::Bash},
                             {"Herestring", "cat <<< x", "3011"},
                             {"Equals", "[ \"$X\" == a ]", "3014"},
                             {"Both", "x &> y", "3020"},
                             {"Random", "echo \"$RANDOM\"", "3028"},
                             {"PipeBoth", "x |& y", "3029"},
                             {"Local", "f() { local x=1; echo \"$x\"; }; f", "3043"},
                             {"LocalDash", "f() { local x=1; echo \"$x\"; }; f", "", Dialect::Dash},
                             {"EchoFlag", "echo -e x", "3037"},
                             {"EchoFlagDash", "echo -e x", "3036", Dialect::Dash},
                             {"EchoN", "echo -n x", "", Dialect::Dash},
                             {"Pipefail", "set -euxo pipefail", "3040"},
                             {"Shopt", "shopt -s x", "3044"},
                             {"ReadPrompt", "read -t 1 -r y; echo \"$y\"", "3045"},
                             {"Source", "source x", "3046"},
                             {"Indirect", "echo \"${!X}\"", "3053"},
                             {"Subscript", "echo \"${X[0]}\"", "3054"},
                             {"Substring", "echo \"${X:1}\"", "3057"},
                             {"Case", "echo \"${X^^}\"", "3059"},
                             {"Replace", "echo \"${X//a}\"", "3060"},
                             {"Trap", "trap x ERR", "3047"},
                             {"Windows", "echo %X% & cd x", "", Dialect::Cmd},
                         }),
                         case_name);

TEST(NativeChecks, KnowVariablesOfTheStage) {
  EXPECT_EQ(
      codes_of(native_checks(parse("echo \"$x\""), {.known_variables = {"x"}, .busybox = false})),
      "");
}

TEST(NativeChecks, AcceptBusyboxExtensions) {
  EXPECT_EQ(codes_of(native_checks(parse("[[ a = b ]] && echo \"${X//a/b}\""),
                                   {.known_variables = {}, .busybox = true})),
            "");
}

TEST(NativeChecks, PointAtTheVariable) {
  const auto mistakes = native_checks(parse("echo a $X"));
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes.front().range, (Range{7, 9}));
  EXPECT_EQ(mistakes.front().level, Level::Info);
}

TEST(NativeChecks, TellSyntaxErrorsOnly) {
  EXPECT_EQ(codes_of(native_checks(parse("if a; then echo $X"))), "1046");
  EXPECT_EQ(codes_of(native_checks(parse("if a; b; fi"))), "1049");
  EXPECT_EQ(codes_of(native_checks(parse("while a; do b"))), "1061");
  EXPECT_EQ(codes_of(native_checks(parse("echo 'a"))), "1073");
  EXPECT_EQ(codes_of(native_checks(parse("if a; then fi"))), "1048");
  EXPECT_EQ(codes_of(native_checks(parse("a & ; b"))), "1045");
  EXPECT_EQ(codes_of(native_checks(parse("&& a"))), "1070");
  EXPECT_EQ(codes_of(native_checks(parse("a )"))), "1089");
}

// The text after all fixes, and whether the mistakes are gone then.
TEST(NativeChecks, FixesWhatIsCertain) {
  struct Fixed {
    const char* before;
    const char* after;
  };
  const Fixed cases[] = {
      {"rm $X/a b", "rm \"$X\"/a b"},
      {"rm $(cat a)", "rm \"$(cat a)\""},
      {"f $@", "f \"$@\""},
      {"x=`date`; echo \"$x\"", "x=$(date); echo \"$x\""},
      {"x=`(a; b)`; echo \"$x\"", "x=$( (a; b)); echo \"$x\""},
      {"x=`a \\`b\\``; echo \"$x\"", "x=`a \\`b\\``; echo \"$x\""},
      {"a `b $X`", "a $(b $X)"},  // quotes only once the backticks are gone
      {"cd a; make", "cd a || exit; make"},
      {"cd a & make", "cd a & make"},
      {"read x; echo \"$x\"", "read -r x; echo \"$x\""},
      {"egrep a b", "grep -E a b"},
      {"fgrep a b", "grep -F a b"},
  };
  for (const Fixed& one : cases) {
    std::string text = one.before;
    std::vector<Mistake> mistakes = native_checks(parse(text));
    std::ranges::reverse(mistakes);  // from the end, so that places stay
    for (const Mistake& mistake : mistakes) {
      for (auto part = mistake.fix.rbegin(); part != mistake.fix.rend(); ++part)
        text.replace(part->range.begin, part->range.end - part->range.begin, part->text);
    }
    EXPECT_EQ(text, one.after);
  }
}

}  // namespace
}  // namespace corten::shell
