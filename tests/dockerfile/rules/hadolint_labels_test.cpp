#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

RuleOptions with_schema(Compat compat = Compat::None) {
  RuleOptions options = compat == Compat::None ? options_of_today() : options_of_hadolint();
  options.label_schema = {{"t", LabelType::Text},    {"time", LabelType::Rfc3339},
                          {"v", LabelType::Semver},  {"url", LabelType::Url},
                          {"rev", LabelType::Hash},  {"lic", LabelType::Spdx},
                          {"mail", LabelType::Email}};
  return options;
}

RuleOptions with_one_label() {
  RuleOptions options = options_of_today();
  options.label_schema = {{"t", LabelType::Text}};
  return options;
}

TEST(LabelKeys, AreSmallLettersWithSingleSeparators) {
  expect_verdicts({
      {"DL3048", "FROM a:1\nLABEL Maintainer=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL 1x=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL x-=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL a..b=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL a--b=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL ok=1 \\\n  no+good=x\n", {3}},
      {"DL3048",
       "FROM a:1\nLABEL com.docker.x=1\nLABEL io.docker.x=1\nLABEL org.dockerproject.x=1\n",
       {2, 3, 4}},
      {"DL3048", "FROM a:1\nLABEL \"A b\"=x\n", {2}},
      {"DL3048", "FROM a:1\nLABEL maintainer=X\n", {}},
      {"DL3048", "FROM a:1\nLABEL org.opencontainers.image.title=\"X\"\n", {}},
      {"DL3048", "FROM a:1\nLABEL \"a-b_c.d/e1\"=x\n", {}},
      {"DL3048", "FROM a:1\nLABEL com.dockers.x=1\n", {}},
      {"DL3048", "FROM a:1\nLABEL a legacy Value\n", {}},
  });
}

TEST(LabelSchema, AsksForLabelsOfEveryStageOrItsRelatives) {
  expect_verdicts(
      {
          {"DL3049", "FROM a:1\n", {1}},
          {"DL3049", "FROM a:1\nLABEL x=1\n", {1}},
          {"DL3049", "FROM a:1\nLABEL t=1\nFROM b:1\n", {3}},
          {"DL3049",
           "FROM a:1 AS x\nFROM b:1 AS y\nFROM c:1\nLABEL t=1\nCOPY --from=y /a /a\n",
           {1}},
          {"DL3049", "FROM a:1\nLABEL t=1\n", {}},
          {"DL3049", "FROM a:1\nLABEL \"t\"=\"1\"\n", {}},
          {"DL3049", "FROM a:1 AS x\nLABEL t=1\nFROM x\n", {}},
          {"DL3049", "FROM a:1 AS x\nFROM x\nLABEL t=1\n", {}},
          {"DL3049", "FROM a:1 AS x\nFROM b:1\nLABEL t=1\nCOPY --from=x /a /a\n", {}},
      },
      with_one_label());
  expect_verdicts({{"DL3049", "FROM a:1\n", {}}});
}

TEST(LabelSchema, IsStrictOnlyOnDemand) {
  RuleOptions strict = with_one_label();
  strict.strict_labels = true;
  expect_verdicts(
      {
          {"DL3050", "FROM a:1\nLABEL x=1\n", {2}},
          {"DL3050", "FROM a:1\nLABEL t=1 \\\n  x=1\n", {3}},
          {"DL3050", "FROM a:1\nLABEL T=1\n", {2}},
          {"DL3050", "FROM a:1\nLABEL x legacy\n", {2}},
          {"DL3050", "FROM a:1\nLABEL t=1\n", {}},
          {"DL3050", "FROM a:1\nLABEL \"t\"=1\n", {}},
          {"DL3050", "FROM a:1\n", {}},
          {"DL3050", "FROM a:1\nENV x=1\n", {}},
      },
      strict);
  expect_verdicts({{"DL3050", "FROM a:1\nLABEL x=1\n", {}}}, with_one_label());
}

