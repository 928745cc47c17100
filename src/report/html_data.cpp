// The data of the findings table; html/app.js says what each key becomes. Empty values are left
// out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/internal/html_parts.h"
#include "report/internal/json_text.h"
#include "report/internal/words.h"

namespace corten::report {

namespace {

using Json = nlohmann::ordered_json;

// Names that rows refer to by index.
class Names {
 public:
  std::size_t index_of(std::string_view name) {
    const auto [slot, is_new] = indices_.try_emplace(printable(name), names_.size());
    if (is_new) names_.push_back(slot->first);
    return slot->second;
  }
  [[nodiscard]] Json json() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> indices_;
};

void put(Json& row, const char* key, std::string_view text) {
  if (!text.empty()) row[key] = printable(text);
}

Json printable_list(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(printable(text));
  return out;
}

void put_vulnerability(Json& row, const VulnerabilityDetail& detail) {
  if (detail.score > 0) row["score"] = detail.score;
  put(row, "vector", detail.vector);
  put(row, "rater", detail.severity_source);
  put(row, "published", detail.published);
  if (detail.kev) {
    row["exploited"] = true;
    put(row, "due", detail.kev->due_date);
    if (detail.kev->ransomware) row["ransomware"] = true;
  }
  if (detail.epss) {
    row["epss"] = detail.epss->score;
    row["percentile"] = detail.epss->percentile;
  }
}

void put_package(Json& row, const Group& group) {
  const Finding& lead = group.lead();
  put(row, "package", package_label(group));
  put(row, "version", lead.package->version);
  put(row, "source", lead.package->source);
  if (lead.fixed_versions.empty()) {
    put(row, "state", fixed_words(lead));
  } else {
    put(row, "fixed", fixed_words(lead));
  }
  if (group.members.size() == 1) return;
  std::vector<std::string> members;
  for (const Finding* member : group.members) {
    if (!member->package) continue;
    const bool has_place = member->location && !member->location->path.empty();
    members.push_back(has_place
                          ? fmt::format("{} ({})", member->package->name, member->location->path)
                          : member->package->name);
  }
  row["members"] = printable_list(members);
}

// All places of a group; a very long list is cut with a sign.
std::string places_of(const Group& group) {
  constexpr std::size_t kMostPlaces = 50;
  std::vector<std::string> places;
  for (const Finding* member : group.members) {
    if (!member->location || member->location->path.empty()) continue;
    if (places.size() == kMostPlaces) {
      places.emplace_back("…");
      break;
    }
    places.push_back(place_words(*member->location));
  }
  return join(places, ", ");
}

Json row_of(const Group& group, Names& subjects, Names& kinds) {
  const Finding& lead = group.lead();
  Json row = {{"id", printable(lead.id)},
              {"severity", static_cast<int>(lead.severity)},
              {"kind", kinds.index_of(name_of(lead.kind))}};
  Json in = Json::array();
  for (const std::string& subject : subjects_of(group)) in.push_back(subjects.index_of(subject));
  row["subjects"] = std::move(in);
  if (has_title(lead)) put(row, "title", lead.title);
  if (lead.package) put_package(row, group);
  if (!lead.package || group.members.size() == 1) put(row, "place", places_of(group));
  if (is_fixable(lead)) row["fixable"] = true;
  if (lead.vulnerability) put_vulnerability(row, *lead.vulnerability);
  if (lead.origin) put(row, "origin", origin_words(*lead.origin));
  put(row, "evidence", lead.evidence);
  put(row, "remediation", lead.remediation);
  if (!lead.aliases.empty()) row["aliases"] = printable_list(lead.aliases);
  Json links = Json::array();
  for (const std::string& reference : lead.references) {
    if (is_web_link(reference)) links.push_back(reference);
  }
  if (!links.empty()) row["links"] = std::move(links);
  if (lead.suppressed) {
    put(row, "suppressed",
        fmt::format("{} ({})",
                    lead.suppressed->reason.empty() ? "no reason given" : lead.suppressed->reason,
                    suppression_words(*lead.suppressed)));
  }
  return row;
}

Json check_json(const Check& check) {
  Json out = Json::object();
  const auto put_text = [&](const char* key, std::string_view text) {
    if (!text.empty()) out[key] = text;
  };
  put_text("description", check.description);
  put_text("remediation", check.remediation);
  put_text("bad", check.bad);
  put_text("good", check.good);
  return out;
}

}  // namespace

std::string html_data(const Report& report, const std::vector<Group>& groups) {
  const CheckIndex catalogue(report.catalogue);
  Names subjects;
  Names kinds;
  Json rows = Json::array();
  Json checks = Json::object();
  std::unordered_map<std::string_view, bool> seen;
  for (const Group& group : groups) {
    rows.push_back(row_of(group, subjects, kinds));
    const Check* check = catalogue.find(group.lead().id);
    if (check != nullptr && seen.try_emplace(check->id, true).second) {
      checks[std::string(check->id)] = check_json(*check);
    }
  }
  const Json data = {{"nothing", nothing_found(report)}, {"notable_epss", kNotableEpss},
                     {"subjects", subjects.json()},      {"kinds", kinds.json()},
                     {"checks", std::move(checks)},      {"rows", std::move(rows)}};
  // Inside of <script> only "</script" and "<!--" mean anything; without "<" neither can be there.
  std::string out;
  for (const char c : json_text(data, JsonLayout::Compact)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace corten::report
