#include "lint/hadolint_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "base/file.h"
#include "base/text.h"
#include "finding/yaml.h"
#include "yaml/access.h"

namespace corten::lint {

namespace {

namespace fs = std::filesystem;

struct NamedType {
  std::string_view name;
  LabelType type;
};
constexpr std::array kLabelTypes = {
    NamedType{"text", LabelType::Text},     NamedType{"rfc3339", LabelType::Rfc3339},
    NamedType{"semver", LabelType::Semver}, NamedType{"url", LabelType::Url},
    NamedType{"hash", LabelType::Hash},     NamedType{"spdx", LabelType::Spdx},
    NamedType{"email", LabelType::Email},
};
constexpr std::string_view kTypeHint = "one of: text, rfc3339, semver, url, hash, spdx, email";
constexpr std::string_view kThresholdHint = "one of: error, warning, info, style, ignore, none";

bool is_truthy(std::string_view text) {
  const std::string word = to_lower(trim(text));
  constexpr std::array<std::string_view, 5> kTrue = {"1", "y", "on", "true", "yes"};
  return std::ranges::find(kTrue, word) != kTrue.end();
}

std::unexpected<Error> fail_value(std::string_view file, const yaml::Entry& entry,
                                  std::string_view value, std::string hint) {
  return fail_at(file, entry.value_at, fmt::format("{} cannot be '{}'", entry.name(), value),
                 std::move(hint));
}

// A list of words with their places. An absent value is an empty list, as `ignored:` alone is
// common.
struct PlacedText {
  std::string text;
  std::uint32_t line = 0;
};
Result<std::vector<PlacedText>> placed_texts(std::string_view file, const yaml::Entry& entry) {
  std::vector<PlacedText> out;
  if (entry.value->is_null()) return out;
  if (!entry.value->is_sequence()) {
    return fail_at(file, entry.value_at, fmt::format("{} is not a list", entry.name()),
                   "write it as [A, B]");
  }
  for (const yaml::Item& item : entry.value->items) {
    const std::string_view text = yaml::text(item.value);
    if (text.empty()) {
      return fail_at(file, item.value_at,
                     fmt::format("{} holds something that is no word", entry.name()));
    }
    out.push_back({std::string(text), item.value_at.line});
  }
  return out;
}

Result<std::optional<bool>> read_bool(std::string_view file, const yaml::Entry& entry) {
  if (entry.value->is_null()) return std::nullopt;
  CORTEN_TRY(const std::string text, yaml_text(file, entry));
  const auto value = yaml::parse_bool(text);
  if (!value) return fail_value(file, entry, text, "true or false");
  return value;
}

Status set_ignored(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  CORTEN_TRY(std::vector<PlacedText> ids, placed_texts(file, entry));
  for (PlacedText& id : ids) {
    config.ignored.push_back({std::move(id.text), fmt::format("{}:{}", file, id.line)});
  }
  return {};
}

Status set_override(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  if (entry.value->is_null()) return {};
  if (!entry.value->is_map()) {
    return fail_at(file, entry.value_at, "override is not a map of levels",
                   "write it as override: {warning: [DL3042]}");
  }
  for (const yaml::Entry& part : entry.value->entries) {
    const auto level = parse_lint_level(part.name());
    if (!level) return fail_unknown_key(file, part, {"error", "warning", "info", "style"});
    CORTEN_TRY(std::vector<PlacedText> ids, placed_texts(file, part));
    for (PlacedText& id : ids) {
      config.overrides.push_back({std::move(id.text), *level, fmt::format("{}:{}", file, id.line)});
    }
  }
  return {};
}

Status set_registries(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  CORTEN_TRY(std::vector<PlacedText> names, placed_texts(file, entry));
  for (PlacedText& name : names) config.trusted_registries.push_back(std::move(name.text));
  return {};
}

Status set_labels(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  if (entry.value->is_null()) return {};
  if (!entry.value->is_map()) {
    return fail_at(file, entry.value_at, "label-schema is not a map of labels to types",
                   "write it as label-schema: {version: semver}");
  }
  for (const yaml::Entry& label : entry.value->entries) {
    // Nothing and an empty text are the type text.
    const bool is_word = label.value->is_scalar() || label.value->is_null();
    const std::string_view word = yaml::text(label.value);
    const auto type = is_word ? parse_label_type(word) : std::nullopt;
    if (!type) return fail_value(file, label, word, std::string(kTypeHint));
    config.labels.push_back({std::string(label.name()), *type});
  }
  return {};
}

Status set_threshold(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  if (entry.value->is_null()) return {};
  CORTEN_TRY(const std::string word, yaml_text(file, entry));
  config.failure_threshold = parse_failure_threshold(word);
  if (!config.failure_threshold) return fail_value(file, entry, word, std::string(kThresholdHint));
  return {};
}

Status add_formats(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  if (entry.value->is_null()) return {};
  CORTEN_TRY(std::vector<std::string> names, yaml_texts(file, entry));
  std::ranges::move(names, std::back_inserter(config.formats));
  return {};
}

template <std::optional<bool> HadolintConfig::* Member>
Status set_bool(std::string_view file, const yaml::Entry& entry, HadolintConfig& config) {
  CORTEN_TRY(config.*Member, read_bool(file, entry));
  return {};
}

struct Key {
  std::string_view name;
  Status (*set)(std::string_view file, const yaml::Entry& entry, HadolintConfig& config);
};

constexpr std::array kKeys = {
    Key{"ignored", set_ignored},
    Key{"override", set_override},
    Key{"trustedRegistries", set_registries},
    Key{"label-schema", set_labels},
    Key{"strict-labels", set_bool<&HadolintConfig::strict_labels>},
    Key{"failure-threshold", set_threshold},
    Key{"disable-ignore-pragma", set_bool<&HadolintConfig::disable_ignore_pragma>},
    Key{"no-fail", set_bool<&HadolintConfig::no_fail>},
    Key{"no-color", set_bool<&HadolintConfig::no_color>},
    Key{"format", add_formats},
    Key{"formats", add_formats},
};

// The words of a comma list; empty ones are left out.
std::vector<std::string> words_of(const std::optional<std::string>& list) {
  std::vector<std::string> out;
  if (!list) return out;
  for (const std::string_view part : split(*list, ',')) {
    if (const std::string_view word = trim(part); !word.empty()) out.emplace_back(word);
  }
  return out;
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> from) {
  std::ranges::move(from, std::back_inserter(to));
}

bool same_id(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

bool names_finding(std::string_view id, const Finding& finding) {
  return same_id(id, finding.id) ||
         std::ranges::any_of(finding.aliases,
                             [&](const std::string& alias) { return same_id(id, alias); });
}

}  // namespace

std::optional<LabelType> parse_label_type(std::string_view name) {
  if (name.empty()) return LabelType::Text;
  const auto found = std::ranges::find(kLabelTypes, name, &NamedType::name);
  if (found == kLabelTypes.end()) return std::nullopt;
  return found->type;
}

std::optional<LintLevel> parse_failure_threshold(std::string_view word) {
  if (word == "ignore" || word == "none") return LintLevel::Style;
  return parse_lint_level(word);
}

std::optional<LintLevel> HadolintConfig::level_for(std::string_view id) const {
  std::optional<LintLevel> highest;
  for (const LevelOverride& mention : overrides) {
    if (same_id(mention.id, id) && (!highest || mention.level > *highest)) highest = mention.level;
  }
  return highest;
}

const IgnoredRule* HadolintConfig::ignores(const Finding& finding) const {
  const auto found = std::ranges::find_if(
      ignored, [&](const IgnoredRule& rule) { return names_finding(rule.id, finding); });
  return found == ignored.end() ? nullptr : &*found;
}

std::optional<LabelType> HadolintConfig::label_type(std::string_view name) const {
  for (const LabelRule& rule : std::views::reverse(labels)) {
    if (rule.name == name) return rule.type;
  }
  return std::nullopt;
}

Result<HadolintConfig> parse_hadolint_config(std::string_view content, std::string_view name) {
  CORTEN_TRY(const yaml::Stream stream, parse_yaml(content, name));
  const yaml::Node& root = stream.root();
  HadolintConfig config;
  if (root.is_null()) return config;
  if (!root.is_map()) {
    return fail_at(name, root.at, "the file is not a map of keys");
  }
  for (const yaml::Entry& entry : root.entries) {
    const auto key = std::ranges::find(kKeys, entry.name(), &Key::name);
    if (key == kKeys.end()) {
      std::vector<std::string_view> known;
      for (const Key& row : kKeys) known.push_back(row.name);
      return fail_unknown_key(name, entry, known);
    }
    CORTEN_CHECK(key->set(name, entry, config));
  }
  return config;
}

Result<HadolintConfig> read_hadolint_config(const fs::path& path) {
  CORTEN_TRY(const std::string content, read_file(path, kMaxYamlBytes));
  return parse_hadolint_config(content, path.native());
}

std::optional<fs::path> find_hadolint_config(const fs::path& folder,
                                             const Environment& environment) {
  std::vector<fs::path> stems = {folder / ".hadolint"};
  const auto home = environment("HOME");
  const auto settings = environment("XDG_CONFIG_HOME");
  if (settings && !settings->empty()) {
    stems.push_back(fs::path(*settings) / "hadolint");
  } else if (home && !home->empty()) {
    stems.push_back(fs::path(*home) / ".config/hadolint");
  }
  if (home && !home->empty()) {
    for (const char* name : {".hadolint/hadolint", ".hadolint/config", ".hadolint"}) {
      stems.push_back(fs::path(*home) / name);
    }
  }
  for (const fs::path& stem : stems) {
    for (const char* extension : {".yaml", ".yml"}) {
      fs::path path = stem;
      path += extension;
      std::error_code error;
      // A folder of that name is no file; what exists and cannot be read is found, and then fails.
      const fs::file_status status = fs::status(path, error);
      if (fs::exists(status) && !fs::is_directory(status)) return path;
    }
  }
  return std::nullopt;
}

Result<LabelRule> parse_label_rule(std::string_view text, std::string_view source) {
  // Label names hold dots and slashes, and no colon (reverse DNS notation).
  const auto parts = split_once(text, ':');
  const std::string_view name = trim(parts ? parts->first : text);
  const std::string_view word = trim(parts ? parts->second : std::string_view());
  const auto type = parse_label_type(word);
  if (name.empty()) {
    return fail(ErrorCode::Usage, fmt::format("{}: '{}' names no label", source, text),
                "write it as name:type");
  }
  if (!type) {
    return fail(ErrorCode::Usage, fmt::format("{}: there is no label type '{}'", source, word),
                std::string(kTypeHint));
  }
  return LabelRule{std::string(name), *type};
}

Result<HadolintConfig> hadolint_environment(const Environment& environment) {
  HadolintConfig config;
  for (std::string& id : words_of(environment("HADOLINT_IGNORE"))) {
    config.ignored.push_back({std::move(id), "HADOLINT_IGNORE"});
  }
  for (const LintLevel level :
       {LintLevel::Error, LintLevel::Warning, LintLevel::Info, LintLevel::Style}) {
    std::string name = "HADOLINT_OVERRIDE_";
    for (const char* c = name_of(level); *c != '\0'; ++c) name += static_cast<char>(*c - 32);
    for (std::string& id : words_of(environment(name))) {
      config.overrides.push_back({std::move(id), level, name});
    }
  }
  config.trusted_registries = words_of(environment("HADOLINT_TRUSTED_REGISTRIES"));
  // The name that hadolint itself reads in some versions.
  append(config.trusted_registries, words_of(environment("HADOLINT_ALLOWED_REGISTRIES")));
  for (const std::string& text : words_of(environment("HADOLINT_REQUIRE_LABELS"))) {
    CORTEN_TRY(LabelRule rule, parse_label_rule(text, "HADOLINT_REQUIRE_LABELS"));
    config.labels.push_back(std::move(rule));
  }
  const auto truthy = [&](const char* name) -> std::optional<bool> {
    const auto value = environment(name);
    if (!value) return std::nullopt;
    return is_truthy(*value);
  };
  config.strict_labels = truthy("HADOLINT_STRICT_LABELS");
  config.no_fail = truthy("HADOLINT_NOFAIL");
  config.verbose = truthy("HADOLINT_VERBOSE");
  config.disable_ignore_pragma = truthy("HADOLINT_DISABLE_IGNORE_PRAGMA");
  if (const auto value = environment("NO_COLOR"); value && !value->empty()) config.no_color = true;
  if (const auto word = environment("HADOLINT_FAILURE_THRESHOLD"); word && !word->empty()) {
    config.failure_threshold = parse_failure_threshold(*word);
    if (!config.failure_threshold) {
      return fail(ErrorCode::Usage, fmt::format("HADOLINT_FAILURE_THRESHOLD cannot be '{}'", *word),
                  std::string(kThresholdHint));
    }
  }
  config.formats = words_of(environment("HADOLINT_FORMAT"));
  return config;
}

HadolintConfig merged(HadolintConfig weaker, HadolintConfig stronger) {
  HadolintConfig out = std::move(weaker);
  append(out.ignored, std::move(stronger.ignored));
  append(out.overrides, std::move(stronger.overrides));
  append(out.trusted_registries, std::move(stronger.trusted_registries));
  append(out.labels, std::move(stronger.labels));
  // Formats come in pairs with outputs, which only the command line has: no adding up.
  if (!stronger.formats.empty()) out.formats = std::move(stronger.formats);
  const auto replace = [](auto& value, const auto& by) {
    if (by) value = by;
  };
  replace(out.strict_labels, stronger.strict_labels);
  replace(out.no_fail, stronger.no_fail);
  replace(out.no_color, stronger.no_color);
  replace(out.verbose, stronger.verbose);
  replace(out.disable_ignore_pragma, stronger.disable_ignore_pragma);
  replace(out.failure_threshold, stronger.failure_threshold);
  return out;
}

void apply_hadolint_config(const HadolintConfig& config, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    std::optional<LintLevel> level = config.level_for(finding.id);
    for (const std::string& alias : finding.aliases) {
      const auto other = config.level_for(alias);
      if (other && (!level || *other > *level)) level = other;
    }
    if (level) finding.severity = severity_of(*level);
    if (finding.suppressed) continue;
    if (const IgnoredRule* rule = config.ignores(finding)) {
      finding.suppressed = Suppression{.by = rule->source, .reason = "ignored rule", .until = {}};
    }
  }
}

}  // namespace corten::lint
