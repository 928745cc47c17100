#include "finding/ignores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"

namespace corten {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CortenIgnore, ReadsAllPartsOfARule) {
  const auto rules = parse_ignores(
      "# accepted risks\n"
      "\n"
      "CVE-2024-1234 package=zlib* package=pkg:deb/debian/zlib1g path=usr/lib/** subject=shop/* "
      "until=2030-01-31 # not reachable: see #12\n",
      "conf/.cortenignore");

  ASSERT_TRUE(rules) << describe(rules.error());
  ASSERT_EQ(rules->size(), 1U);
  IgnoreRule expected;
  expected.id = "CVE-2024-1234";
  expected.packages = {"zlib*", "pkg:deb/debian/zlib1g"};
  expected.paths = {"usr/lib/**"};
  expected.subjects = {"shop/*"};
  expected.reason = "not reachable: see #12";
  expected.until = parse_time("2030-01-31");
  expected.source = "conf/.cortenignore:3";
  EXPECT_EQ(rules->front(), expected);
}

TEST(CortenIgnore, ReadsQuotedValues) {
  const auto rules =
      parse_ignores(R"(DL3002 path="my files/#1 \"x\" \\.txt" "subject=a b"	# why)"
                    "\r\n",
                    ".cortenignore");

  ASSERT_TRUE(rules) << describe(rules.error());
  EXPECT_THAT(rules->front().paths, ElementsAre(R"(my files/#1 "x" \.txt)"));
  EXPECT_THAT(rules->front().subjects, ElementsAre("a b"));
  EXPECT_EQ(rules->front().reason, "why");
}

TEST(CortenIgnore, HashWithinAWordIsPartOfIt) {
  const auto rules = parse_ignores("X path=a#b # c # d", ".cortenignore");

  ASSERT_TRUE(rules);
  EXPECT_THAT(rules->front().paths, ElementsAre("a#b"));
  EXPECT_EQ(rules->front().reason, "c # d");
}

TEST(CortenIgnore, EmptyFilesHaveNoRules) {
  EXPECT_THAT(parse_ignores("", ".cortenignore").value(), IsEmpty());
  EXPECT_THAT(parse_ignores("\xEF\xBB\xBF# comment\n\n  \t\n", ".cortenignore").value(), IsEmpty());
  EXPECT_THAT(parse_ignores("", ".trivyignore").value(), IsEmpty());
  EXPECT_THAT(parse_ignores("", ".trivyignore.yaml").value(), IsEmpty());
  EXPECT_THAT(parse_ignores("secrets:\n", ".trivyignore.yaml").value(), IsEmpty());
}

TEST(TrivyIgnore, ReadsIdsDatesAndComments) {
  const auto rules = parse_ignores(
      "# Accept the risk\n"
      "CVE-2018-14618\n"
      "\n"
      "CVE-2019-14697 exp:2023-01-01\n"
      "  CVE-2019-1543\t# inline\n"
      "AVD-DS-0002 exp:2024-02-29 # both\n"
      "generic-rule words without a hash\n",
      "/src/.trivyignore");

  ASSERT_TRUE(rules) << describe(rules.error());
  std::vector<std::string> seen;
  for (const IgnoreRule& rule : *rules) {
    seen.push_back(rule.source + " " + rule.id + " " +
                   (rule.until ? format_date(*rule.until) : "-") + " " + rule.reason);
    EXPECT_THAT(rule.packages, IsEmpty());
  }
  EXPECT_THAT(seen, ElementsAre("/src/.trivyignore:2 CVE-2018-14618 - Accept the risk",
                                "/src/.trivyignore:4 CVE-2019-14697 2023-01-01 no reason given",
                                "/src/.trivyignore:5 CVE-2019-1543 - inline",
                                "/src/.trivyignore:6 AVD-DS-0002 2024-02-29 both",
                                "/src/.trivyignore:7 generic-rule - words without a hash"));
}

TEST(TrivyIgnoreYaml, ReadsAllSections) {
  const auto rules = parse_ignores(
      "vulnerabilities:\n"
      "  - id: CVE-2022-40897\n"
      "    paths:\n"
      "      - \"usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA\"\n"
      "    statement: Accept the risk\n"
      "  - id: CVE-2023-2650\n"
      "    purls:\n"
      "      - pkg:deb/debian/libssl1.1\n"
      "misconfigurations:\n"
      "  - id: AVD-DS-0001\n"
      "secrets:\n"
      "  - id: aws-access-key-id\n"
      "    paths: [foo/bar/aws.secret]\n"
      "licenses:\n"
      "  - id: GPL-3.0\n"
      "    expired_at: 2024-01-01\n",
      ".trivyignore.yaml");

  ASSERT_TRUE(rules) << describe(rules.error());
  ASSERT_EQ(rules->size(), 5U);
  EXPECT_EQ((*rules)[0].id, "CVE-2022-40897");
  EXPECT_EQ((*rules)[0].source, ".trivyignore.yaml:2");
  EXPECT_EQ((*rules)[0].reason, "Accept the risk");
  EXPECT_THAT(
      (*rules)[0].paths,
      ElementsAre("usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA"));
  EXPECT_THAT((*rules)[1].packages, ElementsAre("pkg:deb/debian/libssl1.1"));
  EXPECT_EQ((*rules)[2].id, "AVD-DS-0001");
  EXPECT_THAT((*rules)[3].paths, ElementsAre("foo/bar/aws.secret"));
  EXPECT_EQ((*rules)[4].until, parse_time("2024-01-01"));
}

