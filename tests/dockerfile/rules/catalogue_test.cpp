// Walks all tables of rules: what every row must have, and that its examples are true.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dockerfile/lint_helper.h"

namespace corten::dockerfile {
namespace {

std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> rules;
  for (const std::span<const Rule> table : rule_tables()) {
    for (const Rule& rule : table) rules.push_back(&rule);
  }
  return rules;
}

// Options under which the examples are read: some rules look only where the user gave them a list.
RuleOptions options_of_examples() {
  RuleOptions options = options_of_today();
  options.trusted_registries = {"docker.io"};
  options.label_schema = {{"title", LabelType::Text},     {"created", LabelType::Rfc3339},
                          {"version", LabelType::Semver}, {"url", LabelType::Url},
                          {"revision", LabelType::Hash},  {"licenses", LabelType::Spdx},
                          {"contact", LabelType::Email}};
  options.strict_labels = true;
  return options;
}

// Some rules look only at what lies around the Dockerfile. The others see none of it: most people
// have no more at hand.
bool example_fires(const Check& check, std::string_view example) {
  BuildContext context;
  context.dockerignore = "*.log\n";
  context.paths = {".env", "app.js"};
  const bool needs_context = check.id == "BK-CopyIgnoredFile" || check.id == "CL2007";
  const RuleOptions options = options_of_examples();
  for (const std::string& verdict :
       verdicts(std::string(example), check.id, options, {}, needs_context ? &context : nullptr)) {
    if (verdict.substr(0, verdict.find(':')) == check.id) return true;
  }
  return false;
}

TEST(RuleCatalogue, HasEachIdOnceWithAllItsTexts) {
  std::set<std::string_view> seen;
  for (const Rule* rule : all_rules()) {
    const Check& check = rule->check;
    EXPECT_TRUE(seen.insert(check.id).second) << check.id;
    EXPECT_FALSE(check.title.empty()) << check.id;
    EXPECT_FALSE(check.title.ends_with('.')) << check.id;
    EXPECT_GT(check.description.size(), 40U) << check.id;
    EXPECT_FALSE(check.remediation.empty()) << check.id;
    EXPECT_FALSE(check.bad.empty()) << check.id;
    EXPECT_FALSE(check.good.empty()) << check.id;
  }
}

TEST(RuleCatalogue, BadExamplesFire) {
  for (const Rule* rule : all_rules()) {
    EXPECT_TRUE(example_fires(rule->check, rule->check.bad)) << rule->check.id;
  }
}

TEST(RuleCatalogue, GoodExamplesAreSilent) {
  for (const Rule* rule : all_rules()) {
    EXPECT_FALSE(example_fires(rule->check, rule->check.good)) << rule->check.id;
  }
}

TEST(RuleCatalogue, IsSearchedByIdAndAlias) {
  EXPECT_NE(find_rule("dl1000"), nullptr);
  EXPECT_EQ(find_rule("DL0000"), nullptr);
  EXPECT_EQ(find_rule("dl3024")->check.id, "DL3024");  // and an alias of BuildKit's
  EXPECT_EQ(find_rule("DuplicateStageName")->check.id, "BK-DuplicateStageName");
  // Also the alias of a rule of BuildKit.
  EXPECT_EQ(find_rule("dl3064")->check.id, "DL3064");
}

}  // namespace
}  // namespace corten::dockerfile
