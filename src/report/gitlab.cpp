// GitLab's container scanning report. Its schema is GitLab's own; version 15.2.1 is one that
// current servers know.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/internal/json_text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

using Json = nlohmann::ordered_json;

const char* severity_word(Severity severity) {
  switch (severity) {
    case Severity::Critical:
      return "Critical";
    case Severity::High:
      return "High";
    case Severity::Medium:
      return "Medium";
    case Severity::Low:
      return "Low";
    case Severity::Unknown:
      return "Unknown";
    case Severity::Info:
      return "Info";
  }
  return "Unknown";
}

// The types that GitLab links and merges by; anything else is this tool's own.
std::string identifier_type(std::string_view id) {
  if (id.starts_with("CVE-")) return "cve";
  if (id.starts_with("GHSA-")) return "ghsa";
  if (id.starts_with("RHSA-")) return "rhsa";
  if (id.starts_with("USN-")) return "usn";
  return "corten";
}

Json identifier_json(std::string_view id, std::string_view link) {
  Json out = {{"type", identifier_type(id)}, {"name", id}, {"value", id}};
  if (!link.empty()) out["url"] = link;
  return out;
}

std::string scanned_image(const Report& report, const Finding& finding) {
  return finding.subject.empty() ? report.subject.name : finding.subject;
}

const Subject& subject_of(const Report& report, const Finding& finding) {
  for (const Subject& subject : report.subjects) {
    if (subject.name == finding.subject) return subject;
  }
  return report.subject;
}

// Stable over runs, unique in this report as long as a package in one version is listed once a
// subject and place.
std::string id_of(const Finding& finding) {
  std::string key = finding.id + '\0' + finding.subject + '\0' + finding.package->purl + '\0' +
                    finding.package->name + '\0' + finding.package->version;
  if (finding.location) key += '\0' + finding.location->path;
  return short_hash(key);
}

Json vulnerability_json(const Report& report, const Finding& finding) {
  const PackageRef& package = *finding.package;
  Json identifiers = Json::array({identifier_json(finding.id, main_link(finding))});
  for (const std::string& alias : finding.aliases)
    identifiers.push_back(identifier_json(alias, {}));
  Json links = Json::array();
  for (const std::string& reference : finding.references) {
    if (is_web_link(reference)) links.push_back({{"url", reference}});
  }
  Json out = {{"id", id_of(finding)},
              {"name", fmt::format("{} in {}", finding.id, package.name)},
              {"description", has_title(finding) ? finding.title : finding.id},
              {"severity", severity_word(finding.severity)}};
  if (!finding.fixed_versions.empty()) {
    out["solution"] = finding.remediation.empty()
                          ? fmt::format("Upgrade {} to {}", package.name, fixed_words(finding))
                          : finding.remediation;
  }
  out["identifiers"] = std::move(identifiers);
  out["links"] = std::move(links);
  out["location"] = {
      {"image", scanned_image(report, finding)},
      {"operating_system", subject_of(report, finding).distribution},
      {"dependency", {{"package", {{"name", package.name}}}, {"version", package.version}}}};
  return out;
}

// "YYYY-MM-DDThh:mm:ss": GitLab allows no zone.
std::string stamp_of(const Report& report) {
  std::string stamp = format_time(report.created);
  stamp.pop_back();
  return stamp;
}

Json scan_json(const Report& report) {
  const Json tool = {{"id", "corten"},
                     {"name", "Corten"},
                     {"vendor", {{"name", "Corten"}}},
                     {"version", report.tool_version}};
  Json scan = {{"analyzer", tool},
               {"scanner", tool},
               {"start_time", stamp_of(report)},
               {"end_time", stamp_of(report)},
               {"status", report.errors.empty() ? "success" : "failure"},
               {"type", "container_scanning"}};
  Json messages = Json::array();
  for (const SubjectError& error : report.errors) {
    messages.push_back(
        {{"level", "fatal"}, {"value", fmt::format("{}: {}", error.subject, error.message)}});
  }
  if (!messages.empty()) scan["messages"] = std::move(messages);
  return scan;
}

}  // namespace

Result<std::string> write_gitlab(const Report& report, const Style&) {
  Json vulnerabilities = Json::array();
  for (const Finding& finding : report.findings) {
    if (finding.suppressed || !finding.package) continue;
    vulnerabilities.push_back(vulnerability_json(report, finding));
  }
  const Json out = {{"version", "15.2.1"},
                    {"scan", scan_json(report)},
                    {"vulnerabilities", std::move(vulnerabilities)}};
  return json_text(out, JsonLayout::Indented);
}

}  // namespace corten::report