struct BadCase {
  const char* name;
  const char* file;
  const char* content;
  const char* message;
};

class BadIgnoreFile : public testing::TestWithParam<BadCase> {};

TEST_P(BadIgnoreFile, IsAnErrorThatNamesThePlace) {
  const BadCase& c = GetParam();

  const auto rules = parse_ignores(c.content, c.file);

  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::Usage);
  EXPECT_THAT(rules.error().message, HasSubstr(c.message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadIgnoreFile,
    testing::ValuesIn<BadCase>({
        {"NoReason", "f", "\nCVE-1\n", "f:2: the rule for CVE-1 has no reason"},
        {"EmptyReason", "f", "CVE-1 #  \n", "f:1: the rule for CVE-1 has no reason"},
        {"StarAlone", "f", "* # all of it", "f:1: '*' alone"},
        {"WildcardInId", "f", "CVE-2024-* # all of it",
         "f:1: 'CVE-2024-*': an id has no wildcards"},
        {"NoId", "f", "package=x # why", "f:1: the line does not begin with an id"},
        {"QuotedEmptyId", "f", "\"\" # why", "f:1: the line does not begin with an id"},
        {"NoEquals", "f", "CVE-1 zlib # why", "f:1: 'zlib' is not key=value"},
        {"UnknownKey", "f", "CVE-1 pakage=zlib # why",
         "f:1: unknown key 'pakage': did you mean 'package'?"},
        {"StrangeKey", "f", "CVE-1 whatever=zlib # why", "f:1: unknown key 'whatever'"},
        {"EmptyValue", "f", "CVE-1 path= # why", "f:1: 'path' has no value"},
        {"BadDate", "f", "CVE-1 until=tomorrow # why", "f:1: 'tomorrow' is no date"},
        {"NoSuchDay", "f", "CVE-1 until=2024-02-30 # why", "f:1: '2024-02-30' is no date"},
        {"TwoDates", "f", "CVE-1 until=2024-02-01 until=2024-02-02 # why", "f:1: 'until' twice"},
        {"OpenQuote", "f", "CVE-1 path=\"x # why", "f:1: a quote is not closed"},
        {"TrivyBadDate", ".trivyignore", "CVE-1 exp:2023-13-01",
         ".trivyignore:1: '2023-13-01' is no date"},
        {"TrivyStar", ".trivyignore", "*", ".trivyignore:1: '*' is no id"},
        {"YamlNoMap", "x.yaml", "- id: CVE-1", "x.yaml:1:1: an ignore file is a map"},
        {"YamlUnknownSection", "x.yaml", "vulnerabilitys: []",
         "x.yaml:1:1: unknown key 'vulnerabilitys': did you mean 'vulnerabilities'?"},
        {"YamlNoList", "x.yaml", "secrets: {id: x}", "x.yaml:1:10: 'secrets' is a list of rules"},
        {"YamlNoRule", "x.yaml", "secrets: [x]", "x.yaml:1:11: a rule is a map"},
        {"YamlNoId", "x.yaml", "secrets:\n - paths: [a]", "x.yaml:2:4: the rule has no id"},
        {"YamlStar", "x.yaml", "secrets:\n - id: \"*\"", "x.yaml:2:4: the rule has no id"},
        {"YamlTypo", "x.yaml", "secrets:\n - id: a\n   path: [b]",
         "x.yaml:3:4: unknown key 'path': did you mean 'paths'?"},
        {"YamlBadPurl", "x.yaml", "secrets:\n - id: a\n   purls: [b]", "'b' is no package URL"},
        {"YamlBadDate", "x.yaml", "secrets:\n - id: a\n   expired_at: soon",
         "x.yaml:3: 'soon' is no date"},
        {"YamlNested", "x.yaml", "secrets:\n - id: [a]\n", "x.yaml:2:8: 'id' needs one value"},
        {"YamlBroken", "x.yaml", "secrets: [", "x.yaml:1:"},
    }),
    [](const auto& tested) { return tested.param.name; });

TEST(IgnoreFileLimits, AreKept) {
  const std::string big(kMaxIgnoreFileBytes + 1, '\n');
  EXPECT_EQ(parse_ignores(big, "f").error().code, ErrorCode::LimitExceeded);
  std::string many;
  for (std::size_t i = 0; i <= kMaxIgnoreRules; ++i) many += "A # b\n";
  EXPECT_EQ(parse_ignores(many, "f").error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(parse_ignores("secrets: " + std::string(1000, '['), "f.yaml").error().code,
            ErrorCode::LimitExceeded);
}

TEST(ReadIgnoreFile, ReadsFromDisk) {
  const auto folder = TempDir::create();
  ASSERT_TRUE(folder);
  std::ofstream(folder->path() / ".trivyignore") << "CVE-1\n";

  const auto rules = read_ignore_file(folder->path() / ".trivyignore");

  ASSERT_TRUE(rules) << describe(rules.error());
  EXPECT_EQ(rules->front().source, (folder->path() / ".trivyignore").native() + ":1");
  EXPECT_EQ(read_ignore_file(folder->path() / "none").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace corten
