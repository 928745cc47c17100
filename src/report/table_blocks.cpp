// Blocks of the table format other than the vulnerabilities.
#include "report/internal/table_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace corten::report {

namespace {

// As wide as the longest id, so that titles stand below each other.
std::size_t id_columns_of(std::span<const Group> groups) {
  std::size_t columns = 0;
  for (const Group& group : groups) {
    columns = std::max(columns, display_width(printable(group.lead().id)));
  }
  return columns;
}

std::string detail_head() { return std::string(kDetailIndent, ' '); }

// "web, ci, cache (+2)": the places of a finding, or its subjects.
std::string places_words(const Group& group) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::string> places;
  for (const Finding* member : group.members) {
    std::string place = member->location && !member->location->path.empty()
                            ? place_words(*member->location)
                            : member->subject;
    if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
    if (places.size() > kNamed) break;
  }
  if (group.members.size() <= kNamed || places.size() <= kNamed) return join(places, ", ");
  places.resize(kNamed);
  return fmt::format("{} (+{})", join(places, ", "), group.members.size() - kNamed);
}

void add_other(Canvas& canvas, const Group& group, std::size_t id_columns, OriginDetail detail) {
  const Finding& lead = group.lead();
  const std::string& title = has_title(lead) ? lead.title : lead.evidence;
  add_headline(canvas, lead, id_columns, title, Ink::Bold);
  // Evidence that begins with the place says it once.
  const bool place_is_told = group.members.size() == 1 && lead.location &&
                             !lead.location->path.empty() &&
                             lead.evidence.starts_with("/" + lead.location->path);
  std::vector<std::string> parts;
  if (!place_is_told) parts.push_back(places_words(group));
  if (group.members.size() == 1 && !lead.evidence.empty() && lead.evidence != title) {
    parts.push_back(lead.evidence);
  }
  if (lead.origin && detail == OriginDetail::Short) {
    parts.push_back(short_origin_words(*lead.origin));
  } else if (lead.origin) {
    parts.push_back(ellipsized(printable(origin_words(*lead.origin)), 60));
  }
  canvas.parts(detail_head(), kDetailIndent, kDetailIndent, parts, Ink::Dim);
  if (!lead.remediation.empty()) {
    canvas.paragraph(detail_head(), kDetailIndent, kDetailIndent, lead.remediation, Ink::Plain);
  }
}

std::string_view heading_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::Vulnerability:
      return "vulnerabilities";
    case FindingKind::Misconfiguration:
      return "misconfigurations";
    case FindingKind::Secret:
      return "secrets";
    case FindingKind::License:
      return "licences";
    case FindingKind::Behaviour:
      return "behaviour";
    case FindingKind::Trust:
      return "trust";
  }
  return "other";
}

}  // namespace

void add_layers(Canvas& canvas, std::span<const Group> shown, std::string_view subject) {
  std::map<std::uint32_t, const Origin*> layers;
  for (const Group& group : shown) {
    for (const Finding* finding : group.members) {
      if (finding->subject != subject || !finding->origin) continue;
      layers.try_emplace(finding->origin->layer_index, &*finding->origin);
    }
  }
  std::erase_if(layers, [](const auto& layer) { return trim(layer.second->instruction).empty(); });
  constexpr std::size_t kGap = 2;
  std::size_t columns = 0;
  for (const auto& [index, origin] : layers)
    columns = std::max(columns, display_width(short_origin_words(*origin)));
  for (const auto& [index, origin] : layers) {
    std::string words;  // an instruction may be laid out over many lines
    const std::string clean = printable(origin->instruction);
    for (const std::string_view word : split(clean, ' ')) {
      if (word.empty()) continue;
      if (!words.empty()) words.push_back(' ');
      words += word;
    }
    const std::size_t room = canvas.width() - kGap - columns - kGap;
    canvas.line("  " + canvas.left(short_origin_words(*origin), columns, Ink::Plain) + "  " +
                canvas.ink(ellipsized(words, room), Ink::Dim));
  }
}

