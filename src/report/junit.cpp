// JUnit XML as both Jenkins' xUnit plugin and Ant's schema take it: one suite a subject, one test a
// group of findings.
//
// The attributes of <testsuites> are left out, since Ant's schema has none; `id`, `package` and
// `hostname` are there because it demands them.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "report/internal/grouping.h"
#include "report/internal/markup_text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

// For attributes of type token that may not be empty.
std::string token(std::string_view untrusted) {
  return trim(untrusted).empty() ? "unknown" : markup_text(trim(untrusted));
}

struct Suite {
  std::string name;
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  void add(std::string_view name_of_test, std::string_view outcome) {
    ++tests;
    cases += fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                         token(name_of_test), token(name));
    cases += outcome.empty() ? "/>\n" : fmt::format(">\n{}    </testcase>\n", outcome);
  }
  void add_failure(std::string_view test, std::string_view type, std::string_view message,
                   std::string_view body) {
    ++failures;
    add(test, fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                          markup_text(type), markup_text(message), body));
  }
  void add_error(std::string_view test, std::string_view message) {
    ++errors;
    add(test,
        fmt::format("      <error type=\"not-examined\" message=\"{}\"/>\n", markup_text(message)));
  }
  void add_skipped(std::string_view test, std::string_view message) {
    ++skipped;
    add(test, fmt::format("      <skipped message=\"{}\"/>\n", markup_text(message)));
  }
};

// The suites in order of first mention, looked up by subject.
class Suites {
 public:
  Suite& of(const std::string& subject) {
    const auto [slot, is_new] = index_of_.try_emplace(subject, suites_.size());
    if (is_new) suites_.push_back({.name = subject, .cases = {}});
    return suites_[slot->second];
  }
  [[nodiscard]] std::vector<Suite>& all() { return suites_; }

 private:
  std::vector<Suite> suites_;
  std::unordered_map<std::string, std::size_t> index_of_;
};

std::string test_name(const Group& group) {
  const Finding& lead = group.lead();
  if (lead.package)
    return fmt::format("{} {} {}", lead.id, package_label(group), lead.package->version);
  return lead.location && !lead.location->path.empty()
             ? fmt::format("{} {}", lead.id, place_words(*lead.location))
             : lead.id;
}

void add_line(std::string& body, std::string_view label, std::string_view text) {
  if (!trim(text).empty()) body += fmt::format("{}: {}\n", label, markup_text(text));
}

std::string body_of(const Group& group) {
  const Finding& lead = group.lead();
  std::string body = "\n";
  if (lead.package) {
    std::vector<std::string> names;
    for (const Finding* member : group.members) {
      if (member->package) names.push_back(member->package->name + " " + member->package->version);
    }
    add_line(body, "packages", join(names, ", "));
    add_line(body, "fixed in", fixed_words(lead));
  }
  add_line(body, "marks", join(marks(lead), ", "));
  if (lead.location) add_line(body, "place", place_words(*lead.location));
  if (lead.origin) add_line(body, "origin", origin_words(*lead.origin));
  add_line(body, "evidence", lead.evidence);
  add_line(body, "remedy", lead.remediation);
  add_line(body, "more", main_link(lead));
  return body;
}

void add_group(Suite& suite, const Group& group) {
  const Finding& lead = group.lead();
  if (lead.suppressed) {
    suite.add_skipped(test_name(group),
                      lead.suppressed->reason + " (" + suppression_words(*lead.suppressed) + ")");
    return;
  }
  const std::string title = has_title(lead) ? lead.title : lead.id;
  suite.add_failure(test_name(group), name_of(lead.severity),
                    fmt::format("{}: {}", name_of(lead.severity), title), body_of(group));
}

void add_check(Suite& suite, const CheckResult& check) {
  const std::string name = fmt::format("{} {}", check.id, check.title);
  switch (check.status) {
    case CheckStatus::Warn: {
      std::string body = "\n";
      add_line(body, "evidence", check.evidence);
      add_line(body, "remedy", check.remediation);
      suite.add_failure(name, "warn", check.title, body);
      return;
    }
    case CheckStatus::Skip:
      suite.add_skipped(name, check.evidence);
      return;
    case CheckStatus::Pass:
    case CheckStatus::Info:
    case CheckStatus::Note:
      suite.add(name, {});
      return;
  }
}

// Members of one group can be in several subjects; each suite gets those of its own.
void add_by_subject(Suites& suites, const Group& group) {
  std::vector<Group> parts;
  std::unordered_map<std::string_view, std::size_t> part_of;
  for (const Finding* member : group.members) {
    const auto [slot, is_new] = part_of.try_emplace(member->subject, parts.size());
    if (is_new) parts.emplace_back();
    parts[slot->second].members.push_back(member);
  }
  for (const Group& part : parts) add_group(suites.of(part.lead().subject), part);
}

std::string suite_text(const Suite& suite, std::size_t id, const Report& report) {
  std::string stamp = format_time(report.created);
  stamp.pop_back();  // Ant's schema allows no zone
  return fmt::format(
      "  <testsuite id=\"{}\" package=\"corten\" name=\"{}\" hostname=\"localhost\" tests=\"{}\" "
      "failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\" timestamp=\"{}\">\n"
      "    <properties>\n      <property name=\"corten.version\" value=\"{}\"/>\n"
      "    </properties>\n{}    <system-out></system-out>\n    <system-err></system-err>\n"
      "  </testsuite>\n",
      id, token(suite.name), suite.tests, suite.failures, suite.errors, suite.skipped, stamp,
      markup_text(report.tool_version), suite.cases);
}

}  // namespace

Result<std::string> write_junit(const Report& report, const Style&) {
  Suites suites;
  const std::vector<Subject> only = {report.subject};
  const std::vector<Subject>& subjects = report.subjects.empty() ? only : report.subjects;
  for (const Subject& subject : subjects) (void)suites.of(subject.name);
  for (const Group& group : group_findings(report.findings)) add_by_subject(suites, group);
  for (const CheckResult& check : report.checks) add_check(suites.of(report.subject.name), check);
  for (const SubjectError& error : report.errors) {
    suites.of(error.subject).add_error("examined", error.message);
  }
  for (const Subject& subject : subjects) {
    Suite& suite = suites.of(subject.name);
    // A suite without tests is shown as "nothing ran"; this one did.
    if (suite.tests == 0) suite.add("no findings in " + counted(subject.packages, "package"), {});
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t id = 0;
  for (const Suite& suite : suites.all()) out += suite_text(suite, id++, report);
  return out + "</testsuites>\n";
}

}  // namespace corten::report
