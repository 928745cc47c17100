// CISA's catalogue of known exploited vulnerabilities (known_exploited_vulnerabilities.json).
#include "advisory/internal/json.h"

namespace corten::advisory {

namespace {

Status read_entry(json::value value, FeedOutput& out) {
  std::string id;
  std::string due;
  std::string ransomware;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "cveID") return take_text(member, id);
    if (key == "dueDate") return take_text(member, due);
    if (key == "knownRansomwareCampaignUse") return take_text(member, ransomware);
    return {};
  }));
  const auto cve = parse_cve(id);
  if (!cve) {
    out.problems.push_back("kev: an entry without CVE id");
    return {};
  }
  CveFact fact;
  fact.id = *cve;
  fact.ransomware = ransomware == "Known";
  // Day 1 stands for an unknown due date: 0 would say that the flaw is not in the catalogue.
  const auto time = parse_time(due);
  const auto days =
      time ? std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count() : 1;
  fact.kev_due = days > 0 ? static_cast<std::uint32_t>(days) : 1;
  out.cves.push_back(std::move(fact));
  return {};
}

}  // namespace

Status read_kev(std::string_view content, const FeedContext& /*context*/, JsonScratch& scratch,
                FeedOutput& out) {
  return with_document(content, scratch, [&](json::object document) -> Status {
    return each_member(document, [&](std::string_view key, json::value entries) -> Status {
      if (key != "vulnerabilities") return {};
      return elements_of(entries, [&](json::value entry) { return read_entry(entry, out); });
    });
  });
}

}  // namespace corten::advisory
