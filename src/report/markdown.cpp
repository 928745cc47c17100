// GitHub-flavoured Markdown for pull requests and job summaries. Untrusted text can neither start
// markup or HTML, leave its table cell, nor mention people or issues.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/internal/grouping.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

// Services cut long comments (GitHub: 65,536 characters; summaries 1 MiB); the worst come first.
constexpr std::size_t kMostRows = 200;

std::string md(std::string_view untrusted) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()|~!$";
  constexpr std::size_t kLongestText = 600;
  const std::string text =
      ellipsized(printable(untrusted.substr(0, 4 * kLongestText)), kLongestText);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    const char c = rest.front();
    if (kMarkup.find(c) != std::string_view::npos) out.push_back('\\');
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out.push_back(c);
      // An empty comment keeps "@name" from being a mention, "#1" an issue, and "https://" and
      // "www." a link.
      const bool is_link = rest.starts_with("://") || rest.starts_with("www.");
      if (c == '@' || c == '#' || is_link) out += "<!-- -->";
    }
  }
  return out;
}

// Monospaced, also for text with backquotes.
std::string code(std::string_view untrusted) {
  const std::string text = md(untrusted);
  return text.empty() ? text : "<code>" + text + "</code>";
}

std::string linked_id(const Finding& finding) {
  const std::string_view link = main_link(finding);
  return link.empty() ? md(finding.id) : fmt::format("[{}]({})", md(finding.id), link);
}

std::string bold_if_severe(Severity severity) {
  return severity >= Severity::High ? fmt::format("**{}**", name_of(severity)) : name_of(severity);
}

void add_packages(std::string& out, const std::vector<Group>& groups, bool with_subject) {
  if (groups.empty()) return;
  out +=
      with_subject
          ? "\n| severity | id | subject | package | installed | fixed in | "
            "|\n|---|---|---|---|---|---|---|\n"
          : "\n| severity | id | package | installed | fixed in | |\n|---|---|---|---|---|---|\n";
  for (const Group& group : groups) {
    const Finding& lead = group.lead();
    std::vector<std::string> remarks;
    for (const std::string& mark : marks(lead)) remarks.push_back("**" + md(mark) + "**");
    if (has_title(lead)) remarks.push_back(md(lead.title));
    if (lead.origin) remarks.push_back(md(origin_words(*lead.origin)));
    const std::string fixed =
        lead.fixed_versions.empty() ? md(fixed_words(lead)) : code(fixed_words(lead));
    out += fmt::format("| {} | {} | {}{} | {} | {} | {} |\n", bold_if_severe(lead.severity),
                       linked_id(lead), with_subject ? code(lead.subject) + " | " : "",
                       code(package_label(group)), code(lead.package->version), fixed,
                       join(remarks, " · "));
  }
}

std::string place_of(const Group& group) {
  const Finding& lead = group.lead();
  std::string place =
      lead.location && !lead.location->path.empty() ? place_words(*lead.location) : lead.subject;
  std::string out = code(place);
  if (group.members.size() > 1) out += fmt::format(" +{}", group.members.size() - 1);
  return out;
}

void add_others(std::string& out, const std::vector<Group>& groups) {
  if (groups.empty()) return;
  out += "\n| severity | id | where | what | remedy |\n|---|---|---|---|---|\n";
  for (const Group& group : groups) {
    const Finding& lead = group.lead();
    out += fmt::format("| {} | {} | {} | {} | {} |\n", bold_if_severe(lead.severity),
                       linked_id(lead), place_of(group),
                       md(has_title(lead) ? lead.title : lead.evidence), md(lead.remediation));
  }
}

void add_suppressed(std::string& out, const std::vector<Group>& groups) {
  if (groups.empty()) return;
  out += fmt::format(
      "\n<details><summary>{} suppressed</summary>\n\n| id | what | reason | by |\n"
      "|---|---|---|---|\n",
      groups.size());
  for (const Group& group : groups) {
    const Finding& lead = group.lead();
    out += fmt::format("| {} | {} | {} | {} |\n", linked_id(lead),
                       lead.package ? code(package_label(group)) : place_of(group),
                       md(lead.suppressed->reason), md(suppression_words(*lead.suppressed)));
  }
  out += "\n</details>\n";
}

void add_header(std::string& out, const Report& report) {
  std::vector<std::string> facts = facts_of(report.subject);
  if (const std::string database = database_words(report); !database.empty())
    facts.push_back(database);
  for (std::string& fact : facts) fact = md(fact);
  out += fmt::format("## {}\n", md(report.subject.name));
  if (!facts.empty()) out += fmt::format("\n{}\n", join(facts, " · "));
  const Counts counts = count(report.findings);
  out += fmt::format("\n**{}**",
                     counts.total() == 0 ? md(nothing_found(report)) : severity_sums(counts));
  if (counts.suppressed > 0)
    out += fmt::format(" · {} suppressed", grouped_number(counts.suppressed));
  out += "\n";
}

void add_list(std::string& out, std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out += fmt::format("\n### {}\n\n", heading);
  for (const std::string& text : lines) out += fmt::format("- {}\n", text);
}

std::vector<std::string> advice_lines(const Report& report) {
  std::vector<std::string> lines;
  for (const Advice& advice : report.advice) {
    lines.push_back(fmt::format("{} ({})", code(advice.action), effect_words(advice)));
  }
  return lines;
}

}  // namespace

Result<std::string> write_markdown(const Report& report, const Style& style) {
  std::vector<Group> packages;
  std::vector<Group> others;
  std::vector<Group> suppressed;
  Counts left_out;
  for (Group& group : group_findings(report.findings)) {
    const Finding& lead = group.lead();
    if (!lead.suppressed && !style.show_all && packages.size() + others.size() >= kMostRows) {
      for (const Finding* finding : group.members) left_out.add(*finding);
    } else if (lead.suppressed) {
      if (suppressed.size() < kMostRows || style.show_all) suppressed.push_back(std::move(group));
    } else {
      (lead.package ? packages : others).push_back(std::move(group));
    }
  }
  std::vector<std::string> errors;
  for (const SubjectError& error : report.errors) {
    errors.push_back(fmt::format("{}: {}", code(error.subject), md(error.message)));
  }
  std::vector<std::string> notes;
  for (const std::string& note : report.subject.notes) notes.push_back(md(note));
  for (const std::string& note : report.notes) notes.push_back(md(note));

  std::string out;
  add_header(out, report);
  add_list(out, "Not examined", errors);
  add_packages(out, packages, report.subjects.size() > 1);
  add_others(out, others);
  if (left_out.total() > 0)
    out += fmt::format("\n… and {} more (`--all`)\n", severity_sums(left_out));
  add_list(out, "What to do", advice_lines(report));
  add_list(out, "Notes", notes);
  add_suppressed(out, suppressed);
  return out;
}

}  // namespace corten::report
