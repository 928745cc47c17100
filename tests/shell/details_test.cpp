// Positions, connectors, options, values, problems and limits of parsed scripts.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "shell/commands.h"
#include "shell/packages.h"
#include "shell/script.h"
#include "shell/spell.h"

namespace corten::shell {
namespace {

template <typename T>
std::string case_name(const testing::TestParamInfo<T>& info) {
  return info.param.name;
}

const Command& command_named(const Script& script, std::string_view name) {
  for (const Command& command : script.commands) {
    if (command.name() == name) return command;
  }
  ADD_FAILURE() << "no command " << name;
  static const Command none;
  return none;
}

// ---- positions ----------------------------------------------------------------------------------

TEST(Positions, AreOffsetsIntoTheText) {
  const Script script = parse("a 'b c' \\\n  \"$d\" >e");
  const Command& command = script.commands.front();
  EXPECT_EQ(script.raw(command.words[1].range), "'b c'");
  EXPECT_EQ(script.raw(command.words[2].range), "\"$d\"");
  EXPECT_EQ(script.raw(command.words[2].variables.front().range), "$d");
  EXPECT_EQ(script.raw(command.redirections.front().range), ">e");
  EXPECT_EQ(script.raw(command.range), script.text);
}

TEST(Positions, OfNestedScriptsAreThoseOfTheWholeText) {
  const Script script = parse("sudo sh -c \"x \\\"y z\\\" && w\" && echo `v \\`u\\``");
  EXPECT_EQ(script.raw(command_named(script, "x").words[1].range),
            "\"y z\\\"");  // without the escape before it
  EXPECT_EQ(script.raw(command_named(script, "w").range), "w");
  EXPECT_EQ(script.raw(command_named(script, "u").range), "u");
  EXPECT_TRUE(command_named(script, "w").nested_script);
  EXPECT_FALSE(command_named(script, "u").nested_script);
}

TEST(Positions, OfHereDocuments) {
  const Script script = parse("cat <<-EOF >x && y\n\ta $b\n\tEOF\nz");
  const Redirection& heredoc = script.commands.front().redirections.front();
  EXPECT_EQ(script.raw(heredoc.body), "\ta $b\n");
  EXPECT_TRUE(heredoc.body_expands);
  ASSERT_EQ(heredoc.body_variables.size(), 1U);
  EXPECT_EQ(heredoc.body_variables.front().name, "b");
}

// ---- structure ----------------------------------------------------------------------------------

TEST(Structure, ConnectsNeighbours) {
  const Script script = parse("a && b || c; d | e |& f &\ng");
  using C = Connector;
  const auto& all = script.commands;
  ASSERT_EQ(all.size(), 7U);
  EXPECT_EQ(all[0].before, C::None);
  EXPECT_EQ(all[0].after, C::And);
  EXPECT_EQ(all[1].after, C::Or);
  EXPECT_EQ(all[2].before, C::Or);
  EXPECT_EQ(all[2].after, C::Sequence);
  EXPECT_EQ(all[3].after, C::Pipe);
  EXPECT_EQ(all[4].after, C::PipeBoth);
  EXPECT_EQ(all[5].after, C::Background);
  EXPECT_EQ(all[5].position, 2U);
  EXPECT_EQ(all[6].before, C::Background);
  EXPECT_EQ(script.pipelines[all[3].pipeline].elements.size(), 3U);
  EXPECT_EQ(pipe_target(script, all[3]), &all[4]);
  EXPECT_EQ(pipe_target(script, all[5]), nullptr);
}

TEST(Structure, TellsPlaces) {
  const Script script = parse("if ! (a); then b \"$(c)\"; fi; f() { d; }");
  EXPECT_TRUE(command_named(script, "a").in_condition ||
              command_named(script, "a").subshell_depth == 1);
  EXPECT_FALSE(command_named(script, "b").in_condition);
  const Command& inner = command_named(script, "c");
  EXPECT_EQ(inner.enclosing.place, Enclosing::Place::Word);
  EXPECT_EQ(script.commands[inner.enclosing.command].name(), "b");
  EXPECT_EQ(inner.enclosing.index, 1U);
  EXPECT_EQ(script.compounds[command_named(script, "d").compound].kind, Compound::Kind::Brace);
  EXPECT_TRUE(script.has_function("f"));
  EXPECT_FALSE(script.has_function("d"));
}

TEST(Words, TellQuotingAndExpansions) {
  const Script script = parse("x 'a' b'c' $d \"$e\" *.f ~/g {h,i} \\j");
  const auto& words = script.commands.front().words;
  ASSERT_EQ(words.size(), 9U);
  EXPECT_EQ(words[1].quoting, Quoting::Fully);
  EXPECT_EQ(words[2].quoting, Quoting::Partly);
  EXPECT_TRUE(words[3].unquoted_expansion);
  EXPECT_FALSE(words[4].unquoted_expansion);
  EXPECT_TRUE(words[5].glob);
  EXPECT_TRUE(words[6].tilde);
  EXPECT_TRUE(words[7].brace);
  EXPECT_EQ(words[8].text, "j");
}

TEST(OptionsInEffect, FollowSet) {
  const Script script =
      parse("a; set -euxo pipefail; b; (set +e; c); d; bash -ec 'e; set -o pipefail; f'");
  EXPECT_FALSE(command_named(script, "a").options.has(Option::ErrExit));
  EXPECT_TRUE(command_named(script, "b").options.has(Option::ErrExit));
  EXPECT_TRUE(command_named(script, "b").options.has(Option::PipeFail));
  EXPECT_FALSE(command_named(script, "c").options.has(Option::ErrExit));
  EXPECT_TRUE(command_named(script, "d").options.has(Option::ErrExit));
  EXPECT_TRUE(command_named(script, "e").options.has(Option::ErrExit));
  EXPECT_FALSE(command_named(script, "e").options.has(Option::PipeFail));
  EXPECT_TRUE(command_named(script, "f").options.has(Option::PipeFail));
}

TEST(OptionsInEffect, BeginWithThoseOfTheShell) {
  const std::vector<std::string> shell = {"/bin/bash", "-o", "pipefail", "-ec"};
  const Script script = parse("a", Dialect::Bash, options_of(shell));
  EXPECT_TRUE(script.commands.front().options.has(Option::PipeFail));
  EXPECT_TRUE(script.commands.front().options.has(Option::ErrExit));
}

TEST(Dialects, AreKnownByProgram) {
  EXPECT_EQ(dialect_of("/usr/bin/bash"), Dialect::Bash);
  EXPECT_EQ(dialect_of("C:\\Windows\\System32\\CMD.EXE"), Dialect::Cmd);
  EXPECT_EQ(dialect_of("pwsh"), Dialect::PowerShell);
  EXPECT_EQ(dialect_of("/usr/bin/python3"), std::nullopt);
  EXPECT_EQ(dialect_of(""), std::nullopt);
}

// ---- values -------------------------------------------------------------------------------------

struct Value {
  const char* name;
  std::string text;  // the value is that of the last word of the last command
  std::optional<std::string> expected;
};
class Resolve : public testing::TestWithParam<Value> {};
TEST_P(Resolve, FollowsAssignments) {
  const Script script = parse(GetParam().text);
  const Lookup lookup = [](std::string_view name) -> std::optional<std::string> {
    if (name == "KNOWN") return "k";
    return std::nullopt;
  };
  EXPECT_EQ(script.resolve(script.commands.back().words.back(), lookup), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Shell, Resolve,
                         testing::ValuesIn<Value>({
                             {"Literal", "a 'b c'", "b c"},
                             {"Assigned", "V=1.2; a x=$V-\"${V}\"", "x=1.2-1.2"},
                             {"Chained", "A=1; B=${A}.2; a $B", "1.2"},
                             {"Exported", "export V=3 && a \"$V\"", "3"},
                             {"Outside", "a $KNOWN", "k"},
                             {"Default", "a ${V:-x}", "x"},
                             {"Unknown", "a $V", std::nullopt},
                             {"FromCommand", "V=$(b); a $V", std::nullopt},
                             {"InBranch", "V=1; if b; then V=2; fi; a $V", std::nullopt},
                             {"OnlyAfter", "if b; then a $V; V=1; fi; a $V", std::nullopt},
                             {"ForOneCommand", "V=1 b; a $V", std::nullopt},
                             {"InPipe", "V=1 | b; a $V", std::nullopt},
                             {"LiteralDollar", "a '${V}'", "${V}"},
                             {"Cycle", "V=$V$V$V; V=$V$V$V; a $V", std::nullopt},
                             {"Read", "V=1; read -r V; a $V", std::nullopt},
                         }),
                         case_name<Value>);

// ---- problems: those that `bash -n` refuses -----------------------------------------------------

struct Broken {
  const char* name;
  std::string text;
  ProblemCode code;
  std::string at;
};
class Problems : public testing::TestWithParam<Broken> {};
TEST_P(Problems, AreTold) {
  const Script script = parse(GetParam().text, Dialect::Bash);
  ASSERT_FALSE(script.problems.empty());
  EXPECT_EQ(describe(script.problems.front().code), describe(GetParam().code));
  EXPECT_EQ(script.raw(script.problems.front().range), GetParam().at);
}
INSTANTIATE_TEST_SUITE_P(Shell, Problems,
                         testing::ValuesIn<Broken>({
                             {"SingleQuote", "a 'b", ProblemCode::UnclosedSingleQuote, "'"},
                             {"DoubleQuote", "a \"b", ProblemCode::UnclosedDoubleQuote, "\""},
                             {"Substitution", "a $(b", ProblemCode::UnclosedSubstitution, "$("},
                             {"Backtick", "a `b", ProblemCode::UnclosedBacktick, "`"},
                             {"Parameter", "a ${b", ProblemCode::UnclosedParameter, "${"},
                             {"Arithmetic", "a $((1", ProblemCode::UnclosedArithmetic, "$(("},
                             {"Heredoc", "a <<X\nb", ProblemCode::UnclosedHeredoc, ""},
                             {"Test", "[[ a", ProblemCode::UnclosedTest, "[["},
                             {"Array", "a=(b", ProblemCode::UnclosedArray, "("},
                             {"Then", "if a; b; fi", ProblemCode::MissingThen, "i"},
                             {"Fi", "if a; then b", ProblemCode::MissingFi, "i"},
                             {"Do", "while a; b; done", ProblemCode::MissingDo, "w"},
                             {"Done", "for a in b; do c", ProblemCode::MissingDone, "f"},
                             {"In", "case a b) c;; esac", ProblemCode::MissingIn, "c"},
                             {"Esac", "case a in b) c;;", ProblemCode::MissingEsac, "c"},
                             {"Brace", "{ a;", ProblemCode::MissingBrace, "{"},
                             {"Paren", "(a", ProblemCode::MissingParen, "("},
                             {"EmptyThen", "if a; then fi", ProblemCode::EmptyBody, "t"},
                             {"EmptySubshell", "( )", ProblemCode::EmptyBody, "("},
                             {"StrayFi", "a; fi", ProblemCode::UnexpectedWord, "fi"},
                             {"StrayParen", "a )", ProblemCode::UnexpectedOperator, ")"},
                             {"ParenInArgument", "a b(c", ProblemCode::UnexpectedOperator, "("},
                             {"TwoOperators", "a && && b", ProblemCode::MissingCommand, "&&"},
                             {"AndAtEnd", "a &&", ProblemCode::MissingCommand, "&&"},
                             {"WordAfterAnd", "a && fi b", ProblemCode::MissingCommand, "&&"},
                             {"PipeAtEnd", "a |", ProblemCode::MissingCommand, "|"},
                             {"LeadingAnd", "&& a", ProblemCode::UnexpectedOperator, "&&"},
                             {"TwoSemicolons", "a ; ; b", ProblemCode::UnexpectedOperator, ";"},
                             {"Target", "a >", ProblemCode::MissingTarget, ">"},
                             {"WordAfterFi", "if a; then b; fi c", ProblemCode::UnexpectedWord,
                              "c"},
                             {"BadName", "a ${.b}", ProblemCode::BadParameter, "${.b}"},
                         }),
                         case_name<Broken>);

// ---- cmd and PowerShell -------------------------------------------------------------------------

TEST(Cmd, ListsCommands) {
  const Script script = parse("set A=%B% && (copy \"x y\" z ^\n /Y) & del q | more", Dialect::Cmd);
  ASSERT_EQ(script.commands.size(), 4U);
  EXPECT_EQ(script.commands[0].words[1].text, "A=${B}");
  EXPECT_EQ(script.commands[1].words[1].text, "x y");
  EXPECT_EQ(script.commands[1].words.size(), 4U);
  EXPECT_EQ(script.commands[3].before, Connector::Pipe);
}

TEST(PowerShell, ListsCommands) {
  const Script script = parse(
      "$ErrorActionPreference = 'Stop'; Invoke-WebRequest -Uri \"https://x/$env:V\" `\n -OutFile "
      "a.zip; "
      "if ($?) { Remove-Item 'it''s' }",
      Dialect::PowerShell);
  const Command& request = command_named(script, "Invoke-WebRequest");
  EXPECT_EQ(parameter(as_written(request), "uri"), "https://x/${V}");
  EXPECT_EQ(parameter(as_written(request), "OutFile"), "a.zip");
  EXPECT_FALSE(parameter(as_written(request), "Method").has_value());
  EXPECT_EQ(command_named(script, "Remove-Item").words[1].text, "it's");
}

// ---- hostile input ------------------------------------------------------------------------------

std::string repeated(std::string_view piece, std::size_t times) {
  std::string made;
  for (std::size_t i = 0; i < times; ++i) made += piece;
  return made;
}

struct Hostile {
  const char* name;
  std::string_view piece;
  std::string_view end;
};
class HostileScript : public testing::TestWithParam<Hostile> {};
TEST_P(HostileScript, IsReadInBoundedTime) {
  const std::string text =
      repeated(GetParam().piece, kMaxScriptBytes / 4 / GetParam().piece.size()) +
      std::string(GetParam().end);
  const auto begin = std::chrono::steady_clock::now();

  for (const Dialect dialect : {Dialect::Bash, Dialect::Sh, Dialect::Cmd, Dialect::PowerShell}) {
    const Script script = parse(text, dialect);
    (void)native_checks(script);
    (void)package_operations(script);
  }

  // Seconds would be too long; the margin is for sanitizers and busy machines.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}
INSTANTIATE_TEST_SUITE_P(Shell, HostileScript,
                         testing::ValuesIn<Hostile>({
                             {"Substitutions", "$(", ""},
                             {"Arithmetic", "$((", ""},
                             {"Parens", "(", ""},
                             {"ClosingParens", ")", ""},
                             {"Braces", "{ ", ""},
                             {"Parameters", "${a:-", ""},
                             {"Backticks", "`", ""},
                             {"EscapedBackticks", "\\`", ""},
                             {"Quotes", "\"", ""},
                             {"QuotedSubstitutions", "\"$(", ""},
                             {"If", "if a; then ", ""},
                             {"Case", "case a in ", ""},
                             {"Heredocs", "<<a ", ""},
                             {"HeredocLines", "a <<b\n", ""},
                             {"NestedScripts", "sh -c '", ""},
                             {"Evals", "eval \"", ""},
                             {"Assignments", "a=$a$a ", ""},
                             {"Definitions", "a=1;", ""},
                             {"References", "a=$a;b $a;", ""},
                             {"Variables", "$a", ""},
                             {"Triples", "\"$a\"b", ""},
                             {"Fors", "for a in b;do ", ""},
                             {"Functions", "a() ", ""},
                             {"Words", "a ", ""},
                             {"Wrappers", "sudo ", "x"},
                             {"Redirections", ">a ", ""},
                             {"BraceLists", "{a,", ""},
                             {"Tests", "[[ ", ""},
                             {"Globs", "@(", ""},
                             {"Arrays", "a=(", ""},
                             {"Continuations", "\\\n", ""},
                             {"Bytes", "\xff\xc2", ""},
                             {"Comments", "#a\n", ""},
                             {"Packages", "apt-get install -y a;", ""},
                             {"Subscripts", "a[", ""},
                             {"LocalArithmetic", "((a;", ""},
                             {"Empties", "x= ", ""},
                             {"Chains", "a&&b||c&&", ""},
                         }),
                         case_name<Hostile>);

TEST(Limits, NestingEnds) {
  const Script script =
      parse(repeated("( ", 2 * kMaxNesting) + "a" + repeated(" )", 2 * kMaxNesting));
  ASSERT_FALSE(script.problems.empty());
  EXPECT_EQ(script.problems.front().code, ProblemCode::TooDeep);
  const Script fine =
      parse(repeated("( ", kMaxNesting / 2) + "a" + repeated(" )", kMaxNesting / 2));
  EXPECT_TRUE(fine.problems.empty());
  EXPECT_EQ(fine.commands.front().subshell_depth, kMaxNesting / 2);
}

TEST(Limits, WordsEnd) {
  const Script script = parse(repeated("a;", kMaxWords + 10));
  EXPECT_LE(script.commands.size(), kMaxWords + 1);
  ASSERT_FALSE(script.problems.empty());
  EXPECT_EQ(script.problems.front().code, ProblemCode::TooLong);
}

TEST(Limits, BytesEnd) {
  std::string text(kMaxScriptBytes, ' ');
  text += "a";
  const Script script = parse(text);
  EXPECT_TRUE(script.commands.empty());
  ASSERT_EQ(script.problems.size(), 1U);
  EXPECT_EQ(script.problems.front().code, ProblemCode::TooLong);
}

}  // namespace
}  // namespace corten::shell
