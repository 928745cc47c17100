#include "finding/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace corten {
namespace {

struct GlobCase {
  const char* pattern;
  const char* text;
  bool matches;
};

class Glob : public testing::TestWithParam<GlobCase> {};

TEST_P(Glob, MatchesWholeText) {
  const GlobCase& c = GetParam();

  EXPECT_EQ(glob_matches(c.pattern, c.text), c.matches) << c.pattern << " against " << c.text;
}

INSTANTIATE_TEST_SUITE_P(Table, Glob,
                         testing::ValuesIn<GlobCase>({
                             {"", "", true},
                             {"", "a", false},
                             {"curl", "curl", true},
                             {"curl", "curl2", false},
                             {"curl", "CURL", false},
                             {"*", "curl", true},
                             {"*", "", true},
                             {"*", "a/b", false},
                             {"?", "a", true},
                             {"?", "", false},
                             {"?", "/", false},
                             {"lib*-dev", "libssl-dev", true},
                             {"lib*-dev", "libssl", false},
                             {"a*b*c", "axxbyyc", true},
                             {"a*b*c", "axxbyy", false},
                             {"*.py", "app/x.py", false},
                             {"**", "", true},
                             {"**", "a/b/c", true},
                             {"**/x.py", "x.py", true},
                             {"**/x.py", "a/b/x.py", true},
                             {"**/x.py", "a/bx.py", false},
                             {"**/x.py", "ax.py", false},
                             {"a/**/b", "a/b", true},
                             {"a/**/b", "a/x/y/b", true},
                             {"a/**/b", "ab", false},
                             {"a/**", "a", true},
                             {"a/**", "a/b/c", true},
                             {"a/**", "ab", false},
                             {"a/**", "a/", true},
                             {"/**", "/etc", true},
                             {"a**b", "a/x/b", true},
                             {"**/*.pem", "etc/ssl/key.pem", true},
                             {"**/**/x", "x", true},
                             {"***", "a/b", true},
                             {"\\*", "*", true},
                             {"\\*", "a", false},
                             {"\\?x\\\\", "?x\\", true},
                             {"x\\", "x\\", true},
                             {"usr/lib/[ab].so", "usr/lib/[ab].so", true},
                             {"ghcr.io/*/app:*", "ghcr.io/us/app:1.2", true},
                         }));

TEST(GlobLimits, HostilePatternIsNeitherSlowNorWrong) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "*a**b";
  const std::string text(4000, 'a');

  EXPECT_FALSE(glob_matches(pattern, text));
}

TEST(GlobLimits, PatternBeyondTheLimitMatchesNothing) {
  EXPECT_TRUE(glob_matches(std::string(kMaxGlobBytes, '*'), "a"));
  EXPECT_FALSE(glob_matches(std::string(kMaxGlobBytes + 1, '*'), "a"));
}

TEST(GlobEscaped, MatchesItselfOnly) {
  for (const std::string text : {"plain", "a*b", "what?", "back\\slash", "**/x"}) {
    EXPECT_TRUE(glob_matches(glob_escaped(text), text)) << text;
  }
  EXPECT_FALSE(glob_matches(glob_escaped("a*b"), "axb"));
}

}  // namespace
}  // namespace corten
