// SARIF 2.1.0 (OASIS), with what GitHub code scanning asks for beyond it: security-severity,
// primaryLocationLineHash, a physical location for every result, and at most 25,000 results.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_map>

#include "base/text.h"
#include "report/internal/by_file.h"
#include "report/internal/json_text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostResults = 25'000;  // of one run; GitHub refuses the file above it

const char* level_of(Severity severity) {
  switch (severity) {
    case Severity::Critical:
    case Severity::High:
      return "error";
    case Severity::Medium:
      return "warning";
    case Severity::Low:
    case Severity::Unknown:
    case Severity::Info:
      return "note";
  }
  return "note";
}

struct Band {
  double from = 0;
  double to = 0;
  double typical = 0;
};

// The bands in which GitHub turns a number into a word (CVSS 3.1, section 5).
std::optional<Band> band_of(Severity severity) {
  switch (severity) {
    case Severity::Critical:
      return Band{9.0, 10.0, 9.5};
    case Severity::High:
      return Band{7.0, 8.9, 8.0};
    case Severity::Medium:
      return Band{4.0, 6.9, 5.5};
    case Severity::Low:
      return Band{0.1, 3.9, 2.0};
    case Severity::Info:
      return Band{0.0, 0.0, 0.0};
    case Severity::Unknown:
      break;
  }
  return std::nullopt;
}

// The CVSS score where it leads to the severity that Corten shows; else (a distribution rated it
// otherwise) the middle of that severity's band, so that the reader sees the same word everywhere.
// Nothing for what nobody rated: any number would be ours, and GitHub would show its word.
std::optional<std::string> security_severity(const Finding& finding) {
  const auto band = band_of(finding.severity);
  if (!band) return std::nullopt;
  const double score = finding.vulnerability ? finding.vulnerability->score : 0;
  return fmt::format("{:.1f}", score >= band->from && score <= band->to ? score : band->typical);
}

std::string or_id(const std::string& text, const Finding& finding) {
  return trim(text).empty() ? finding.id : text;
}

std::string help_text(const Finding& finding, const Check* check) {
  std::string out = check != nullptr && !check->description.empty()
                        ? std::string(check->description)
                        : or_id(finding.title, finding);
  const std::string_view remedy =
      check != nullptr ? check->remediation : std::string_view(finding.remediation);
  if (!remedy.empty()) out.append("\n\nRemedy: ").append(remedy);
  if (check != nullptr && !check->bad.empty()) out.append("\n\nInstead of:\n\n").append(check->bad);
  if (check != nullptr && !check->good.empty()) out.append("\n\nwrite:\n\n").append(check->good);
  return out;
}

Json rule_json(const Finding& finding, const Check* check) {
  const std::string title =
      check != nullptr ? std::string(check->title) : or_id(finding.title, finding);
  const std::string description =
      check != nullptr && !check->description.empty() ? std::string(check->description) : title;
  Json rule = {{"id", finding.id},
               {"shortDescription", {{"text", title}}},
               {"fullDescription", {{"text", description}}}};
  const std::string_view link =
      check != nullptr && is_web_link(check->reference) ? check->reference : main_link(finding);
  if (!link.empty()) rule["helpUri"] = link;
  rule["help"] = {{"text", help_text(finding, check)}};
  rule["defaultConfiguration"] = {
      {"level", level_of(check != nullptr ? check->severity : finding.severity)}};
  rule["properties"] = {{"tags", {"security", name_of(finding.kind)}}, {"precision", "high"}};
  if (auto number = security_severity(finding))
    rule["properties"]["security-severity"] = *std::move(number);
  return rule;
}

// "libssl3 3.0.11-1 in nginx.tar: title. Fixed in 3.0.13."
std::string message_of(const Finding& finding) {
  std::string out;
  if (finding.package) out = fmt::format("{} {}", finding.package->name, finding.package->version);
  if (finding.package && !finding.subject.empty()) out += " in " + finding.subject;
  if (!out.empty()) out += ": ";
  out += or_id(finding.title, finding);
  if (!finding.fixed_versions.empty()) {
    out += ". Fixed in " + fixed_words(finding);
  } else if (finding.vulnerability) {
    out.append(". State: ").append(state_words(finding.vulnerability->state));
  }
  if (!finding.package && !finding.evidence.empty()) out += ". " + finding.evidence;
  if (!finding.remediation.empty()) out += ". " + finding.remediation;
  return out;
}

