// Expected values follow the Dockerfile reference ("Environment replacement") and, where that is
// silent, what BuildKit's lexer does.
#include "dockerfile/expand.h"
#include "dockerfile/named_case.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

namespace corten::dockerfile {
namespace {

std::optional<Value> value_of(std::string_view name) {
  static const std::map<std::string_view, Value> kValues = {
      {"A", {"abc"}},           {"EMPTY", {""}},           {"P", {"/usr/local/bin"}},
      {"B", {"b c"}},           {"STARS", {"a*b*c"}},      {"V", {"1.2.3"}},
      {"UNKNOWN", {"", false}}, {"HALF", {"half", false}}, {"UMLAUT", {"\xC3\xA4xy"}},
  };
  const auto found = kValues.find(name);
  return found == kValues.end() ? std::nullopt : std::optional(found->second);
}

struct ExpandCase {
  const char* name;
  std::string word;
  std::string text;
  bool resolved = true;
};

class Expand : public testing::TestWithParam<ExpandCase> {};

TEST_P(Expand, GivesTheText) {
  const Expansion out = expand(GetParam().word, value_of);

  EXPECT_EQ(out.error, "");
  EXPECT_EQ(out.text, GetParam().text);
  EXPECT_EQ(out.resolved, GetParam().resolved);
}

INSTANTIATE_TEST_SUITE_P(Table, Expand,
                         testing::ValuesIn<ExpandCase>({
                             {"Nothing", "", ""},
                             {"Plain", "a/b", "a/b"},
                             {"Name", "$A", "abc"},
                             {"NameInText", "x$A/y", "xabc/y"},
                             {"Braces", "x${A}y", "xabcy"},
                             {"NameEndsAtDot", "$A.x", "abc.x"},
                             {"LongerName", "$Ax", "", false},
                             {"Unset", "x${NO}y", "xy", false},
                             {"NotKnown", "${UNKNOWN}", "", false},
                             {"DollarAlone", "$", "$"},
                             {"DollarBeforeSlash", "$/a", "$/a"},
                             {"SingleQuotes", "'$A \"x\"'", "$A \"x\""},
                             {"DoubleQuotes", "\"$A 'x'\"", "abc 'x'"},
                             {"QuotesInTheMiddle", "a'b'c\"d\"e", "abcde"},
                             {"Escape", "a\\ b\\$A", "a b$A"},
                             {"EscapeInDoubleQuotes", "\"a\\\"b\\$A\\\\c\\d\"", "a\"b$A\\c\\d"},
                             {"EscapeInSingleQuotes", "'a\\b'", "a\\b"},
                             {"EscapeAtTheEnd", "a\\", "a"},
                             {"Digits", "$1x", "x", false},
                             {"Special", "$?x", "x", false},
                             {"Default", "${NO:-x}", "x"},
                             {"DefaultOfEmpty", "${EMPTY:-x}", "x"},
                             {"DefaultNotUsed", "${A:-x}", "abc"},
                             {"DefaultNotUsedMayBeUnset", "${A:-$NO}", "abc"},
                             {"DefaultOfArgument", "${UNKNOWN:-x}", "x"},
                             {"DefaultWithoutColon", "${NO-x}", "x"},
                             {"DefaultWithoutColonOfEmpty", "${EMPTY-x}", ""},
                             {"DefaultOfHalfKnown", "${HALF:-x}", "half", false},
                             {"NestedDefault", "${NO:-${EMPTY:-${A}}}", "abc"},
                             {"DefaultUnset", "${NO:-$NO}", "", false},
                             {"DefaultQuoted", "${NO:-\"a } b\"}", "a } b"},
                             {"DefaultEmpty", "${NO:-}", ""},
                             {"DefaultInQuotes", "\"${NO:-a b}\"", "a b"},
                             {"Alternative", "${A:+x}", "x"},
                             {"AlternativeOfUnset", "${NO:+x}", ""},
                             {"AlternativeOfEmpty", "${EMPTY:+x}", ""},
                             {"AlternativeWithoutColon", "${EMPTY+x}", "x"},
                             {"AlternativeWithoutColonOfUnset", "${NO+x}", ""},
                             {"Required", "${A:?x}", "abc"},
                             {"RequiredWithoutColon", "${EMPTY?x}", ""},
                             {"Prefix", "${P#/usr}", "/local/bin"},
                             {"PrefixShortest", "${P#*/}", "usr/local/bin"},
                             {"PrefixLongest", "${P##*/}", "bin"},
                             {"PrefixNone", "${P#x}", "/usr/local/bin"},
                             {"PrefixAll", "${P##*}", ""},
                             {"PrefixAnyCharacter", "${A#?}", "bc"},
                             {"PrefixAnyWideCharacter", "${UMLAUT#?}", "xy"},
                             {"PrefixEscapedStar", "${STARS#a\\*}", "b*c"},
                             {"PrefixNamed", "${A#${NO:-a}}", "bc"},
                             {"Suffix", "${P%/bin}", "/usr/local"},
                             {"SuffixShortest", "${P%/*}", "/usr/local"},
                             {"SuffixLongest", "${P%%/*}", ""},
                             {"SuffixOfVersion", "${V%.*}", "1.2"},
                             {"SuffixOfVersionLongest", "${V%%.*}", "1"},
                             {"ReplaceFirst", "${V/./-}", "1-2.3"},
                             {"ReplaceAll", "${V//./-}", "1-2-3"},
                             {"ReplaceGlob", "${P/l*l/x}", "/usr/x/bin"},
                             {"ReplaceSlash", "${P//\\//_}", "_usr_local_bin"},
                             {"ReplaceByNothing", "${V//./}", "123"},
                             {"ReplaceNone", "${V/x/y}", "1.2.3"},
                             {"PatternOfUnset", "${NO%x}", "", false},
                             {"ReplaceInUnset", "${NO/x/y}", "", false},
                         }),
                         NamedCase());

struct RefusalCase {
  const char* name;
  std::string word;
};

class ExpandRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(ExpandRefusal, SaysWhy) {
  const Expansion out = expand(GetParam().word, value_of);

