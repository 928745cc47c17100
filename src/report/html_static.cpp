// The parts of the page that need no script.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "report/internal/html_parts.h"
#include "report/internal/markup_text.h"
#include "report/internal/words.h"

namespace corten::report {

namespace {

std::string list_of(const std::vector<std::string>& items, std::string_view open) {
  std::string out(open);
  for (const std::string& item : items) out += "<li>" + item + "</li>";
  return out + "</ul>";
}

// A bar of the severities' shares, as SVG: the policy allows no style attributes.
std::string bar_of(const Counts& counts, std::uint64_t whole) {
  std::string out = fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{}\">",
      counts.total() == 0 ? "no findings" : markup_text(severity_sums(counts)));
  double x = 0;
  for (const Severity severity : kWorstFirst) {
    if (counts.of(severity) == 0 || whole == 0) continue;
    const double width =
        1000.0 * static_cast<double>(counts.of(severity)) / static_cast<double>(whole);
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.2f}\" width=\"{:.2f}\" height=\"10\"><title>{} "
        "{}</title></rect>",
        name_of(severity), x, width, counts.of(severity), name_of(severity));
    x += width;
  }
  return out + "</svg>";
}

std::string tiles_of(const Counts& counts) {
  std::string out =
      "<div class=\"tiles\" role=\"group\" aria-label=\"Findings by severity; each filters the "
      "table\">\n";
  for (const Severity severity : kWorstFirst) {
    out += fmt::format(
        "<button type=\"button\" class=\"tile {0}{1}\" data-severity=\"{0}\" "
        "aria-pressed=\"false\" disabled><b>{2}</b> <span>{0}</span></button>\n",
        name_of(severity), counts.of(severity) == 0 ? " none" : "",
        grouped_number(counts.of(severity)));
  }
  return out + "</div>\n";
}

struct SubjectSums {
  std::string_view name;
  std::string facts;
  Counts counts;
};

std::vector<SubjectSums> sums_by_subject(const Report& report) {
  std::vector<SubjectSums> out;
  std::unordered_map<std::string_view, std::size_t> index_of;
  const auto at = [&](std::string_view name) -> SubjectSums& {
    const auto [slot, is_new] = index_of.try_emplace(name, out.size());
    if (is_new) out.push_back({name, {}, {}});
    return out[slot->second];
  };
  for (const Subject& subject : report.subjects) {
    at(subject.name).facts = join(facts_of(subject), " · ");
  }
  for (const Finding& finding : report.findings) at(finding.subject).counts.add(finding);
  std::ranges::stable_sort(out, [](const SubjectSums& a, const SubjectSums& b) {
    return std::ranges::lexicographical_compare(
        b.counts.by_severity.rbegin(), b.counts.by_severity.rend(), a.counts.by_severity.rbegin(),
        a.counts.by_severity.rend());
  });
  return out;
}

std::string subjects_table(const Report& report) {
  constexpr std::size_t kMostSubjects = 200;
  const std::vector<SubjectSums> subjects = sums_by_subject(report);
  std::uint64_t largest = 0;
  for (const SubjectSums& subject : subjects) largest = std::max(largest, subject.counts.total());
  std::string out =
      "<section aria-labelledby=\"subjects-title\"><h2 id=\"subjects-title\">Subjects</h2>\n"
      "<div class=\"table-wrap scroll\" tabindex=\"0\"><table class=\"subjects\"><thead><tr><th "
      "scope=\"col\">subject</th>";
  for (const Severity severity : kWorstFirst) {
    out += fmt::format("<th scope=\"col\" class=\"n\">{}</th>", name_of(severity));
  }
  out +=
      "<th scope=\"col\"><span class=\"visually-hidden\">share</span></th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < std::min(subjects.size(), kMostSubjects); ++i) {
    const SubjectSums& subject = subjects[i];
    out += fmt::format("<tr><th scope=\"row\">{}<div class=\"soft\">{}</div></th>",
                       markup_text(subject.name), markup_text(subject.facts));
    for (const Severity severity : kWorstFirst) {
      out += fmt::format("<td class=\"n\">{}</td>", grouped_number(subject.counts.of(severity)));
    }
    out += "<td>" + bar_of(subject.counts, largest) + "</td></tr>\n";
  }
  out += "</tbody></table></div>";
  if (subjects.size() > kMostSubjects) {
    out += fmt::format("<p>… and {}</p>", counted(subjects.size() - kMostSubjects, "more subject"));
  }
  return out + "</section>\n";
}

std::string plain_row(const Group& group) {
  const Finding& lead = group.lead();
  const std::string_view link = main_link(lead);
  const std::string id =
      link.empty() ? markup_text(lead.id)
                   : fmt::format("<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{}</a>",
                                 markup_text(link), markup_text(lead.id));
  std::string what = lead.package
                         ? markup_text(package_label(group) + " " + lead.package->version)
                         : markup_text(lead.location ? place_words(*lead.location) : lead.subject);
  std::vector<std::string> remarks = marks(lead);
  if (lead.suppressed) remarks.push_back("suppressed: " + lead.suppressed->reason);
  return fmt::format(
      "<tr><td><span class=\"pill {0}\">{0}</span></td><td>{1}<br>{2}</td><td>{3}</td><td>{4}</td>"
      "<td>{5}</td><td>{6}</td></tr>\n",
      name_of(lead.severity), id, markup_text(lead.title), what,
      markup_text(lead.package ? fixed_words(lead) : lead.remediation),
      markup_text(join(remarks, ", ")), markup_text(lead.subject));
}

}  // namespace

