#include "finding/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/file.h"
#include "base/text.h"
#include "finding/yaml.h"
#include "yaml/access.h"

namespace corten {

namespace {

// What the readers of values need to know besides the value.
struct Context {
  std::string name;              // of the file, for errors
  std::filesystem::path folder;  // for relative paths
};

std::unexpected<Error> fail_value(const Context& context, const yaml::Entry& entry,
                                  std::string_view what, std::string hint = {}) {
  return fail_at(context.name, entry.value_at, fmt::format("'{}' is {}", entry.name(), what),
                 std::move(hint));
}

Result<Severity> read_severity(const Context& context, const yaml::Entry& entry,
                               std::vector<std::string_view> words) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  if (const auto severity = parse_severity(text)) return *severity;
  words.insert(words.end(), {"critical", "high", "medium", "low", "unknown", "info"});
  const std::string_view meant = closest(to_lower(text), words);
  return fail_value(context, entry,
                    meant.empty() ? fmt::format("'{}', which is no severity", text)
                                  : fmt::format("'{}': did you mean '{}'?", text, meant),
                    fmt::format("known are {}", fmt::join(words, ", ")));
}

Result<bool> read_flag(const Context& context, const yaml::Entry& entry) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  if (const auto flag = yaml::parse_bool(text)) return *flag;
  return fail_value(context, entry, fmt::format("'{}', and must be true or false", text));
}

std::filesystem::path resolved(const Context& context, const std::string& text) {
  const std::filesystem::path path(text);
  return path.is_absolute() || context.folder.empty() ? path : context.folder / path;
}

Result<std::filesystem::path> read_path(const Context& context, const yaml::Entry& entry) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  return resolved(context, text);
}

Result<std::vector<std::string>> read_paths(const Context& context, const yaml::Entry& entry) {
  CORTEN_TRY(std::vector<std::string> paths, yaml_texts(context.name, entry));
  for (std::string& path : paths) path = resolved(context, path).native();
  return paths;
}

Status set_severity(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.severity, read_severity(context, entry, {}));
  return {};
}

Status set_fail_on(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  config.never_fails = is_never(text);
  if (config.never_fails) return {};
  CORTEN_TRY(config.fail_on, read_severity(context, entry, {"never"}));
  return {};
}

Status set_ignore_unfixed(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.ignore_unfixed, read_flag(context, entry));
  return {};
}

Status set_format(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.format, yaml_text(context.name, entry));
  return {};
}

Status set_output(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.output, yaml_text(context.name, entry));
  return {};
}

Status set_offline(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.offline, read_flag(context, entry));
  return {};
}

Status set_platform(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  const auto parts = split(text, '/');
  const bool empty_part =
      std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); });
  if (parts.size() < 2 || parts.size() > 3 || empty_part) {
    return fail_value(context, entry, fmt::format("'{}', and must be OS/ARCH[/VARIANT]", text),
                      "for example linux/amd64 or linux/arm/v7");
  }
  config.platform = text;
  return {};
}

Status set_ignore_files(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.ignore_files, read_paths(context, entry));
  return {};
}

Status set_vex(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.vex, read_paths(context, entry));
  return {};
}

Status set_jobs(const Context& context, const yaml::Entry& entry, Config& config) {
  constexpr std::size_t kMaxJobs = 1024;
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  const auto number = parse_number<std::size_t>(text);
  if (!number || *number == 0 || *number > kMaxJobs) {
    return fail_value(context, entry, fmt::format("'{}', and must be 1 to {}", text, kMaxJobs));
  }
  config.jobs = number;
  return {};
}

Status set_max_memory(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(const std::string text, yaml_text(context.name, entry));
  config.max_memory = parse_size(text);
  if (!config.max_memory) {
    return fail_value(context, entry, fmt::format("'{}', which is no size", text),
                      "for example 512MiB or 2GB");
  }
  return {};
}

Status set_cache_dir(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_TRY(config.cache_dir, read_path(context, entry));
  return {};
}

Status expect_map(const Context& context, const yaml::Entry& entry) {
  if (entry.value->is_map() || entry.value->is_null()) return {};
  return fail_value(context, entry, "not a map of keys");
}

Status set_db(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_CHECK(expect_map(context, entry));
  for (const yaml::Entry& part : entry.value->entries) {
    if (part.name() == "path") {
      CORTEN_TRY(config.db.path, read_path(context, part));
    } else if (part.name() == "max-age") {
      CORTEN_TRY(const std::string text, yaml_text(context.name, part));
      config.db.max_age = parse_duration(text);
      if (!config.db.max_age) {
        return fail_value(context, part, fmt::format("'{}', which is no duration", text),
                          "for example 24h or 7d");
      }
    } else if (part.name() == "mirrors") {
      CORTEN_TRY(config.db.mirrors, yaml_texts(context.name, part));
    } else {
      return fail_unknown_key(context.name, part, {"path", "max-age", "mirrors"});
    }
  }
  return {};
}

Status set_feeds(const Context& context, const yaml::Entry& entry, Config& config) {
  CORTEN_CHECK(expect_map(context, entry));
  for (const yaml::Entry& feed : entry.value->entries) {
    CORTEN_TRY(const std::string url, yaml_text(context.name, feed));
    if (url != "on" && url != "off" && url.find("://") == std::string::npos) {
      return fail_value(context, feed, fmt::format("'{}', which is no URL", url),
                        "for example https://mirror.example/osv or file:///srv/osv");
    }
    config.feeds[std::string(feed.name())] = url;
  }
  return {};
}