TEST(LabelSchema, RefusesEmptyLabels) {
  expect_verdicts(
      {
          {"DL3051", "FROM a:1\nLABEL t=\"\"\n", {2}},
          {"DL3051", "FROM a:1\nLABEL t=\n", {2}},
          {"DL3051", "FROM a:1\nLABEL url=''\n", {2}},
          {"DL3051", "FROM a:1\nARG X=\"\"\nLABEL t=$X\n", {3}},
          {"DL3051", "FROM a:1\nLABEL t=x\n", {}},
          {"DL3051", "FROM a:1\nLABEL other=\"\"\n", {}},
          {"DL3051", "FROM a:1\nARG X\nLABEL t=$X\n", {}},
          {"DL3051", "FROM a:1\nLABEL t=\" \"\n", {}},
      },
      with_schema());
}

struct ValueCase {
  std::string_view id;
  std::string_view key;
  std::vector<std::string_view> bad;
  std::vector<std::string_view> good;
};

TEST(LabelSchema, KnowsTheTypesOfValues) {
  const std::vector<ValueCase> cases = {
      {"DL3052",
       "url",
       {"example.com", "://x", "http://a b", "http://a/%zz", "1http://a", "http://[x/", "a:b\\c"},
       {"http://example.com", "https://u@h:8/p?q=1#f", "mailto:a@b", "http://[::1]:80/",
        "git+ssh://h/x", "http://a/%20"}},
      {"DL3053",
       "time",
       {"2026-01-31", "31.1.2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00+0100"},
       {"2026-01-31T12:00:00Z", "2024-02-29T23:59:60.123+01:00", "2026-01-31t12:00:00z"}},
      {"DL3054",
       "lic",
       {"Apache 2", "GPL", "MIT AND", "(MIT", "MIT OR OR MIT", "MIT WITH Nothing", "mit-like"},
       {"MIT", "Apache-2.0", "GPL-2.0-or-later", "MIT OR Apache-2.0",
        "(MIT AND ISC) OR BSD-3-Clause", "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-own"}},
      {"DL3055",
       "rev",
       {"main", "0123ab", "0123ABC", "0123abcd", "0123456789abcdef0123456789abcdef0123456g"},
       {"0123abc", "0123456789abcdef0123456789abcdef01234567"}},
      {"DL3056",
       "v",
       {"1", "1.2", "v1.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3.4"},
       {"1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3-0.x-y+build.01", "1.2.3+5"}},
      {"DL3058",
       "mail",
       {"nobody", "@b", "a@", "a b@c", "a@b..c", "a..b@c", "Name <a@b>"},
       {"a@b", "a.b+c@d.example", "'\\\"a b\\\"@c'", "a@[127.0.0.1]"}},
  };
  for (const ValueCase& c : cases) {
    for (const std::string_view value : c.bad) {
      const std::string file = fmt::format("FROM a:1\nLABEL {}=\"{}\"\n", c.key, value);
      EXPECT_TRUE(fires(c.id, file, with_schema())) << file;
    }
    for (const std::string_view value : c.good) {
      const std::string quoted = value.starts_with('\'')
                                     ? std::string(value.substr(1, value.size() - 2))
                                     : std::string(value);
      const std::string file = fmt::format("FROM a:1\nLABEL {}=\"{}\"\n", c.key, quoted);
      EXPECT_FALSE(fires(c.id, file, with_schema())) << file;
    }
    const std::string unknown = fmt::format("FROM a:1\nARG X\nLABEL {}=$X\n", c.key);
    EXPECT_FALSE(fires(c.id, unknown, with_schema())) << unknown;
    EXPECT_TRUE(fires(c.id, unknown, with_schema(Compat::Hadolint))) << unknown;
    const std::string other = fmt::format("FROM a:1\nLABEL other=\"{}\"\n", c.bad.front());
    EXPECT_FALSE(fires(c.id, other, with_schema())) << other;
  }
}

TEST(LabelSchema, LikeHadolintTakesSingleLicensesOnly) {
  expect_verdicts({{"DL3054", "FROM a:1\nLABEL lic=\"MIT OR ISC\"\n", {2}},
                   {"DL3054", "FROM a:1\nLABEL lic=MIT\n", {}}},
                  with_schema(Compat::Hadolint));
}

}  // namespace
}  // namespace corten::dockerfile