std::string html_header(const Report& report) {
  std::vector<std::string> facts = facts_of(report.subject);
  if (const std::string database = database_words(report); !database.empty()) {
    facts.push_back(database);
  }
  if (report.created != Time{}) facts.push_back("examined " + format_time(report.created));
  for (std::string& fact : facts) fact = markup_text(fact);
  return fmt::format("<p class=\"brand\">corten {}</p>\n<h1>{}</h1>\n{}",
                     markup_text(report.command), markup_text(report.subject.name),
                     list_of(facts, "<ul class=\"facts\">"));
}

std::string html_alerts(const Report& report) {
  std::vector<std::string> errors;
  for (const SubjectError& error : report.errors) {
    errors.push_back(
        fmt::format("<b>{}</b>: {}", markup_text(error.subject), markup_text(error.message)));
  }
  std::vector<std::string> notes;
  if (report.database && report.database->starter_only) {
    notes.emplace_back(
        "only the small starter database was at hand, so most flaws are not listed: "
        "run <code>corten db update</code>");
  }
  for (const std::string& note : report.subject.notes) notes.push_back(markup_text(note));
  for (const std::string& note : report.notes) notes.push_back(markup_text(note));
  std::string out;
  if (!errors.empty()) {
    out += "<div class=\"alert\"><b>Not everything could be examined</b>" +
           list_of(errors, "<ul>") + "</div>\n";
  }
  if (!notes.empty()) {
    out += "<div class=\"alert note\">" + list_of(notes, "<ul>") + "</div>\n";
  }
  return out;
}

std::string html_overview(const Report& report) {
  const Counts counts = count(report.findings);
  std::string out = tiles_of(counts) + bar_of(counts, counts.total());
  std::string sums =
      counts.total() == 0 ? nothing_found(report) : counted(counts.total(), "finding");
  if (counts.suppressed > 0) sums += " · " + grouped_number(counts.suppressed) + " suppressed";
  out += "<p class=\"sums\">" + markup_text(sums) + "</p>\n";
  if (report.subjects.size() > 1) out += subjects_table(report);
  return out;
}

std::string html_advice(const Report& report) {
  if (report.advice.empty()) return {};
  std::string out =
      "<section class=\"advice\" aria-labelledby=\"advice-title\"><h2 id=\"advice-title\">What to "
      "do "
      "first</h2><ol>\n";
  for (const Advice& advice : report.advice) {
    const bool names_subject = report.subjects.size() > 1 && !advice.subject.empty();
    out += fmt::format("<li><span>{}<code>{}</code></span><span class=\"effect\">{}</span></li>\n",
                       names_subject ? markup_text(advice.subject) + ": " : "",
                       markup_text(advice.action), effect_words(advice));
  }
  return out + "</ol></section>\n";
}

std::string html_checks(const Report& report) {
  if (report.checks.empty()) return {};
  const auto passed = std::ranges::count(report.checks, CheckStatus::Pass, &CheckResult::status);
  std::string out = fmt::format(
      "<section aria-labelledby=\"checks-title\"><h2 id=\"checks-title\">Checks: {} of {} pass</h2>"
      "<div class=\"table-wrap scroll\" tabindex=\"0\"><table class=\"checks\"><thead><tr><th "
      "scope=\"col\">status</th><th scope=\"col\">id</th>"
      "<th scope=\"col\">check</th><th scope=\"col\">remedy</th></tr></thead><tbody>\n",
      passed, report.checks.size());
  for (const CheckResult& check : report.checks) {
    const bool is_open = check.status == CheckStatus::Warn;
    out += fmt::format(
        "<tr><td><span class=\"pill {}\">{}</span></td><td>{}</td><td>{}<div "
        "class=\"soft\">{}</div></td><td>{}</td></tr>\n",
        is_open ? "medium" : "info", name_of(check.status),
        markup_text(check.cis.empty() ? check.id : check.cis), markup_text(check.title),
        markup_text(check.evidence), markup_text(is_open ? check.remediation : ""));
  }
  return out + "</tbody></table></div></section>\n";
}

std::string html_footer(const Report& report) {
  std::string out = "<p>Made by Corten " + markup_text(report.tool_version);
  if (report.database && !report.database->version.empty()) {
    out += " with the database of " + markup_text(report.database->version);
  }
  if (report.database && !report.database->feeds.empty()) {
    out += " (" + markup_text(join(report.database->feeds, ", ")) + ")";
  }
  return out + ". This page loads nothing and sends nothing.</p>";
}

std::string html_plain(const Report& report, const std::vector<Group>& groups) {
  if (groups.empty()) return "<p>" + markup_text(nothing_found(report)) + "</p>";
  constexpr std::size_t kMostRows = 1000;
  std::string out =
      "<div class=\"table-wrap\"><table class=\"plain\"><thead><tr><th "
      "scope=\"col\">severity</th><th scope=\"col\">finding</th>"
      "<th scope=\"col\">package or place</th><th scope=\"col\">fix</th><th scope=\"col\">risk</th>"
      "<th scope=\"col\">subject</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < std::min(groups.size(), kMostRows); ++i) out += plain_row(groups[i]);
  out += "</tbody></table></div>";
  if (groups.size() > kMostRows) {
    out += fmt::format(
        "<p>… and {}: with JavaScript this page shows them, and --format csv lists them.</p>",
        counted(groups.size() - kMostRows, "more row"));
  }
  return out;
}

}  // namespace corten::report