// The file where there is one (its path inside of the image for images), else the subject itself.
std::string uri_of(const Finding& finding) {
  if (finding.location && !relative_uri(finding.location->path).empty()) {
    return relative_uri(finding.location->path);
  }
  const std::string subject = relative_uri(finding.subject);
  return subject.empty() ? "unknown" : subject;
}

Json logical_locations(const Finding& finding) {
  Json out = Json::array();
  if (!finding.subject.empty()) out.push_back({{"name", finding.subject}, {"kind", "subject"}});
  if (finding.package) {
    const PackageRef& package = *finding.package;
    Json entry = {{"name", package.name}, {"kind", "package"}};
    if (!package.purl.empty()) entry["fullyQualifiedName"] = package.purl;
    out.push_back(std::move(entry));
  }
  return out;
}

// A byte column as a column of characters, where the line is at hand; else as it is.
std::uint64_t character_column(const std::string* line, std::uint32_t column) {
  if (line == nullptr || column - 1 > line->size()) return column;
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  return 1 +
         static_cast<std::uint64_t>(std::ranges::count_if(line->substr(0, column - 1), is_start));
}

Json region_json(const Report& report, const Finding& finding) {
  // GitHub shows a result only where it has a line; 1 stands for the whole file.
  Json region = {{"startLine", 1}};
  if (!finding.location || finding.location->line == 0) return region;
  const Location& at = *finding.location;
  region["startLine"] = at.line;
  const std::string* line = source_line(report, finding);
  if (at.column > 0) region["startColumn"] = character_column(line, at.column);
  if (at.column > 0 && at.end_line >= at.line && at.end_column > 0) {
    const bool one_line = at.end_line == at.line;
    region["endLine"] = at.end_line;
    region["endColumn"] = character_column(one_line ? line : nullptr, at.end_column);
  }
  return region;
}

Json location_json(const Report& report, const Finding& finding) {
  Json region = region_json(report, finding);
  Json out = {{"physicalLocation",
               {{"artifactLocation", {{"uri", uri_of(finding)}}}, {"region", std::move(region)}}}};
  Json logical = logical_locations(finding);
  if (!logical.empty()) out["logicalLocations"] = std::move(logical);
  return out;
}

// Stays the same when versions and lines move, so that a known result stays known.
std::string fingerprint_of(const Finding& finding) {
  std::string key = finding.id + '\0' + finding.subject + '\0';
  if (finding.package) key += finding.package->type + '\0' + finding.package->name;
  key += '\0' + (finding.location ? finding.location->path : std::string());
  if (!finding.package) key += '\0' + finding.title;
  return short_hash(key);
}

Json fixes_json(const Finding& finding) {
  Json changes = Json::array();
  for (const Edit& edit : finding.fix) {
    const std::uint32_t line = std::max<std::uint32_t>(edit.line, 1);
    // The deleted region ends before the first column of the line after the last one.
    const std::uint64_t end = std::uint64_t{std::max(edit.end_line, line)} + 1;
    std::string text = edit.replacement;
    if (!text.empty() && !text.ends_with('\n')) text.push_back('\n');
    changes.push_back(
        {{"artifactLocation", {{"uri", relative_uri(edit.path)}}},
         {"replacements",
          {{{"deletedRegion",
             {{"startLine", line}, {"startColumn", 1}, {"endLine", end}, {"endColumn", 1}}},
            {"insertedContent", {{"text", text}}}}}}});
  }
  return Json::array({{{"description", {{"text", or_id(finding.remediation, finding)}}},
                       {"artifactChanges", std::move(changes)}}});
}

Json properties_json(const Finding& finding) {
  Json out = {{"kind", name_of(finding.kind)}, {"severity", name_of(finding.severity)}};
  if (finding.package) {
    out["installedVersion"] = finding.package->version;
    out["fixedVersions"] = finding.fixed_versions;
  }
  if (is_exploited(finding)) out["exploited"] = true;
  if (finding.vulnerability && finding.vulnerability->epss) {
    out["epss"] = finding.vulnerability->epss->score;
  }
  if (finding.origin) out["origin"] = origin_words(*finding.origin);
  return out;
}

