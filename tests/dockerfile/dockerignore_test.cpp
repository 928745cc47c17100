#include "dockerfile/dockerignore.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "dockerfile/named_case.h"

namespace corten::dockerfile {
namespace {

struct Case {
  const char* name;
  std::string_view patterns;
  std::vector<std::string_view> excluded;
  std::vector<std::string_view> kept;
};

class Ignores : public testing::TestWithParam<Case> {};

TEST_P(Ignores, AsTheBuilderDoes) {
  const Case& c = GetParam();

  const Dockerignore ignore = Dockerignore::parse(c.patterns);

  for (const std::string_view path : c.excluded) EXPECT_TRUE(ignore.excludes(path)) << path;
  for (const std::string_view path : c.kept) EXPECT_FALSE(ignore.excludes(path)) << path;
}

INSTANTIATE_TEST_SUITE_P(
    Dockerignore, Ignores,
    testing::ValuesIn<Case>({
        {"Empty", "", {}, {"a", "."}},
        {"Name", "a", {"a", "a/b", "./a", "/a", "a/"}, {"b", "b/a", "ab", "aa"}},
        {"LeadingSlash", "/a\n", {"a", "a/b"}, {"b/a"}},
        {"Cleaned", "./a//b/../c/\n", {"a/c", "a/c/d"}, {"a/b", "a"}},
        {"Blanks", "  a  \r\n\t\r\n b\n", {"a", "b"}, {"c"}},
        {"Comment", "#a\na\n # b\n", {"a", "# b"}, {"#a", "b"}},
        {"ByteOrderMark", "\xEF\xBB\xBF#a\nb", {"b"}, {"#a"}},
        {"Star", "*.log", {"a.log", ".log", "a.log/b"}, {"a.txt", "x/a.log"}},
        {"StarInFolder", "*/a", {"x/a", "x/a/y"}, {"a", "x/y/a"}},
        {"StarInside", "a*b", {"ab", "axb", "axxb"}, {"a/b", "axbc"}},
        {"AllNames", "*", {"a", ".a", "a/b"}, {}},
        {"Question", "a?", {"ab", "ab/c"}, {"a", "abc", "a/"}},
        {"AnyDepth", "**/a", {"a", "x/a", "x/y/a", "x/a/z"}, {"ba", "x/ba"}},
        {"AnyDepthStar", "**/*.log", {"a.log", "x/y/b.log"}, {"a.txt"}},
        {"Below", "a/**", {"a/b", "a/b/c"}, {"a", "ab"}},
        {"Between", "a/**/b", {"a/b", "a/x/b", "a/x/y/b"}, {"b", "ab", "a/xb"}},
        {"All", "**", {"a", "a/b"}, {}},
        {"Set", "[a-c]x", {"ax", "cx"}, {"dx", "x"}},
        {"NegatedSet", "[^a]x", {"bx"}, {"ax"}},
        {"Escaped", "\\*a", {"*a"}, {"xa"}},
        {"BrokenSet", "[a", {}, {"[a", "a"}},
        {"BrokenEscape", "a\\", {}, {"a", "a\\"}},
        {"Exception", "*.md\n!README.md", {"a.md"}, {"README.md"}},
        {"ExceptionFirst", "!README.md\n*.md", {"README.md"}, {}},
        {"ExceptionBlank", "*\n! a", {"b"}, {"a", "a/b"}},
        {"TakenBackInFolder", "a\n!a/b\n", {"a", "a/c"}, {"a/b", "a/b/c"}},
        {"LastDecides", "a\n!a\na/b", {"a/b"}, {"a", "a/c"}},
        {"OnlyMark", "!\na", {"a"}, {"b"}},
        {"UpAndOut", "../a", {"a"}, {"b"}},
    }),
    NamedCase());

TEST(Dockerignore, TellsWhichPatternDecides) {
  const Dockerignore ignore = Dockerignore::parse("# c\n\na\n!a/b\n");

  ASSERT_NE(ignore.decisive("a/c"), nullptr);
  EXPECT_EQ(ignore.decisive("a/c")->line, 3U);
  EXPECT_EQ(ignore.decisive("a/b")->text, "a/b");
  EXPECT_EQ(ignore.decisive("c"), nullptr);
  EXPECT_TRUE(ignore.has_exceptions());
}

TEST(Dockerignore, IsBounded) {
  std::string many;
  for (std::size_t i = 0; i < kMaxIgnorePatterns + 10; ++i) many += "a\n";
  const std::string long_line(kMaxIgnorePatternBytes + 1, 'a');
  std::string stars;
  for (int i = 0; i < 1000; ++i) stars += "*a";

  EXPECT_EQ(Dockerignore::parse(many).patterns().size(), kMaxIgnorePatterns);
  EXPECT_FALSE(Dockerignore::parse(long_line).excludes(long_line));
  EXPECT_FALSE(Dockerignore::parse(stars + "b").excludes(std::string(2000, 'a')));
}

}  // namespace
}  // namespace corten::dockerfile
