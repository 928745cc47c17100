#include <algorithm>

#include "advisory/internal/build_internal.h"
#include "base/text.h"

namespace corten::advisory {

void note_problem(std::vector<std::string>& problems, std::uint64_t& count,
                  const std::string& text) {
  ++count;
  if (problems.size() < kMaxProblems) problems.push_back(printable(text));
}

void Intake::problem(const std::string& text) {
  note_problem(report_.problems, report_.problem_count, text);
}

void take_records(FeedOutput& output, Batch& batch) {
  for (const Record& record : output.records) batch.add(record);
  output.records.clear();
}

void Intake::take(FeedOutput&& output, Batch&& batch, const std::string& feed,
                  const std::string& origin) {
  ++report_.documents;
  report_.git_ranges += output.git_ranges;
  for (const std::string& text : output.problems) problem(text);
  FeedInfo& info = feeds_[feed];
  info.id = feed;
  if (info.origin.empty()) info.origin = origin;
  info.modified = std::max(info.modified, batch.modified());
  info.records += batch.records() + output.cves.size();
  report_.without_packages += batch.without_packages();
  collector_.add(std::move(batch));
  // Scores of several days: only the newest day counts.
  const bool old_scores = !output.score_date.empty() && output.score_date < epss_date_;
  if (!output.score_date.empty() && !old_scores) epss_date_ = output.score_date;
  if (old_scores) return;
  for (CveFact& fact : output.cves) collector_.add(std::move(fact));
}

std::vector<FeedInfo> Intake::feeds(const BuildOptions& options) const {
  std::vector<FeedInfo> feeds;
  for (const auto& [id, info] : feeds_) {
    feeds.push_back(info);
    FeedInfo& feed = feeds.back();
    feed.fetched = options.now;
    auto origin = options.origins.find(id);
    if (origin == options.origins.end()) origin = options.origins.find(id.substr(0, id.find(':')));
    if (origin == options.origins.end()) continue;
    feed.origin = origin->second.url;
    feed.fetched = origin->second.checked;
  }
  return feeds;
}

DatabaseInfo info_of(const Meta& meta, const std::filesystem::path& file, std::uint64_t file_size) {
  DatabaseInfo info;
  info.path = file.string();
  info.schema = meta.schema;
  info.built = Time(std::chrono::seconds(meta.built));
  info.starter_only = meta.starter_only;
  info.file_size = file_size;
  info.vulnerabilities = meta.vulnerabilities;
  info.affected_packages = meta.packages;
  info.feeds = meta.feeds;
  return info;
}

}  // namespace corten::advisory
