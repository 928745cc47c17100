#include "advisory/internal/report_flaw.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "advisory/internal/prose.h"
#include "advisory/internal/rating.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

std::string date_of(std::uint32_t day) {
  return day == 0 ? std::string() : format_date(Time(std::chrono::days(day)));
}

// The versions that mend a claim's spans, above the installed one.
void add_fixes(const Claim& claim, std::vector<std::pair<std::string_view, const Claim*>>& fixes) {
  for (const SpanView& span : claim.statement.entry.spans) {
    if (span.kind != EndKind::Fixed || span.end.empty()) continue;
    const SpanView below{{}, span.end, EndKind::Fixed};
    StoredEntry probe;
    probe.spans.push_back(below);
    probe.semver = claim.statement.entry.semver;
    if (affects(probe, *claim.question, claim.question->version))
      fixes.emplace_back(span.end, &claim);
  }
}

// Whose word on the fix counts: the distribution's own feed, if it speaks, clears its fixed version
// whatever others say (flaws.h). Claims have the best rank first.
std::span<const Claim> deciding(const Flaw& flaw) {
  const std::span<const Claim> claims = flaw.claims;
  const auto others = std::ranges::find_if(
      claims, [](const Claim& claim) { return claim.rank != Rank::Distribution; });
  const auto own = static_cast<std::size_t>(others - claims.begin());
  return own > 0 ? claims.first(own) : claims;
}

// The smallest version above the installed one that no claim of weight calls affected.
std::optional<Fix> find_fix(const Flaw& flaw) {
  const std::span<const Claim> claims = deciding(flaw);
  std::vector<std::pair<std::string_view, const Claim*>> fixes;
  for (const Claim& claim : claims) add_fixes(claim, fixes);
  std::erase_if(fixes, [&](const auto& fix) {
    return std::ranges::any_of(claims, [&](const Claim& claim) {
      return affects(claim.statement.entry, *claim.question, fix.first);
    });
  });
  if (fixes.empty()) return std::nullopt;
  const auto smallest = std::ranges::min_element(fixes, [](const auto& a, const auto& b) {
    const auto scheme = scheme_of(a.second->question->ecosystem, a.second->statement.entry.semver);
    return version::compare(scheme, a.first, b.first) < 0;
  });
  return Fix{std::string(smallest->first), smallest->second->statement.fit};
}

FixState state_of(const Flaw& flaw, bool fixed) {
  for (const Claim& claim : flaw.claims) {
    switch (claim.statement.entry.state) {
      case EntryState::NotFixed:
        return FixState::NotFixed;
      case EntryState::WillNotFix:
        return FixState::WillNotFix;
      case EntryState::Deferred:
        return FixState::Deferred;
      case EntryState::EndOfLife:
        return FixState::EndOfLife;
      case EntryState::Undetermined:
        return FixState::Unknown;
      case EntryState::Default:
      case EntryState::NotAffected:
        break;
    }
  }
  if (fixed) return FixState::Fixed;
  const bool open = std::ranges::any_of(flaw.claims, [](const Claim& claim) {
    return std::ranges::any_of(claim.statement.entry.spans,
                               [](const SpanView& s) { return s.kind == EndKind::Open; });
  });
  return open ? FixState::NotFixed : FixState::Unknown;
}

std::string title_of(const Flaw& flaw, Lookup& lookup) {
  for (const Claim& claim : flaw.claims) {
    const std::string_view summary = claim.record->line(TextLine::Summary);
    if (!summary.empty()) return std::string(summary);
  }
  const CveFact* cve = lookup.cve(flaw.ids.front());
  if (cve != nullptr && !cve->title.empty()) return cve->title;
  for (const VulnerabilityView* record : lookup.others(flaw.ids.front())) {
    if (!record->line(TextLine::Summary).empty())
      return std::string(record->line(TextLine::Summary));
  }
  return {};
}

std::string remediation_of(const package::Package& package, FixState state,
                           const std::optional<Fix>& fix) {
  const bool is_go = package.type == package::Type::Go && package.name == "stdlib";
  if (fix && !package.inside_os_package.empty()) {
    return fmt::format("upgrade {} once the distribution builds it with {} {}",
                       package.inside_os_package, is_go ? "Go" : package.name, fix->version);
  }
  if (fix && is_go) return fmt::format("rebuild {} with Go {}", package.path, fix->version);
  if (fix) {
    return fmt::format("upgrade {} to {}{}", package.name, fix->version,
                       fix->fit == Fit::Paid ? " (from a subscription's archive)" : "");
  }
  switch (state) {
    case FixState::WillNotFix:
      return fmt::format("no fix will come: remove {}, or replace it if the flaw concerns you",
                         package.name);
    case FixState::EndOfLife:
      return fmt::format("{} is no longer supported: move to a supported release", package.name);
    case FixState::Deferred:
      return fmt::format("a fix of {} is put off to a later update: watch for it", package.name);
    case FixState::Fixed:
    case FixState::NotFixed:
    case FixState::Unknown:
      break;
  }
  return fmt::format(
      "no fixed version is known: remove {} if it is not needed, or watch for an update",
      package.name);
}

