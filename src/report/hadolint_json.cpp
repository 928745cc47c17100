// hadolint's JSON formats: its own list, Code Climate (also as GitLab reads it), SonarQube, Codacy.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "finding/lint_level.h"
#include "report/internal/by_file.h"
#include "report/internal/json_text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

using Json = nlohmann::ordered_json;

// Calls use(file, finding) for each, in the order of the output.
void for_each_finding(const Report& report, auto&& use) {
  for (const FileFindings& file : by_file(report)) {
    for (const Finding* finding : file.findings) use(file, *finding);
  }
}

// A document a finding, as one array: a line each, since a tree of all would take ten times the
// memory.
std::string array_of(const std::vector<std::string>& items) {
  std::string out = "[";
  for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "\n" : ",\n") + items[i];
  return out + (items.empty() ? "]\n" : "\n]\n");
}

std::string compact(const Json& value) { return json_text(value, JsonLayout::Compact); }

// Code Climate's words (its specification, "Issues"): info, minor, major, critical, blocker.
// hadolint's choice of them.
const char* codeclimate_severity(Severity severity) {
  switch (level_of(severity)) {
    case LintLevel::Error:
      return "blocker";
    case LintLevel::Warning:
      return "major";
    case LintLevel::Info:
      return "info";
    case LintLevel::Style:
      return "minor";
  }
  return "minor";
}

Json codeclimate_issue(const FileFindings& file, const Finding& finding) {
  const std::uint32_t line = spot_of(finding).line;
  const std::uint32_t last = finding.location ? std::max(line, finding.location->end_line) : line;
  return {{"type", "issue"},
          {"check_name", finding.id},
          {"description", message_line(finding)},
          {"categories", Json::array({"Bug Risk"})},
          {"location", {{"path", file.path}, {"lines", {{"begin", line}, {"end", last}}}}},
          {"severity", codeclimate_severity(finding.severity)}};
}

const char* sonar_severity(const Finding& finding) {
  if (finding.id == "DL1000") return "BLOCKER";
  switch (level_of(finding.severity)) {
    case LintLevel::Error:
      return "CRITICAL";
    case LintLevel::Warning:
      return "MAJOR";
    case LintLevel::Info:
      return "MINOR";
    case LintLevel::Style:
      return "INFO";
  }
  return "INFO";
}

}  // namespace

Result<std::string> write_hadolint_json(const Report& report, const Style&) {
  std::vector<std::string> items;
  for_each_finding(report, [&](const FileFindings& file, const Finding& finding) {
    const Spot spot = spot_of(finding);
    items.push_back(compact({{"file", file.path},
                             {"line", spot.line},
                             {"column", spot.column},
                             {"level", name_of(level_of(finding.severity))},
                             {"code", finding.id},
                             {"message", message_line(finding)}}));
  });
  return array_of(items);
}

Result<std::string> write_codeclimate(const Report& report, const Style&) {
  std::string out;
  for_each_finding(report, [&](const FileFindings& file, const Finding& finding) {
    out += compact(codeclimate_issue(file, finding));
    out.push_back('\0');
  });
  return out;
}

Result<std::string> write_gitlab_codeclimate(const Report& report, const Style&) {
  std::vector<std::string> items;
  std::unordered_map<std::string, std::uint64_t> seen;
  for_each_finding(report, [&](const FileFindings& file, const Finding& finding) {
    Json issue = codeclimate_issue(file, finding);
    // Without the line, so that a known finding stays known when the lines above it change.
    std::string key = finding.id;
    key.append(1, '\0').append(file.path).append(1, '\0').append(message_line(finding));
    const std::string hash = short_hash(key);
    const std::uint64_t ordinal = ++seen[hash];
    issue["fingerprint"] = ordinal == 1 ? hash : short_hash(fmt::format("{}:{}", hash, ordinal));
    items.push_back(compact(issue));
  });
  return array_of(items);
}

// SonarQube's "generic issue import format". Columns are left out: one that lies outside of its
// line makes SonarQube refuse the whole file, and it counts them in another unit.
Result<std::string> write_sonarqube(const Report& report, const Style&) {
  std::vector<std::string> items;
  for_each_finding(report, [&](const FileFindings& file, const Finding& finding) {
    Json range = {{"startLine", spot_of(finding).line}};
    if (finding.location && finding.location->end_line > spot_of(finding).line) {
      range["endLine"] = finding.location->end_line;
    }
    const bool is_bug = level_of(finding.severity) == LintLevel::Error;
    items.push_back(compact({{"engineId", "Hadolint"},
                             {"ruleId", finding.id},
                             {"severity", sonar_severity(finding)},
                             {"type", is_bug ? "BUG" : "CODE_SMELL"},
                             {"primaryLocation",
                              {{"message", message_line(finding)},
                               {"filePath", file.path},
                               {"textRange", std::move(range)}}}}));
  });
  return "{\"issues\":" + array_of(items) + "}\n";
}

Result<std::string> write_codacy(const Report& report, const Style&) {
  std::string out;
  for_each_finding(report, [&](const FileFindings& file, const Finding& finding) {
    out += compact({{"filename", file.path},
                    {"patternId", finding.id},
                    {"message", message_line(finding)},
                    {"line", spot_of(finding).line}});
    out.push_back('\n');
  });
  return out;
}

}  // namespace corten::report
