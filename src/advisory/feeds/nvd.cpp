// Pages of the NVD's CVE API 2.0: the CVSS vector of each CVE, and its description as a title of
// last resort.
#include "advisory/internal/json.h"
#include "advisory/internal/prose.h"

namespace corten::advisory {

namespace {

struct Metric {
  int rank = 0;  // 0: none seen
  std::string vector;
};

// The analysts' own (Primary) modern vector, then another source's, then CVSS 2.
int rank_of(std::string_view metric, bool primary) {
  int version = 0;
  if (metric == "cvssMetricV40") version = 3;
  if (metric == "cvssMetricV31") version = 2;
  if (metric == "cvssMetricV30") version = 1;
  if (version > 0) return (primary ? 20 : 10) + version;
  if (metric == "cvssMetricV2") return primary ? 2 : 1;
  return 0;
}

Status read_metric(std::string_view name, json::value value, Metric& best) {
  std::string type;
  std::string vector;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "type") return take_text(member, type);
    if (key != "cvssData") return {};
    return members_of(member, [&](std::string_view inner, json::value text) -> Status {
      return inner == "vectorString" ? take_text(text, vector) : Status{};
    });
  }));
  const int rank = rank_of(name, type == "Primary");
  if (vector.empty() || rank <= best.rank) return {};
  best = {rank, clean_item(vector)};
  return {};
}

Status read_description(json::value value, std::string& english) {
  std::string language;
  std::string text;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "lang") return take_text(member, language);
    if (key == "value") return take_text(member, text);
    return {};
  }));
  if (language == "en" && english.empty()) english = first_sentence(text);
  return {};
}

Status read_cve(json::value value, FeedOutput& out) {
  std::string id;
  std::string status;
  Metric metric;
  std::string title;
  CORTEN_CHECK(members_of(value, [&](std::string_view key, json::value member) -> Status {
    if (key == "id") return take_text(member, id);
    if (key == "vulnStatus") return take_text(member, status);
    if (key == "descriptions") {
      return elements_of(member, [&](json::value one) { return read_description(one, title); });
    }
    if (key != "metrics") return {};
    return members_of(member, [&](std::string_view name, json::value metrics) -> Status {
      return elements_of(metrics, [&](json::value one) { return read_metric(name, one, metric); });
    });
  }));
  const auto cve = parse_cve(id);
  if (!cve) {
    out.problems.push_back("nvd: an entry without CVE id");
    return {};
  }
  if (status == "Rejected") return {};
  CveFact fact;
  fact.id = *cve;
  fact.vector = std::move(metric.vector);
  fact.title = std::move(title);
  out.cves.push_back(std::move(fact));
  return {};
}

}  // namespace

Status read_nvd(std::string_view content, const FeedContext& /*context*/, JsonScratch& scratch,
                FeedOutput& out) {
  return with_document(content, scratch, [&](json::object document) -> Status {
    return each_member(document, [&](std::string_view key, json::value entries) -> Status {
      if (key != "vulnerabilities") return {};
      return elements_of(entries, [&](json::value entry) -> Status {
        return members_of(entry, [&](std::string_view inner, json::value cve) -> Status {
          return inner == "cve" ? read_cve(cve, out) : Status{};
        });
      });
    });
  });
}

}  // namespace corten::advisory