std::string evidence_of(const FlawReport& report, const package::Package& package) {
  std::string out = fmt::format("{} {}", package.name, package.version);
  if (!package.source_name.empty() && package.source_name != package.name)
    out += " (source " + package.source_name + ")";
  out += report.fix ? " is below " + report.fix->version : " is affected";
  if (!report.ecosystem.empty()) out += " in " + report.ecosystem;
  if (!report.notice.empty()) out += "; the record is a notice (" + report.notice + ")";
  if (!package.inside_os_package.empty()) out += "; inside OS package " + package.inside_os_package;
  return out;
}

void add_reference(std::vector<std::string>& references, std::string url) {
  if (url.empty() || references.size() == kMaxShownReferences) return;
  if (std::ranges::find(references, url) == references.end()) references.push_back(std::move(url));
}

std::vector<std::string> references_of(const Flaw& flaw) {
  std::vector<std::string> references;
  for (const Claim& claim : flaw.claims) {
    const std::string_view source = claim.record->line(TextLine::Source);
    const std::string id(claim.record->line(TextLine::Id));
    if (source == "debian-tracker")
      add_reference(references, "https://security-tracker.debian.org/tracker/" + id);
    if (source == "alpine")
      add_reference(references, "https://security.alpinelinux.org/vuln/" + id);
    add_reference(references, advisory_url(id));
  }
  for (const std::string& id : flaw.ids) add_reference(references, advisory_url(id));
  for (const Claim& claim : flaw.claims) {
    for (std::string& url : claim.record->references()) add_reference(references, std::move(url));
  }
  return references;
}

void add_exploitation(const Flaw& flaw, Lookup& lookup, std::string_view epss_date,
                      VulnerabilityDetail& detail) {
  for (const std::string& id : flaw.ids) {
    const CveFact* cve = lookup.cve(id);
    if (cve == nullptr) continue;
    if (cve->kev_due != 0 && !detail.kev) {
      detail.kev = Kev{cve->kev_due == 1 ? std::string() : date_of(cve->kev_due), cve->ransomware};
    }
    if ((cve->epss > 0 || cve->percentile > 0) && !detail.epss) {
      // The feed's decimals fit a float; show 0.00043, not 0.000430000014.
      const auto exact = [](float value) {
        return parse_number<double>(fmt::format("{}", value)).value_or(0);
      };
      detail.epss = Epss{exact(cve->epss), exact(cve->percentile), std::string(epss_date)};
    }
  }
}

void add_unique(std::vector<std::string>& into, std::string_view text) {
  if (std::ranges::find(into, text) == into.end()) into.emplace_back(text);
}

VulnerabilityDetail detail_of(const Flaw& flaw, const Rating& rating, FixState state,
                              Lookup& lookup, std::string_view epss_date) {
  VulnerabilityDetail detail;
  detail.score = rating.score;
  detail.vector = rating.vector;
  detail.severity_source = rating.source;
  detail.state = state;
  for (const Claim& claim : flaw.claims) {
    add_unique(detail.sources, claim.record->line(TextLine::Source));
    if (detail.published.empty()) detail.published = date_of(claim.record->published_day);
  }
  add_exploitation(flaw, lookup, epss_date, detail);
  return detail;
}

}  // namespace

FlawReport describe_flaw(const Flaw& flaw, Lookup& lookup, std::string_view epss_date) {
  FlawReport report;
  report.fix = find_fix(flaw);
  const FixState state = state_of(flaw, report.fix.has_value());
  const Rating rating = rate(flaw, lookup);
  const Claim& best = flaw.claims.front();
  report.notice = best.record->line(TextLine::Notice);
  if (!best.statement.entry.release.empty()) {
    report.ecosystem =
        fmt::format("{}:{}", best.question->ecosystem.family, best.statement.entry.release);
  }
  Finding& finding = report.finding;
  finding.id = flaw.ids.front();
  finding.kind = FindingKind::Vulnerability;
  finding.severity = rating.severity;
  finding.title = title_of(flaw, lookup);
  if (report.fix) finding.fixed_versions = {report.fix->version};
  finding.aliases.assign(flaw.ids.begin() + 1, flaw.ids.end());
  for (const std::string& advisory : flaw.advisories) add_unique(finding.aliases, advisory);
  finding.references = references_of(flaw);
  finding.vulnerability = detail_of(flaw, rating, state, lookup, epss_date);
  return report;
}

Finding report_flaw(const FlawReport& report, const package::Package& package,
                    const PackageRef& reference) {
  Finding finding = report.finding;
  if (finding.title.empty()) finding.title = finding.id + " in " + package.name;
  finding.location = Location{package.path, 0, 0, {}};
  finding.package = reference;
  finding.evidence = evidence_of(report, package);
  finding.remediation = remediation_of(package, finding.vulnerability->state, report.fix);
  return finding;
}

}  // namespace corten::advisory
