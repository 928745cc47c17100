#include "advisory/internal/about.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "advisory/internal/prose.h"
#include "advisory/internal/rating.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

std::string date_of(std::uint32_t day) {
  return day == 0 ? std::string() : format_date(Time(std::chrono::days(day)));
}

void add_unique(std::vector<std::string>& into, std::string_view text) {
  if (!text.empty() && std::ranges::find(into, text) == into.end()) into.emplace_back(text);
}

// Every id that the records give the flaw, the one to show first in front.
std::vector<std::string> ids_of(std::string_view id,
                                const std::vector<const VulnerabilityView*>& records) {
  std::set<std::string> all = {std::string(id)};
  for (const VulnerabilityView* record : records) {
    for (const auto& ids : flaws_of(*record)) all.insert(ids.begin(), ids.end());
  }
  std::vector<std::string> ids(all.begin(), all.end());
  std::ranges::sort(ids, [](const auto& a, const auto& b) { return shown_before(a, b); });
  return ids;
}

void add_facts(const std::vector<std::string>& ids, Lookup& lookup, std::string_view epss_date,
               Finding& finding, VulnerabilityDetail& detail) {
  for (const std::string& id : ids) {
    const auto cve = lookup.cve(id);
    if (!cve) continue;
    if (finding.title.empty()) finding.title = cve->title;
    // Day 1 stands for an entry without a due date.
    if (cve->kev_due != 0 && !detail.kev)
      detail.kev = Kev{cve->kev_due == 1 ? std::string() : date_of(cve->kev_due), cve->ransomware};
    if ((cve->epss > 0 || cve->percentile > 0) && !detail.epss)
      detail.epss = Epss{cve->epss, cve->percentile, std::string(epss_date)};
  }
}

void add_record(const VulnerabilityView& record, Finding& finding, VulnerabilityDetail& detail) {
  if (finding.title.empty()) finding.title = record.line(TextLine::Summary);
  add_unique(detail.sources, record.line(TextLine::Source));
  const std::string published = date_of(record.published_day);
  if (detail.published.empty() || (!published.empty() && published < detail.published))
    detail.published = published;
  for (const std::string_view url : record.items(TextLine::References))
    add_unique(finding.references, url);
}

}  // namespace

std::optional<Finding> about_flaw(std::string_view id, Lookup& lookup, std::string_view epss_date) {
  const auto records = lookup.others(id);
  if (records.empty() && !lookup.cve(id)) return std::nullopt;
  const Question no_package{};
  Flaw flaw;
  flaw.ids = ids_of(id, records);
  for (const VulnerabilityView* record : records)
    flaw.claims.push_back({{}, &no_package, record, Rank::Other});
  const Rating rating = rate(flaw, lookup);

  Finding finding;
  finding.id = flaw.ids.front();
  finding.kind = FindingKind::Vulnerability;
  finding.severity = rating.severity;
  finding.aliases.assign(flaw.ids.begin() + 1, flaw.ids.end());
  VulnerabilityDetail detail;
  detail.score = rating.score;
  detail.vector = rating.vector;
  detail.severity_source = rating.source;
  for (const std::string& each : flaw.ids) add_unique(finding.references, advisory_url(each));
  for (const VulnerabilityView* record : records) add_record(*record, finding, detail);
  add_facts(flaw.ids, lookup, epss_date, finding, detail);
  finding.vulnerability = std::move(detail);
  return finding;
}

}  // namespace corten::advisory