Result<IgnoreRule> read_ignore(const Context& context, const yaml::Item& item) {
  if (!item.value->is_map())
    return fail_at(context.name, item.value_at, "an ignore rule is a map with id and reason");
  IgnoreRule rule;
  rule.source = fmt::format("{}:{}", context.name, item.value_at.line);
  for (const yaml::Entry& part : item.value->entries) {
    if (part.name() == "id") {
      CORTEN_TRY(rule.id, yaml_text(context.name, part));
    } else if (part.name() == "package") {
      CORTEN_TRY(rule.packages, yaml_texts(context.name, part));
    } else if (part.name() == "path") {
      CORTEN_TRY(rule.paths, yaml_texts(context.name, part));
    } else if (part.name() == "subject") {
      CORTEN_TRY(rule.subjects, yaml_texts(context.name, part));
    } else if (part.name() == "reason") {
      CORTEN_TRY(rule.reason, yaml_text(context.name, part));
    } else if (part.name() == "until") {
      CORTEN_TRY(const std::string text, yaml_text(context.name, part));
      rule.until = parse_time(text);
      if (!rule.until) {
        return fail_value(context, part, fmt::format("'{}', which is no date", text),
                          "dates are YYYY-MM-DD");
      }
    } else {
      return fail_unknown_key(context.name, part,
                              {"id", "package", "path", "subject", "reason", "until"});
    }
  }
  const auto incomplete = [&](std::string_view what, std::string hint) {
    return fail_at(context.name, item.value_at, what, std::move(hint));
  };
  if (rule.id.empty()) return incomplete("the ignore rule has no id", {});
  if (trim(rule.reason).empty()) {
    return incomplete(fmt::format("the ignore rule for {} has no reason", rule.id),
                      "add `reason:` and say why it does not matter here");
  }
  if (rule.id == "*" && rule.packages.empty() && rule.paths.empty() && rule.subjects.empty()) {
    return incomplete("'*' alone would ignore everything", "add package, path or subject to it");
  }
  if (has_wildcard_in_id(rule)) {
    return incomplete(fmt::format("'{}': an id has no wildcards", rule.id),
                      "name each id, or write '*' with package, path or subject");
  }
  return rule;
}

Status set_ignore(const Context& context, const yaml::Entry& entry, Config& config) {
  if (entry.value->is_null()) return {};
  if (!entry.value->is_sequence()) return fail_value(context, entry, "not a list of rules");
  for (const yaml::Item& item : entry.value->items) {
    CORTEN_TRY(IgnoreRule rule, read_ignore(context, item));
    config.ignores.push_back(std::move(rule));
  }
  return {};
}

struct Key {
  std::string_view name;
  Status (*set)(const Context& context, const yaml::Entry& entry, Config& config);
};

constexpr std::array<Key, 15> kKeys{{
    {"severity", set_severity},
    {"fail-on", set_fail_on},
    {"ignore-unfixed", set_ignore_unfixed},
    {"format", set_format},
    {"output", set_output},
    {"offline", set_offline},
    {"db", set_db},
    {"platform", set_platform},
    {"ignore", set_ignore},
    {"ignore-files", set_ignore_files},
    {"vex", set_vex},
    {"jobs", set_jobs},
    {"max-memory", set_max_memory},
    {"cache-dir", set_cache_dir},
    {"feeds", set_feeds},
}};

// The number in front of `text`, which is left with the unit. Decimal fractions allowed, no sign or
// exponent.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_number<double>(text.substr(0, end));
  text.remove_prefix(end);
  text = trim(text);
  return number;
}

}  // namespace

bool is_never(std::string_view text) {
  const std::string word = to_lower(text);
  return word == "never" || word == "none";
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  text = trim(text);
  const auto number = take_number(text);
  const double unit = text == "s"   ? 1
                      : text == "m" ? 60
                      : text == "h" ? 3600
                      : text == "d" ? 86'400
                      : text == "w" ? 604'800
                                    : 0;
  constexpr double kHundredYears = 36'525.0 * 86'400;
  if (!number || unit == 0 || *number * unit > kHundredYears) return std::nullopt;
  return std::chrono::seconds(std::llround(*number * unit));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  text = trim(text);
  const auto number = take_number(text);
  std::string unit = to_lower(text);
  constexpr std::string_view kPrefixes = "kmgt";
  double factor = 1;
  if (!unit.empty() && kPrefixes.find(unit.front()) != std::string_view::npos) {
    const double step = unit.substr(1) == "b" ? 1000 : 1024;
    factor = std::pow(step, static_cast<double>(kPrefixes.find(unit.front()) + 1));
    unit.erase(0, 1);
    if (unit == "ib") unit.erase(0, 1);
  }
  constexpr double kMaxBytes = 1e18;
  if (!number || (!unit.empty() && unit != "b") || *number * factor > kMaxBytes)
    return std::nullopt;
  return static_cast<std::uint64_t>(*number * factor);
}

Result<Config> parse_config(std::string_view content, const std::filesystem::path& path) {
  const Context context{path.native(), path.parent_path()};
  CORTEN_TRY(const yaml::Stream stream, parse_yaml(content, context.name));
  const yaml::Node& root = stream.root();
  Config config;
  if (root.is_null()) return config;
  if (!root.is_map()) {
    return fail_at(context.name, root.at, "the file is not a map of keys");
  }
  for (const yaml::Entry& entry : root.entries) {
    const auto key = std::ranges::find(kKeys, entry.name(), &Key::name);
    if (key == kKeys.end()) {
      std::vector<std::string_view> known;
      for (const Key& row : kKeys) known.push_back(row.name);
      return fail_unknown_key(context.name, entry, known);
    }
    CORTEN_CHECK(key->set(context, entry, config));
  }
  return config;
}

Result<Config> read_config(const std::filesystem::path& path) {
  CORTEN_TRY(const std::string content, read_file(path, kMaxYamlBytes));
  return parse_config(content, path);
}

}  // namespace corten