void add_headline(Canvas& canvas, const Finding& finding, std::size_t id_columns,
                  std::string_view text, Ink ink) {
  constexpr std::size_t kSeverityColumns = 8;  // "critical"
  constexpr std::size_t kLongestId = 20;  // a GHSA id has 19; a sentence as id has its own line
  const std::string head =
      "  " + canvas.left(name_of(finding.severity), kSeverityColumns, ink_of(finding.severity)) +
      "  ";
  const std::size_t id = display_width(printable(finding.id));
  if (id > kLongestId) {
    canvas.paragraph(head, kDetailIndent, kDetailIndent, finding.id, Ink::Plain);
    canvas.paragraph(detail_head(), kDetailIndent, kDetailIndent, text, ink);
    return;
  }
  const std::size_t columns = std::max(id, std::min(id_columns, kLongestId));
  const std::size_t used = kDetailIndent + columns + 2;
  canvas.paragraph(head + canvas.left(finding.id, columns, Ink::Plain) + "  ", used, used, text,
                   ink);
}

Cut cut_to(std::vector<Group> groups, const RowLimit& limit) {
  Cut cut;
  // A handful of low findings is no noise when it is all there is.
  constexpr std::size_t kHandful = 10;
  const bool with_low = limit.show_all || groups.size() <= std::min(kHandful, limit.rows);
  for (Group& group : groups) {
    const bool is_low = group.lead().severity < Severity::Medium;
    const bool has_room = limit.show_all || cut.shown.size() < limit.rows;
    if (has_room && (!is_low || with_low)) {
      cut.shown.push_back(std::move(group));
    } else {
      for (const Finding* finding : group.members) cut.left_out.add(*finding);
    }
  }
  return cut;
}

void add_other_findings(Canvas& canvas, const Cut& cut, OriginDetail detail) {
  if (cut.shown.empty()) return;
  std::vector<std::string> headings;
  for (const Group& group : cut.shown) {
    std::string heading(heading_of(group.lead().kind));
    if (std::ranges::find(headings, heading) == headings.end())
      headings.push_back(std::move(heading));
  }
  canvas.blank();
  canvas.line("  " + canvas.ink(join(headings, ", "), Ink::Bold));
  const std::size_t id_columns = id_columns_of(cut.shown);
  for (const Group& group : cut.shown) add_other(canvas, group, id_columns, detail);
}

void add_left_out(Canvas& canvas, const Counts& left_out) {
  std::vector<std::string> parts;
  for (const Severity severity : kWorstFirst) {
    if (left_out.of(severity) == 0) continue;
    parts.push_back(fmt::format("{}{} {}", grouped_number(left_out.of(severity)),
                                parts.empty() ? " more" : "", name_of(severity)));
  }
  if (!parts.empty()) {
    canvas.paragraph("  ", 2, 4, fmt::format("… {} (--all)", join(parts, ", ")), Ink::Dim);
  }
}

void add_suppressed(Canvas& canvas, std::span<const Group> groups) {
  if (groups.empty()) return;
  canvas.blank();
  canvas.line("  " + canvas.ink("suppressed", Ink::Bold));
  const std::size_t id_columns = id_columns_of(groups);
  for (const Group& group : groups) {
    const Finding& lead = group.lead();
    add_headline(canvas, lead, id_columns,
                 lead.package ? package_label(group) : places_words(group), Ink::Plain);
    const Suppression& suppression = *lead.suppressed;
    canvas.parts(detail_head(), kDetailIndent, kDetailIndent,
                 {suppression.reason.empty() ? "no reason given" : suppression.reason,
                  suppression_words(suppression)},
                 Ink::Dim);
  }
}

void add_checks(Canvas& canvas, const std::vector<CheckResult>& checks) {
  if (checks.empty()) return;
  const auto passed = std::ranges::count(checks, CheckStatus::Pass, &CheckResult::status);
  canvas.blank();
  canvas.line(
      fmt::format("  {}  {} of {} pass", canvas.ink("checks", Ink::Bold), passed, checks.size()));
  for (const CheckResult& check : checks) {
    if (check.status == CheckStatus::Pass) continue;
    const std::string_view id = check.cis.empty() ? check.id : check.cis;
    const std::size_t columns =
        10 + std::clamp<std::size_t>(display_width(printable(id)), 6, 20) + 2;
    const Ink ink = check.status == CheckStatus::Warn ? Ink::Medium : Ink::Dim;
    canvas.paragraph("    " + canvas.left(name_of(check.status), 4, ink) + "  " +
                         canvas.left(id, columns - 12, Ink::Plain) + "  ",
                     columns, columns, check.title, Ink::Bold);
    std::vector<std::string> parts;
    if (!check.evidence.empty()) parts.push_back(check.evidence);
    if (!check.remediation.empty() && check.status == CheckStatus::Warn)
      parts.push_back(check.remediation);
    if (!parts.empty()) canvas.parts(std::string(columns, ' '), columns, columns, parts, Ink::Dim);
  }
}

}  // namespace corten::report
