#include "finding/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "finding/yaml.h"

namespace corten {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ParseConfig, ReadsEveryKey) {
  const auto config = parse_config(R"(
severity: medium
fail-on: High
ignore-unfixed: true
format: sarif
output: report.sarif
offline: no
db:
  path: db
  max-age: 24h
  mirrors: [https://a.example/db, https://b.example/db]
platform: linux/arm/v7
ignore:
  - id: CVE-2024-1
    package: [zlib*, "pkg:deb/debian/zlib1g"]
    path: usr/**
    subject: shop/*
    reason: not reachable
    until: 2030-01-01
ignore-files: .cortenignore
vex: [a.json, /srv/b.json]
jobs: 4
max-memory: 512MiB
cache-dir: .cache
feeds:
  osv: https://mirror.example/osv
  debian: file:///srv/debian
)",
                                   "conf/corten.yaml");

  ASSERT_TRUE(config) << describe(config.error());
  Config expected;
  expected.severity = Severity::Medium;
  expected.fail_on = Severity::High;
  expected.ignore_unfixed = true;
  expected.format = "sarif";
  expected.output = "report.sarif";
  expected.offline = false;
  expected.db = {
      "conf/db", std::chrono::hours(24), {"https://a.example/db", "https://b.example/db"}};
  expected.platform = "linux/arm/v7";
  IgnoreRule rule;
  rule.id = "CVE-2024-1";
  rule.packages = {"zlib*", "pkg:deb/debian/zlib1g"};
  rule.paths = {"usr/**"};
  rule.subjects = {"shop/*"};
  rule.reason = "not reachable";
  rule.until = parse_time("2030-01-01");
  rule.source = "conf/corten.yaml:14";
  expected.ignores = {rule};
  expected.ignore_files = {"conf/.cortenignore"};
  expected.vex = {"conf/a.json", "/srv/b.json"};
  expected.jobs = 4;
  expected.max_memory = std::uint64_t{512} << 20;
  expected.cache_dir = "conf/.cache";
  expected.feeds = {{"osv", "https://mirror.example/osv"}, {"debian", "file:///srv/debian"}};
  EXPECT_EQ(*config, expected);
}

TEST(Config, SwitchesFeeds) {
  const auto config = parse_config("feeds: {nvd: on, alpine: off}", "corten.yaml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->feeds, (std::map<std::string, std::string>{{"nvd", "on"}, {"alpine", "off"}}));
}

TEST(ParseConfig, EmptyFilesSetNothing) {
  for (const char* content : {"", "# only a comment\n", "---\n", "{}", "ignore:\ndb:\nfeeds:\n"}) {
    const auto config = parse_config(content, "corten.yaml");
    ASSERT_TRUE(config) << content << describe(config.error());
    EXPECT_EQ(*config, Config());
  }
}

TEST(ParseConfig, FailOnNeverIsNoSeverityButSaid) {
  for (const char* content : {"fail-on: never", "fail-on: None", ""}) {
    const auto config = parse_config(content, "corten.yaml");
    ASSERT_TRUE(config) << describe(config.error());
    EXPECT_EQ(config->fail_on, std::nullopt);
    EXPECT_EQ(config->never_fails, *content != '\0');
  }
}

TEST(ParseConfig, AliasesAreResolved) {
  const auto config = parse_config("vex: &files [a.json]\nignore-files: *files\n", "corten.yaml");

  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_THAT(config->ignore_files, ElementsAre("a.json"));
}

struct BadCase {
  const char* name;
  const char* content;
  const char* message;
};

class BadConfig : public testing::TestWithParam<BadCase> {};

TEST_P(BadConfig, IsAnErrorThatNamesThePlace) {
  const auto config = parse_config(GetParam().content, "corten.yaml");

  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::Usage);
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfig,
    testing::ValuesIn<BadCase>({
        {"UnknownKey", "offline: true\n\n  # x\nsevrity: high\n",
         "corten.yaml:4:1: unknown key 'sevrity': did you mean 'severity'?"},
        {"StrangeKey", "colours: yes", "corten.yaml:1:1: unknown key 'colours'"},
        {"Severity", "severity: hihg",
         "corten.yaml:1:11: 'severity' is 'hihg': did you mean 'high'?"},
        {"FailOn", "fail-on: worst-of-all", "corten.yaml:1:10: 'fail-on' is 'worst-of-all'"},
        {"FailOnNever", "fail-on: nevr", "did you mean 'never'?"},
        {"NoValue", "format:", "corten.yaml:1:1: 'format' needs a value"},
        {"ListForValue", "format: [a]", "corten.yaml:1:9: 'format' needs one value"},
        {"Flag", "offline: maybe", "must be true or false"},
        {"Jobs", "jobs: 0", "must be 1 to 1024"},
        {"JobsMany", "jobs: 4096", "must be 1 to 1024"},
        {"JobsWord", "jobs: all", "must be 1 to 1024"},
        {"Memory", "max-memory: lots", "which is no size"},
        {"Platform", "platform: linux", "OS/ARCH"},
        {"PlatformEmptyPart", "platform: linux//v7", "OS/ARCH"},
        {"MaxAge", "db: {max-age: 5}", "which is no duration"},
        {"DbKey", "db:\n  mirorrs: [x]\n",
         "corten.yaml:2:3: unknown key 'mirorrs': did you mean 'mirrors'?"},
        {"DbNoMap", "db: /var/db", "not a map"},
        {"FeedNoUrl", "feeds: {osv: here}", "corten.yaml:1:14: 'osv' is 'here', which is no URL"},
        {"IgnoreNoList", "ignore: CVE-1", "not a list"},
        {"IgnoreNoMap", "ignore: [CVE-1]", "corten.yaml:1:10: an ignore rule is a map"},
        {"IgnoreNoId", "ignore: [{reason: x}]", "no id"},
        {"IgnoreNoReason", "ignore:\n  - id: CVE-1\n",
         "corten.yaml:2:5: the ignore rule for CVE-1 has no reason"},
        {"IgnoreStar", "ignore: [{id: '*', reason: x}]", "'*' alone"},
        {"IgnoreWildcard", "ignore: [{id: CVE-2024-*, reason: x}]", "an id has no wildcards"},
        {"IgnoreKey", "ignore: [{id: a, paths: b}]", "unknown key 'paths': did you mean 'path'?"},
        {"IgnoreDate", "ignore: [{id: a, reason: b, until: c}]", "which is no date"},
        {"Twice", "jobs: 1\njobs: 2\n", "corten.yaml:2:1: key 'jobs' twice: it is also in line 1"},
        {"NoMap", "- a", "corten.yaml:1:1: the file is not a map"},
        {"ListAsKey", "[a]: b", "a key that is not a word"},
        {"Syntax", "a: b: c", "corten.yaml:1:5:"},
        {"TwoDocuments", "a: 1\n---\nb: 2\n", "corten.yaml: more than one YAML document"},
        {"UnknownAlias", "vex: *x", "corten.yaml:1:"},
        {"AliasOfItself", "vex: &a [*a]", "corten.yaml:1:"},
    }),
    [](const auto& tested) { return tested.param.name; });

std::string alias_bomb() {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j == 0 ? "*a" : ",*a") + std::to_string(i - 1);
    text += "]\n";
  }
  return text;
}

TEST(ConfigLimits, AreKept) {
  std::string deep = "vex: ";
  for (std::size_t i = 0; i < kMaxYamlDepth; ++i) deep += '[';
  for (const std::string& content :
       {alias_bomb(), deep, "vex: " + std::string(100'000, '['),
        "vex: " + std::string(100'000, '{'), std::string(kMaxYamlBytes + 1, '#')}) {
    const auto config = parse_config(content, "corten.yaml");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, ErrorCode::LimitExceeded) << describe(config.error());
  }
}

TEST(ConfigLimits, NestingThroughAliasesCounts) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }

  EXPECT_EQ(parse_config(text, "c").error().code, ErrorCode::LimitExceeded);
}

TEST(ReadConfig, ReadsFromDisk) {
  const auto folder = TempDir::create();
  ASSERT_TRUE(folder);
  std::ofstream(folder->path() / "corten.yaml") << "vex: a.json\n";

  EXPECT_THAT(read_config(folder->path() / "corten.yaml")->vex,
              ElementsAre((folder->path() / "a.json").native()));
  EXPECT_EQ(read_config(folder->path() / "none").error().code, ErrorCode::NotFound);
}

TEST(ParseDuration, NeedsANumberAndAUnit) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1.5h"), 90min);
  EXPECT_EQ(parse_duration(" 7 d "), 168h);
  EXPECT_EQ(parse_duration("2w"), 336h);
  for (const char* bad :
       {"", "5", "h", "-1h", "1e9d", "5 years", "1h30m", "999999999w", "1..2h", "nan"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(ParseSize, KnowsBothKindsOfUnits) {
  EXPECT_EQ(parse_size("1048576"), 1048576U);
  EXPECT_EQ(parse_size("2GB"), 2'000'000'000U);
  EXPECT_EQ(parse_size("1.5GiB"), std::uint64_t{1536} << 20);
  EXPECT_EQ(parse_size("64k"), 65536U);
  EXPECT_EQ(parse_size("64 mb"), 64'000'000U);
  EXPECT_EQ(parse_size("10B"), 10U);
  for (const char* bad :
       {"", "MB", "-1", "1x", "1kk", "1KiBB", "9999999TiB", "1i", "1kb/s", "inf"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace corten
