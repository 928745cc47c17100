#include "lint/hadolint_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lint/support.h"
#include "support/case_name.h"

namespace corten::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string problem_of(std::string_view content) {
  const auto config = parse_hadolint_config(content, ".hadolint.yaml");
  return config ? "none" : config.error().message + "|" + config.error().hint;
}

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

// The example of hadolint's own manual, with all its keys.
constexpr std::string_view kManual = R"(failure-threshold: warning
format: tty
ignored:
  - DL3006
  - DL3008
label-schema:
  author: text
  contact: email
  created: rfc3339
  version: semver
  documentation: url
  git-revision: hash
  license: spdx
  name: ""
no-color: true
no-fail: false
override:
  error:
    - DL3015
  warning:
    - DL3042
  info:
    - DL3032
  style:
    - DL3059
strict-labels: true
disable-ignore-pragma: yes
trustedRegistries:
  - docker.io
  - "*.gcr.io"
)";

TEST(HadolintConfigFile, ReadsEveryKey) {
  const auto config = parse_hadolint_config(kManual, "h.yaml");

  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->ignored,
              ElementsAre(IgnoredRule{"DL3006", "h.yaml:4"}, IgnoredRule{"DL3008", "h.yaml:5"}));
  EXPECT_THAT(config->overrides,
              ElementsAre(LevelOverride{"DL3015", LintLevel::Error, "h.yaml:19"},
                          LevelOverride{"DL3042", LintLevel::Warning, "h.yaml:21"},
                          LevelOverride{"DL3032", LintLevel::Info, "h.yaml:23"},
                          LevelOverride{"DL3059", LintLevel::Style, "h.yaml:25"}));
  EXPECT_THAT(config->trusted_registries, ElementsAre("docker.io", "*.gcr.io"));
  EXPECT_EQ(config->labels.size(), 8U);
  EXPECT_EQ(config->label_type("contact"), LabelType::Email);
  EXPECT_EQ(config->label_type("name"), LabelType::Text);
  EXPECT_EQ(config->label_type("other"), std::nullopt);
  EXPECT_EQ(config->failure_threshold, LintLevel::Warning);
  EXPECT_THAT(config->formats, ElementsAre("tty"));
  EXPECT_EQ(config->strict_labels, true);
  EXPECT_EQ(config->no_fail, false);
  EXPECT_EQ(config->no_color, true);
  EXPECT_EQ(config->disable_ignore_pragma, true);
}

TEST(HadolintConfigFile, TakesNothingForNothing) {
  EXPECT_EQ(parse_hadolint_config("", "h"), HadolintConfig{});
  EXPECT_EQ(parse_hadolint_config("# only a comment\n", "h"), HadolintConfig{});
  EXPECT_EQ(parse_hadolint_config("ignored:\noverride:\nlabel-schema:\n", "h"), HadolintConfig{});
}

