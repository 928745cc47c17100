// hadolint's configuration, read as people have it: a file, the environment and the command line.
//
// Of the three the command line comes before the file, and the file before the environment; lists
// add up. Unlike hadolint, what cannot be read is an error with its place ("FILE:LINE:COLUMN: …")
// and the key that was probably meant: a mistyped key would silently do nothing.
//
// Files are written by the user but may come with a repository that is only being looked at, so
// they are bounded as finding/yaml.h says.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dockerfile/rule.h"
#include "finding/finding.h"
#include "finding/lint_level.h"

namespace corten::lint {

// What the value of a label must look like, in hadolint's words; the empty one is text.
using dockerfile::LabelType;
[[nodiscard]] std::optional<LabelType> parse_label_type(std::string_view name);

struct LabelRule {
  std::string name;
  LabelType type = LabelType::Text;

  bool operator==(const LabelRule&) const = default;
};

// A rule that is named somewhere. `source` is where: "FILE:LINE", "HADOLINT_IGNORE", "--ignore".
struct IgnoredRule {
  std::string id;
  std::string source;

  bool operator==(const IgnoredRule&) const = default;
};
struct LevelOverride {
  std::string id;
  LintLevel level = LintLevel::Error;
  std::string source;

  bool operator==(const LevelOverride&) const = default;
};

struct HadolintConfig {
  std::vector<IgnoredRule> ignored;
  std::vector<LevelOverride> overrides;
  std::vector<std::string> trusted_registries;
  std::vector<LabelRule> labels;  // of two for one label the later one counts
  std::vector<std::string> formats;
  std::optional<bool> strict_labels;
  std::optional<bool> no_fail;
  std::optional<bool> no_color;
  std::optional<bool> verbose;
  std::optional<bool> disable_ignore_pragma;
  // Exit with 1 at or above it. hadolint's "ignore" and "none" are below style, so they are Style
  // here: whatever is shown fails.
  std::optional<LintLevel> failure_threshold;

  bool operator==(const HadolintConfig&) const = default;

  // Also for rules that are off by default: an override turns a rule on. Of several for one id the
  // highest level counts, as in hadolint. Ids are compared without case.
  [[nodiscard]] std::optional<LintLevel> level_for(std::string_view id) const;
  // The mention that ignores a finding by its id or one of its aliases, or nullptr.
  [[nodiscard]] const IgnoredRule* ignores(const Finding& finding) const;
  [[nodiscard]] std::optional<LabelType> label_type(std::string_view name) const;
};

// `name` stands in errors and sources. Errors: Usage, LimitExceeded.
[[nodiscard]] Result<HadolintConfig> parse_hadolint_config(std::string_view content,
                                                           std::string_view name);
// The same from a file; NotFound, PermissionDenied and Io besides.
[[nodiscard]] Result<HadolintConfig> read_hadolint_config(const std::filesystem::path& path);

// The value of an environment variable, or nullopt.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// The first file that exists, in hadolint's order: .hadolint.yaml or .yml in `folder`,
// hadolint.yaml or .yml in $XDG_CONFIG_HOME (~/.config), ~/.hadolint/{hadolint,config}.yaml or
// .yml,
// ~/.hadolint.yaml or .yml. In front of .yml stands .yaml.
[[nodiscard]] std::optional<std::filesystem::path> find_hadolint_config(
    const std::filesystem::path& folder, const Environment& environment);

// HADOLINT_… and NO_COLOR. Errors: Usage for values that mean nothing.
[[nodiscard]] Result<HadolintConfig> hadolint_environment(const Environment& environment);

// "name:type" of --require-label and HADOLINT_REQUIRE_LABELS; `source` stands in errors.
[[nodiscard]] Result<LabelRule> parse_label_rule(std::string_view text, std::string_view source);
// A word of --failure-threshold.
[[nodiscard]] std::optional<LintLevel> parse_failure_threshold(std::string_view word);

// `stronger` over `weaker`: single values of the stronger one count, lists are the weaker one's and
// then the stronger one's.
[[nodiscard]] HadolintConfig merged(HadolintConfig weaker, HadolintConfig stronger);

// Levels and ignores as the configuration wants them: overridden ones get their severity, ignored
// ones are marked suppressed (by = the mention's source).
void apply_hadolint_config(const HadolintConfig& config, std::vector<Finding>& findings);

}  // namespace corten::lint
