// FIRST's exploit prediction scores: a comment line with the date, a header, and lines
// "CVE,score,percentile".
#include <cmath>

#include "advisory/feeds/feeds.h"
#include "base/text.h"

namespace corten::advisory {

namespace {

std::optional<float> parse_probability(std::string_view text) {
  const auto value = parse_number<float>(text);
  // Written so that NaN fails too.
  if (!value || !(*value >= 0 && *value <= 1)) return std::nullopt;
  return value;
}

std::string score_date(std::string_view comment) {
  constexpr std::string_view kLabel = "score_date:";
  const std::size_t at = comment.find(kLabel);
  if (at == std::string_view::npos) return {};
  const std::string_view text = comment.substr(at + kLabel.size());
  const auto time = parse_time(text.substr(0, text.find(',')));
  return time ? format_date(*time) : std::string();
}

}  // namespace

Status read_epss(std::string_view content, const FeedContext& /*context*/, JsonScratch& /*scratch*/,
                 FeedOutput& out) {
  std::uint64_t bad = 0;
  std::uint64_t good = 0;
  while (const auto line = next_line(content)) {
    if (line->empty() || line->starts_with("cve,")) continue;
    if (line->starts_with('#')) {
      out.score_date = score_date(*line);
      continue;
    }
    const auto fields = split(*line, ',');
    const auto cve = fields.size() == 3 ? parse_cve(fields[0]) : std::nullopt;
    const auto score = cve ? parse_probability(fields[1]) : std::nullopt;
    const auto percentile = score ? parse_probability(fields[2]) : std::nullopt;
    if (!percentile) {
      ++bad;
      continue;
    }
    CveFact fact;
    fact.id = *cve;
    fact.epss = *score;
    fact.percentile = *percentile;
    out.cves.push_back(std::move(fact));
    ++good;
  }
  if (good == 0) return fail(ErrorCode::InvalidInput, "no line \"CVE,score,percentile\"");
  if (bad > 0) out.problems.push_back("epss: " + std::to_string(bad) + " unreadable lines");
  return {};
}

}  // namespace corten::advisory