struct Bad {
  std::string name;
  std::string content;
  std::string expected;  // in the message and hint
};
class BadHadolintConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadHadolintConfig, IsAnErrorWithItsPlace) {
  EXPECT_THAT(problem_of(GetParam().content), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadHadolintConfig,
    testing::ValuesIn<Bad>({
        {"UnknownKey", "ignored: []\nignore: [DL3008]\n",
         ".hadolint.yaml:2:1: unknown key 'ignore': did you mean 'ignored'?"},
        {"OldRegistries", "trusted-registries: [a]\n", ".hadolint.yaml:1:1: unknown key"},
        {"UnknownLevel", "override:\n  warn: [DL3008]\n", ".hadolint.yaml:2:3: unknown key 'warn'"},
        {"IgnoredIsText", "ignored: DL3008\n", ".hadolint.yaml:1:10: ignored is not a list"},
        {"IgnoredHoldsMap", "ignored:\n  - {a: b}\n",
         ".hadolint.yaml:2:5: ignored holds something"},
        {"Threshold", "failure-threshold: high\n", "one of: error, warning, info, style"},
        {"LabelType", "label-schema: {a: date}\n", "a cannot be 'date'"},
        {"Bool", "no-fail: maybe\n", "no-fail cannot be 'maybe'"},
        {"NoMap", "- DL3008\n", ".hadolint.yaml:1:1: the file is not a map"},
        {"NoYaml", "ignored: [DL3008\n", ".hadolint.yaml:"},
        {"Twice", "ignored: []\nignored: []\n", "key 'ignored' twice"},
    }),
    test::case_name<Bad>);

TEST(HadolintEnvironment, ReadsTheNamesOfTheManual) {
  const auto config = hadolint_environment(environment_of({
      {"HADOLINT_IGNORE", "DL3006, DL3008,"},
      {"HADOLINT_OVERRIDE_STYLE", "DL3059"},
      {"HADOLINT_TRUSTED_REGISTRIES", "a.example,b.example"},
      {"HADOLINT_REQUIRE_LABELS", "version:semver,author"},
      {"HADOLINT_NOFAIL", "On"},
      {"HADOLINT_STRICT_LABELS", "2"},
      {"HADOLINT_FAILURE_THRESHOLD", "none"},
      {"HADOLINT_FORMAT", "json,sarif"},
      {"NO_COLOR", "1"},
  }));

  ASSERT_TRUE(config);
  EXPECT_THAT(config->ignored, ElementsAre(IgnoredRule{"DL3006", "HADOLINT_IGNORE"},
                                           IgnoredRule{"DL3008", "HADOLINT_IGNORE"}));
  EXPECT_THAT(config->overrides,
              ElementsAre(LevelOverride{"DL3059", LintLevel::Style, "HADOLINT_OVERRIDE_STYLE"}));
  EXPECT_THAT(config->trusted_registries, ElementsAre("a.example", "b.example"));
  EXPECT_THAT(config->labels, ElementsAre(LabelRule{"version", LabelType::Semver},
                                          LabelRule{"author", LabelType::Text}));
  EXPECT_EQ(config->no_fail, true);
  EXPECT_EQ(config->strict_labels, false);
  EXPECT_EQ(config->failure_threshold, LintLevel::Style);
  EXPECT_THAT(config->formats, ElementsAre("json", "sarif"));
  EXPECT_EQ(config->no_color, true);
  EXPECT_EQ(config->verbose, std::nullopt);
}

TEST(HadolintEnvironment, RefusesWhatMeansNothing) {
  const auto threshold =
      hadolint_environment(environment_of({{"HADOLINT_FAILURE_THRESHOLD", "high"}}));
  ASSERT_FALSE(threshold);
  EXPECT_THAT(threshold.error().message, HasSubstr("HADOLINT_FAILURE_THRESHOLD"));
  EXPECT_FALSE(hadolint_environment(environment_of({{"HADOLINT_REQUIRE_LABELS", "a:date"}})));
  EXPECT_FALSE(hadolint_environment(environment_of({{"HADOLINT_REQUIRE_LABELS", ":url"}})));
}

TEST(HadolintConfigMerge, ListsAddUpAndTheStrongerValueCounts) {
  HadolintConfig weak;
  weak.ignored = {{"A", "file"}};
  weak.no_fail = true;
  weak.strict_labels = true;
  weak.formats = {"tty"};
  HadolintConfig strong;
  strong.ignored = {{"B", "option"}};
  strong.no_fail = false;
  strong.failure_threshold = LintLevel::Error;
  strong.formats = {"json"};

  const HadolintConfig both = merged(weak, strong);

  EXPECT_THAT(both.ignored, ElementsAre(IgnoredRule{"A", "file"}, IgnoredRule{"B", "option"}));
  EXPECT_EQ(both.no_fail, false);
  EXPECT_EQ(both.strict_labels, true);
  EXPECT_EQ(both.failure_threshold, LintLevel::Error);
  EXPECT_THAT(both.formats, ElementsAre("json"));
}

class FindHadolintConfig : public InFolder {
 protected:
  [[nodiscard]] std::string found(bool with_xdg = true) const {
    std::map<std::string, std::string> values = {{"HOME", path("home")}};
    if (with_xdg) values["XDG_CONFIG_HOME"] = path("xdg");
    const auto file = find_hadolint_config(path("here"), environment_of(values));
    return file ? file->lexically_relative(folder_->path()).native() : "none";
  }
};

TEST_F(FindHadolintConfig, TakesTheFirstInItsOrder) {
  EXPECT_EQ(found(), "none");
  // From the last place to the first: each new file takes the place of the one before.
  for (const char* name : {"home/.hadolint.yml", "home/.hadolint.yaml", "home/.hadolint/config.yml",
                           "home/.hadolint/hadolint.yaml", "xdg/hadolint.yml", "xdg/hadolint.yaml",
                           "here/.hadolint.yml", "here/.hadolint.yaml"}) {
    put_file(path(name), "ignored: []\n");
    EXPECT_EQ(found(), name);
  }
}

TEST_F(FindHadolintConfig, LooksIntoDotConfigWithoutXdg) {
  put_file(path("home/.config/hadolint.yaml"), "");
  EXPECT_EQ(found(false), "home/.config/hadolint.yaml");
  EXPECT_EQ(found(true), "none");
}

TEST_F(FindHadolintConfig, UnreadableFileIsAnError) {
  EXPECT_FALSE(read_hadolint_config(path("here/.hadolint.yaml")));
}

TEST(ApplyHadolintConfig, SetsLevelsAndIgnores) {
  HadolintConfig config;
  config.ignored = {{"dl3008", "h.yaml:3"}, {"DuplicateStageName", "h.yaml:4"}};
  config.overrides = {{"DL3006", LintLevel::Style, "x"}, {"DL3006", LintLevel::Error, "y"}};
  std::vector<Finding> findings = {
      finding_at("DL3008", "Dockerfile", 1), finding_at("DL3006", "Dockerfile", 1),
      finding_at("DL3024", "Dockerfile", 1), finding_at("DL3007", "Dockerfile", 1)};
  findings[2].aliases = {"DuplicateStageName"};

  apply_hadolint_config(config, findings);

  EXPECT_EQ(findings[0].suppressed, (Suppression{"h.yaml:3", "ignored rule", ""}));
  EXPECT_EQ(findings[1].severity, Severity::High);
  EXPECT_EQ(findings[1].suppressed, std::nullopt);
  EXPECT_EQ(findings[2].suppressed->by, "h.yaml:4");
  EXPECT_EQ(findings[3], finding_at("DL3007", "Dockerfile", 1));
}

TEST(LintLevel, GoesThereAndBack) {
  for (const LintLevel level :
       {LintLevel::Style, LintLevel::Info, LintLevel::Warning, LintLevel::Error}) {
    EXPECT_EQ(level_of(severity_of(level)), level);
    EXPECT_EQ(parse_lint_level(name_of(level)), level);
  }
  EXPECT_EQ(level_of(Severity::Critical), LintLevel::Error);
  EXPECT_EQ(parse_lint_level("Error"), std::nullopt);
}

}  // namespace
}  // namespace corten::lint
