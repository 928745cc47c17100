#include "advisory/internal/rating.h"

#include <algorithm>
#include <array>
#include <functional>

#include "advisory/internal/prose.h"
#include "base/text.h"
#include "finding/cvss.h"

namespace corten::advisory {

namespace {

// Whose words are a distribution's own judgement of its packages.
constexpr std::array<std::string_view, 8> kDistributions = {
    "almalinux", "debian", "redhat", "rocky", "suse", "ubuntu", "alpine", "openeuler"};

// 4.0 is the best, then 3.1, 3.0 and 2; words are no vectors.
int vector_rank(std::string_view text) {
  if (text.starts_with("CVSS:4.")) return 4;
  if (text.starts_with("CVSS:3.1")) return 3;
  if (text.starts_with("CVSS:3.0")) return 2;
  return text.find('=') == std::string_view::npos ? 1 : 0;
}

std::optional<Rating> rate_vectors(std::vector<std::string_view> texts, const std::string& source) {
  std::ranges::stable_sort(texts, std::greater(), vector_rank);
  for (const std::string_view text : texts) {
    if (vector_rank(text) == 0) break;
    const auto score = score_cvss(text);
    if (score) return Rating{score->severity, score->score, std::string(text), source};
  }
  return std::nullopt;
}

std::optional<Rating> rate_word(std::string_view text) {
  const auto parts = split_once(text, '=');
  if (!parts) return std::nullopt;
  // "none" in a feed says that there is no rating, not that the flaw is harmless.
  const auto severity = parse_severity(parts->second);
  if (!severity || *severity == Severity::Unknown || to_lower(parts->second) == "none")
    return std::nullopt;
  return Rating{*severity, 0, {}, std::string(parts->first)};
}

std::string authority(const VulnerabilityView& record) {
  return authority_of(record.line(TextLine::Id), record.line(TextLine::Source));
}

std::optional<Rating> rate_by_distribution(const Flaw& flaw) {
  for (const Claim& claim : flaw.claims) {
    if (claim.statement.entry.severity) {
      return Rating{
          *claim.statement.entry.severity, 0, {}, to_lower(claim.question->ecosystem.family)};
    }
    if (claim.question->fits == nullptr) continue;
    for (const std::string_view text : claim.record->items(TextLine::Ratings)) {
      auto rating = rate_word(text);
      if (rating && std::ranges::find(kDistributions, rating->source) != kDistributions.end())
        return rating;
    }
  }
  return std::nullopt;
}

std::optional<Rating> rate_record(const VulnerabilityView& record) {
  const auto texts = record.items(TextLine::Ratings);
  if (auto rating = rate_vectors(texts, authority(record))) return rating;
  for (const std::string_view text : texts) {
    if (auto rating = rate_word(text)) return rating;
  }
  return std::nullopt;
}

std::optional<Rating> rate_by_nvd(const Flaw& flaw, Lookup& lookup) {
  for (const std::string& id : flaw.ids) {
    const CveFact* cve = lookup.cve(id);
    if (cve == nullptr || cve->vector.empty()) continue;
    if (auto rating = rate_vectors({cve->vector}, "nvd")) return rating;
  }
  return std::nullopt;
}

// How bad a flaw is by its vector does not depend on the package; a word may be about another
// package.
std::optional<Rating> rate_by_others(const Flaw& flaw, Lookup& lookup) {
  for (const VulnerabilityView* record : lookup.others(flaw.ids.front())) {
    if (auto rating = rate_vectors(record->items(TextLine::Ratings), authority(*record)))
      return rating;
  }
  return std::nullopt;
}

}  // namespace

Rating rate(const Flaw& flaw, Lookup& lookup) {
  for (const Claim& claim : flaw.claims) {
    if (claim.record->line(TextLine::Id).starts_with("MAL-")) {
      return {Severity::Critical, 0, {}, authority(*claim.record)};
    }
  }
  const Claim& best = flaw.claims.front();
  if (!best.record->line(TextLine::Notice).empty())
    return {Severity::Info, 0, {}, authority(*best.record)};
  if (auto rating = rate_by_distribution(flaw)) return *std::move(rating);
  for (const Claim& claim : flaw.claims) {
    if (auto rating = rate_record(*claim.record)) return *std::move(rating);
  }
  if (auto rating = rate_by_nvd(flaw, lookup)) return *std::move(rating);
  return rate_by_others(flaw, lookup).value_or(Rating{});
}

}  // namespace corten::advisory