  EXPECT_NE(out.error, "");
  EXPECT_FALSE(out.resolved);
}

INSTANTIATE_TEST_SUITE_P(Table, ExpandRefusal,
                         testing::ValuesIn<RefusalCase>({
                             {"SingleQuoteOpen", "'a"},
                             {"DoubleQuoteOpen", "\"a"},
                             {"BraceOpen", "${A"},
                             {"BraceAtEnd", "${"},
                             {"Empty", "${}"},
                             {"BraceTwice", "${{A}}"},
                             {"ColonOnly", "${:x}"},
                             {"ModifierUnknown", "${A^^}"},
                             {"Substring", "${A:1:2}"},
                             {"ColonAtTheEnd", "${A:"},
                             {"ColonBeforePattern", "${A:#x}"},
                             {"Length", "${#A}"},
                             {"DefaultOpen", "${A:-x"},
                             {"ReplaceOpen", "${A/x"},
                             {"ReplaceHalfOpen", "${A/x/y"},
                             {"RequiredUnset", "${NO?}"},
                             {"RequiredEmpty", "${EMPTY:?why}"},
                             {"PatternEscape", "${A#\\x}"},
                             {"TooDeep",
                              [] {
                                std::string word;
                                for (int i = 0; i < 100; ++i) word += "${NO:-";
                                return word + std::string(100, '}');
                              }()},
                             {"TooLong",
                              [] {
                                std::string word;
                                for (int i = 0; i < 40000; ++i) word += "$A";
                                return word;
                              }()},
                             {"PatternTooCostly", "${A/" + std::string(2 << 20, '*') + "/x}"},
                         }),
                         NamedCase());

TEST(ExpandUses, ListsNamesWithPlaces) {
  const std::string word = "x$A/${NO:-${B}}'$C'";
  const Expansion out = expand(word, value_of);

  ASSERT_EQ(out.variables.size(), 3U);
  EXPECT_EQ(out.variables[0].name, "A");
  EXPECT_EQ(out.variables[0].range, (Range{1, 3}));
  EXPECT_TRUE(out.variables[0].found);
  EXPECT_EQ(out.variables[1].name, "NO");
  EXPECT_EQ(out.variables[1].modifier, ":-");
  EXPECT_EQ(out.variables[1].range, (Range{4, 15}));
  EXPECT_FALSE(out.variables[1].found);
  EXPECT_EQ(out.variables[2].name, "B");
}

TEST(ExpandWords, SplitAtBlanksThatAreNotQuoted) {
  const Expansion out = expand(" a  'b c' $B \"$B\" d\\ e$A", value_of);

  std::string words;
  for (const ExpandedWord& word : out.words) words += fmt::format("[{}]", word.text);
  EXPECT_EQ(words, "[a][b c][b][c][b c][d eabc]");
  EXPECT_EQ(out.words[0].range, (Range{1, 2}));
  EXPECT_EQ(out.words[1].range, (Range{4, 9}));
  EXPECT_EQ(out.words[5].range, (Range{18, 24}));
}

TEST(ExpandOptions, KeepWhatTheyAreTold) {
  ExpandOptions options;
  options.quotes = Quotes::Keep;
  options.escapes = Quotes::Keep;
  options.unset = Unset::AsWritten;

  EXPECT_EQ(expand("a'b'\"c\"\\d$NO${NO}${NO:-x}", value_of, options).text,
            "a'b'\"c\"\\d$NO${NO}${NO:-x}");
}

TEST(ExpandOptions, EscapeWithBackticks) {
  ExpandOptions options;
  options.escape = '`';

  EXPECT_EQ(expand("c:\\x`$A$A", value_of, options).text, "c:\\x$Aabc");
}

TEST(Unquote, LeavesVariablesAndBrokenWordsAlone) {
  EXPECT_EQ(unquote("\"a b\"", '\\'), "a b");
  EXPECT_EQ(unquote("'$A'$B", '\\'), "$A$B");
  EXPECT_EQ(unquote("a\\ b", '\\'), "a b");
  EXPECT_EQ(unquote("\"open", '\\'), "\"open");
}

}  // namespace
}  // namespace corten::dockerfile
