// The JSON contract: keys are added, never renamed; schema 1.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/internal/json_text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

using Json = nlohmann::ordered_json;

void put_text(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Json subject_json(const Subject& subject) {
  Json out = {{"type", subject.type}, {"name", subject.name}};
  put_text(out, "digest", subject.digest);
  put_text(out, "distribution", subject.distribution);
  put_text(out, "platform", subject.platform);
  out["packages"] = subject.packages;
  if (!subject.facts.empty()) out["facts"] = subject.facts;
  if (!subject.notes.empty()) out["notes"] = subject.notes;
  return out;
}

Json tool_json(const Report& report) {
  Json out = {{"name", "corten"}, {"version", report.tool_version}};
  if (report.database) {
    out["database"] = {{"version", report.database->version},
                       {"age", report.database->age},
                       {"starter_only", report.database->starter_only},
                       {"feeds", report.database->feeds}};
  }
  return out;
}

Json package_ref_json(const PackageRef& package) {
  Json out = {{"name", package.name},
              {"version", package.version},
              {"type", package.type},
              {"purl", package.purl}};
  put_text(out, "source", package.source);
  return out;
}

Json package_json(const PackageEntry& entry) {
  Json out = package_ref_json(entry.package);
  put_text(out, "arch", entry.arch);
  out["locations"] = entry.path.empty() ? Json::array() : Json::array({entry.path});
  put_text(out, "layer", entry.layer);
  out["licenses"] = entry.licenses;
  out["subject"] = entry.subject;
  return out;
}

Json check_json(const CheckResult& check) {
  Json out = {{"id", check.id}};
  put_text(out, "cis", check.cis);
  out["title"] = check.title;
  out["status"] = name_of(check.status);
  out["evidence"] = check.evidence;
  out["remediation"] = check.remediation;
  return out;
}

Json location_json(const Location& location) {
  Json out = {{"path", location.path}, {"line", location.line}};
  if (location.column > 0) out["column"] = location.column;
  if (location.end_line > 0) out["end_line"] = location.end_line;
  if (location.end_column > 0) out["end_column"] = location.end_column;
  put_text(out, "layer", location.layer);
  return out;
}

Json vulnerability_json(const VulnerabilityDetail& detail) {
  Json out = {{"score", detail.score},
              {"vector", detail.vector},
              {"severity_source", detail.severity_source},
              {"state", name_of(detail.state)}};
  if (detail.kev) {
    out["kev"] = {{"due_date", detail.kev->due_date}, {"ransomware", detail.kev->ransomware}};
  }
  if (detail.epss) {
    out["epss"] = {{"score", detail.epss->score},
                   {"percentile", detail.epss->percentile},
                   {"date", detail.epss->date}};
  }
  out["sources"] = detail.sources;
  put_text(out, "published", detail.published);
  return out;
}

Json origin_json(const Origin& origin) {
  return {{"layer_index", origin.layer_index},
          {"from_base", origin.from_base},
          {"instruction", origin.instruction}};
}

Json fix_json(const std::vector<Edit>& edits) {
  Json out = Json::array();
  for (const Edit& edit : edits) {
    out.push_back({{"path", edit.path},
                   {"line", edit.line},
                   {"end_line", edit.end_line},
                   {"replacement", edit.replacement}});
  }
  return out;
}

Json finding_json(const Finding& finding) {
  Json out = {{"id", finding.id},
              {"kind", name_of(finding.kind)},
              {"severity", name_of(finding.severity)},
              {"title", finding.title},
              {"subject", finding.subject}};
  if (finding.location) out["location"] = location_json(*finding.location);
  if (finding.package) out["package"] = package_ref_json(*finding.package);
  // An empty list says that there is no fixed version; that is a fact only about a vulnerability.
  if (finding.vulnerability || !finding.fixed_versions.empty()) {
    out["fixed_versions"] = finding.fixed_versions;
  }
  out["aliases"] = finding.aliases;
  out["evidence"] = finding.evidence;
  out["remediation"] = finding.remediation;
  if (!finding.fix.empty()) out["fix"] = fix_json(finding.fix);
  put_text(out, "fix_risk", finding.fix_risk);
  out["references"] = finding.references;
  if (finding.vulnerability) out["vulnerability"] = vulnerability_json(*finding.vulnerability);
  if (finding.origin) out["origin"] = origin_json(*finding.origin);
  if (finding.suppressed) {
    out["suppressed"] = {{"by", finding.suppressed->by},
                         {"reason", finding.suppressed->reason},
                         {"until", finding.suppressed->until}};
  }
  return out;
}

Json advice_json(const Advice& advice) {
  return {{"action", advice.action},
          {"subject", advice.subject},
          {"removes", advice.removes},
          {"removes_high", advice.removes_high}};
}

Json summary_json(const Counts& counts) {
  Json out = Json::object();
  for (const Severity severity : kWorstFirst) out[name_of(severity)] = counts.of(severity);
  out["suppressed"] = counts.suppressed;
  return out;
}

// The top-level object, written member by member: as a whole a tree of 100,000 findings takes half
// a gigabyte.
class ObjectWriter {
 public:
  void member(const char* key, const Json& value) {
    begin(key);
    append(value, 1);
  }

  template <typename T, typename Convert>
  void list(const char* key, const std::vector<T>& values, Convert convert) {
    begin(key);
    text_ += '[';
    for (const T& value : values) {
      text_ += &value == values.data() ? "\n    " : ",\n    ";
      append(convert(value), 2);
    }
    text_ += values.empty() ? "]" : "\n  ]";
  }

  std::string finish() { return std::move(text_ += "\n}\n"); }

 private:
  void begin(const char* key) {
    text_ += text_.size() == 1 ? "\n  \"" : ",\n  \"";
    text_.append(key).append("\": ");
  }

  // `depth` levels further to the right; strings have no line breaks of their own.
  void append(const Json& value, std::size_t depth) {
    const std::string text = json_text(value, JsonLayout::Indented);
    std::string_view rest = text;
    bool is_first = true;
    while (const auto line = next_line(rest)) {
      if (!is_first) text_.append("\n").append(2 * depth, ' ');
      text_ += *line;
      is_first = false;
    }
  }

  std::string text_ = "{";
};

}  // namespace

Result<std::string> write_json(const Report& report, const Style&) {
  ObjectWriter out;
  out.member("schema", 1);
  out.member("command", report.command);
  if (report.created != Time{}) out.member("created", format_time(report.created));
  out.member("subject", subject_json(report.subject));
  out.member("tool", tool_json(report));
  out.list("errors", report.errors, [](const SubjectError& error) {
    return Json{{"subject", error.subject}, {"message", error.message}};
  });
  out.member("summary", summary_json(count(report.findings)));
  out.list("findings", report.findings, finding_json);
  out.list("advice", report.advice, advice_json);
  out.member("notes", report.notes);
  out.list("subjects", report.subjects, subject_json);
  out.list("packages", report.packages, package_json);
  out.list("checks", report.checks, check_json);
  return out.finish();
}

}  // namespace corten::report