Json suppression_json(const Suppression& suppression) {
  std::string why = suppression.reason.empty() ? "no reason given" : suppression.reason;
  return Json::array({{{"kind", "external"},
                       {"status", "accepted"},
                       {"justification", why + " (" + suppression_words(suppression) + ")"}}});
}

// A line of JSON each: a whole document as one tree would take ten times its size in memory, and
// most of the time.
struct Lines {
  std::string text;

  void add(const Json& value) {
    text += text.empty() ? "\n" : ",\n";
    text += json_text(value, JsonLayout::Compact);
  }
};

struct Results {
  Lines rules;
  Lines results;
};

Json result_json(const Report& report, const Finding& finding, std::size_t rule_index,
                 std::string fingerprint) {
  Json result = {{"ruleId", finding.id},
                 {"ruleIndex", rule_index},
                 {"level", level_of(finding.severity)},
                 {"message", {{"text", message_of(finding)}}},
                 {"locations", Json::array({location_json(report, finding)})},
                 {"partialFingerprints", {{"primaryLocationLineHash", std::move(fingerprint)}}}};
  if (finding.suppressed) result["suppressions"] = suppression_json(*finding.suppressed);
  if (!finding.fix.empty()) result["fixes"] = fixes_json(finding);
  result["properties"] = properties_json(finding);
  return result;
}

Results results_of(const Report& report) {
  const CheckIndex catalogue(report.catalogue);
  Results out;
  std::unordered_map<std::string_view, std::size_t> rule_index;
  std::unordered_map<std::string, std::uint64_t> seen;
  const std::size_t count = std::min(report.findings.size(), kMostResults);
  for (const Finding& finding : std::span(report.findings).first(count)) {
    const auto [rule, is_new] = rule_index.try_emplace(finding.id, rule_index.size());
    if (is_new) out.rules.add(rule_json(finding, catalogue.find(finding.id)));
    const std::string hash = fingerprint_of(finding);
    out.results.add(
        result_json(report, finding, rule->second, fmt::format("{}:{}", hash, ++seen[hash])));
  }
  return out;
}

Json invocation_json(const Report& report) {
  Json notifications = Json::array();
  for (const SubjectError& error : report.errors) {
    notifications.push_back(
        {{"level", "error"},
         {"message", {{"text", fmt::format("{}: {}", error.subject, error.message)}}}});
  }
  if (report.findings.size() > kMostResults) {
    notifications.push_back(
        {{"level", "warning"},
         {"message",
          {{"text",
            fmt::format("the worst {} of {} findings are listed, the limit of code "
                        "scanning services; --format json has all",
                        grouped_number(kMostResults), grouped_number(report.findings.size()))}}}});
  }
  Json out = {{"executionSuccessful", report.errors.empty()}};
  if (report.created != Time{}) out["endTimeUtc"] = format_time(report.created);
  if (!notifications.empty()) out["toolExecutionNotifications"] = std::move(notifications);
  return out;
}

}  // namespace

Result<std::string> write_sarif(const Report& report, const Style&) {
  const Results results = results_of(report);
  const auto compact = [](const Json& value) { return json_text(value, JsonLayout::Compact); };
  // GitHub keeps results of different categories apart; without it a second image's upload would
  // close the first one's.
  Json category = Json::object();
  category["id"] = fmt::format("corten/{}/{}", report.command, relative_uri(report.subject.name));
  std::string out =
      "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\n"
      "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"Corten\",";
  if (!report.tool_version.empty()) out += "\"version\":" + compact(report.tool_version) + ",";
  out += "\"rules\":[" + results.rules.text + "]}},\n";
  out += "\"automationDetails\":" + compact(category) + ",\n";
  out += "\"invocations\":[" + compact(invocation_json(report)) + "],\n";
  if (!report.source_lines.empty()) out += "\"columnKind\":\"unicodeCodePoints\",\n";
  out += "\"results\":[" + results.results.text + "]}]}\n";
  return out;
}

}  // namespace corten::report
