#include "finding/ignores.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"
#include "finding/yaml.h"

namespace corten {

namespace {

struct Place {
  std::string_view name;
  std::size_t line = 0;

  [[nodiscard]] std::string text() const { return fmt::format("{}:{}", name, line); }
};

std::unexpected<Error> fail_line(const Place& place, std::string_view what, std::string hint = {}) {
  return fail(ErrorCode::Usage, fmt::format("{}: {}", place.text(), what), std::move(hint));
}

constexpr std::string_view kExample =
    "a rule is ID [package=GLOB] [path=GLOB] [subject=GLOB] [until=YYYY-MM-DD] # reason";

bool is_space(char c) { return c == ' ' || c == '\t'; }

// A line of .cortenignore in words, with quotes resolved, and the reason behind the first '#' that
// begins a word.
struct Words {
  std::vector<std::string> words;
  std::string reason;
};

Result<Words> split_words(std::string_view line, const Place& place) {
  Words out;
  for (std::size_t i = 0; i < line.size();) {
    if (is_space(line[i])) {
      ++i;
      continue;
    }
    if (line[i] == '#') {
      out.reason = trim(line.substr(i + 1));
      return out;
    }
    std::string word;
    bool quoted = false;
    for (; i < line.size() && (quoted || !is_space(line[i])); ++i) {
      if (line[i] == '"') {
        quoted = !quoted;
      } else if (quoted && line[i] == '\\' && i + 1 < line.size() &&
                 (line[i + 1] == '"' || line[i + 1] == '\\')) {
        word += line[++i];
      } else {
        word += line[i];
      }
    }
    if (quoted) return fail_line(place, "a quote is not closed");
    out.words.push_back(std::move(word));
  }
  return out;
}

Result<Time> read_date(std::string_view text, const Place& place) {
  if (const auto time = parse_time(text)) return *time;
  return fail_line(place, fmt::format("'{}' is no date", text), "dates are YYYY-MM-DD");
}

Status set_part(IgnoreRule& rule, std::string_view word, const Place& place) {
  const auto parts = split_once(word, '=');
  if (!parts)
    return fail_line(place, fmt::format("'{}' is not key=value", word), std::string(kExample));
  const auto [key, value] = *parts;
  if (value.empty()) return fail_line(place, fmt::format("'{}' has no value", key));
  if (key == "package") {
    rule.packages.emplace_back(value);
  } else if (key == "path") {
    rule.paths.emplace_back(value);
  } else if (key == "subject") {
    rule.subjects.emplace_back(value);
  } else if (key == "until") {
    if (rule.until) return fail_line(place, "'until' twice");
    CORTEN_TRY(rule.until, read_date(value, place));
  } else {
    const std::string_view meant = closest(key, {"package", "path", "subject", "until"});
    return fail_line(place,
                     meant.empty()
                         ? fmt::format("unknown key '{}'", key)
                         : fmt::format("unknown key '{}': did you mean '{}'?", key, meant),
                     std::string(kExample));
  }
  return {};
}

// The rule of one line that is neither empty nor a comment.
Result<IgnoreRule> read_corten_line(std::string_view line, const Place& place) {
  CORTEN_TRY(const Words words, split_words(line, place));
  IgnoreRule rule;
  rule.id = words.words.front();
  rule.source = place.text();
  rule.reason = words.reason;
  if (rule.id.empty() || rule.id.find('=') != std::string::npos) {
    return fail_line(place, "the line does not begin with an id", std::string(kExample));
  }
  for (std::size_t i = 1; i < words.words.size(); ++i) {
    CORTEN_CHECK(set_part(rule, words.words[i], place));
  }
  if (rule.reason.empty()) {
    return fail_line(
        place, fmt::format("the rule for {} has no reason", rule.id),
        fmt::format("say why at the end of the line: {} # why this does not matter here", rule.id));
  }
  if (rule.id == "*" && rule.packages.empty() && rule.paths.empty() && rule.subjects.empty()) {
    return fail_line(place, "'*' alone would ignore everything",
                     "add a package=, path= or subject= to it");
  }
  if (has_wildcard_in_id(rule)) {
    return fail_line(place, fmt::format("'{}': an id has no wildcards", rule.id),
                     "name each id, or write * with a package=, path= or subject=");
  }
  return rule;
}

// The rule of one line of .trivyignore. `above` is the comment in the lines directly above it.
Result<IgnoreRule> read_trivy_line(std::string_view line, std::string_view above,
                                   const Place& place) {
  IgnoreRule rule;
  rule.source = place.text();
  const auto comment = split_once(line, '#');
  std::string free_words;
  std::string fields(comment ? comment->first : line);
  std::ranges::replace(fields, '\t', ' ');
  for (const std::string_view field : split(fields, ' ')) {
    if (field.empty()) continue;
    if (rule.id.empty()) {
      rule.id = field;
    } else if (field.starts_with("exp:")) {
      CORTEN_TRY(rule.until, read_date(field.substr(4), place));
    } else {
      if (!free_words.empty()) free_words += ' ';
      free_words += field;
    }
  }
  // An id is never a wildcard here; taken as one it would hide everything.
  if (rule.id.empty() || rule.id == "*")
    return fail_line(place, fmt::format("'{}' is no id", rule.id));
  rule.reason = comment ? std::string(trim(comment->second)) : std::string();
  if (rule.reason.empty()) rule.reason = free_words;
  if (rule.reason.empty()) rule.reason = above;
  if (rule.reason.empty()) rule.reason = "no reason given";
  return rule;
}

enum class LineFormat { Corten, Trivy };

Result<std::vector<IgnoreRule>> parse_lines(std::string_view content, std::string_view name,
                                            LineFormat format) {
  std::vector<IgnoreRule> rules;
  std::string above;
  Place place{name};
  while (const auto raw = next_line(content)) {
    ++place.line;
    const std::string_view line = trim(*raw);
    if (line.empty()) above.clear();
    if (line.starts_with('#')) above = trim(line.substr(1));
    if (line.empty() || line.starts_with('#')) continue;
    if (rules.size() >= kMaxIgnoreRules) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{}: more than {} rules", place.text(), kMaxIgnoreRules));
    }
    CORTEN_TRY(IgnoreRule rule, format == LineFormat::Corten ? read_corten_line(line, place)
                                                             : read_trivy_line(line, above, place));
    rules.push_back(std::move(rule));
  }
  return rules;
}

constexpr std::array<std::string_view, 4> kTrivySections{"vulnerabilities", "misconfigurations",
                                                         "secrets", "licenses"};

Result<IgnoreRule> read_trivy_entry(const yaml::Item& item, std::string_view name) {
  const Place place{name, item.value_at.line};
  if (!item.value->is_map()) return fail_at(name, item.value_at, "a rule is a map with an id");
  IgnoreRule rule;
  rule.source = place.text();
  for (const yaml::Entry& entry : item.value->entries) {
    if (entry.name() == "id") {
      CORTEN_TRY(rule.id, yaml_text(name, entry));
    } else if (entry.name() == "paths") {
      CORTEN_TRY(rule.paths, yaml_texts(name, entry));
    } else if (entry.name() == "purls") {
      CORTEN_TRY(rule.packages, yaml_texts(name, entry));
    } else if (entry.name() == "statement") {
      CORTEN_TRY(rule.reason, yaml_text(name, entry));
    } else if (entry.name() == "expired_at") {
      CORTEN_TRY(const std::string date, yaml_text(name, entry));
      CORTEN_TRY(rule.until, read_date(date, Place{name, entry.at().line}));
    } else {
      return fail_unknown_key(name, entry, {"id", "paths", "purls", "statement", "expired_at"});
    }
  }
  if (rule.id.empty() || rule.id == "*") return fail_at(name, item.value_at, "the rule has no id");
  if (const auto bad = std::ranges::find_if_not(
          rule.packages, [](const std::string& purl) { return purl.starts_with("pkg:"); });
      bad != rule.packages.end()) {
    return fail_at(name, item.value_at, fmt::format("'{}' is no package URL", *bad));
  }
  if (rule.reason.empty()) rule.reason = "no reason given";
  return rule;
}

Result<std::vector<IgnoreRule>> parse_trivy_yaml(std::string_view content, std::string_view name) {
  CORTEN_TRY(const yaml::Stream stream, parse_yaml(content, name));
  const yaml::Node& root = stream.root();
  std::vector<IgnoreRule> rules;
  if (root.is_null()) return rules;
  if (!root.is_map()) {
    return fail_at(name, root.at, "an ignore file is a map of sections");
  }
  for (const yaml::Entry& section : root.entries) {
    if (std::ranges::find(kTrivySections, section.name()) == kTrivySections.end()) {
      return fail_unknown_key(name, section, {kTrivySections.begin(), kTrivySections.end()});
    }
    if (section.value->is_null()) continue;
    if (!section.value->is_sequence()) {
      return fail_at(name, section.value_at,
                     fmt::format("'{}' is a list of rules", section.name()));
    }
    for (const yaml::Item& item : section.value->items) {
      CORTEN_TRY(IgnoreRule rule, read_trivy_entry(item, name));
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

}  // namespace

Result<std::vector<IgnoreRule>> parse_ignores(std::string_view content, std::string_view name) {
  if (content.size() > kMaxIgnoreFileBytes) {
    return fail(ErrorCode::LimitExceeded, fmt::format("{}: larger than the limit of {}", name,
                                                      format_size(kMaxIgnoreFileBytes)));
  }
  if (content.starts_with("\xEF\xBB\xBF"))
    content.remove_prefix(3);  // byte order mark of Windows editors
  const std::string_view file = name.substr(name.rfind('/') + 1);
  if (file.ends_with(".yaml") || file.ends_with(".yml")) return parse_trivy_yaml(content, name);
  const bool trivy = file.find("trivyignore") != std::string_view::npos;
  return parse_lines(content, name, trivy ? LineFormat::Trivy : LineFormat::Corten);
}

Result<std::vector<IgnoreRule>> read_ignore_file(const std::filesystem::path& path) {
  CORTEN_TRY(const std::string content, read_file(path, kMaxIgnoreFileBytes));
  return parse_ignores(content, path.native());
}

}  // namespace corten
