// Parts of the build that the starter database shares.
#pragma once

#include <map>
#include <string>

#include "advisory/build.h"
#include "advisory/feeds/feeds.h"
#include "advisory/internal/collector.h"

namespace corten::advisory {

// Moves the records of a feed's output into a batch.
void take_records(FeedOutput& output, Batch& batch);

// Moves a feed's output into the collector and keeps the books.
class Intake {
 public:
  Intake(Collector& collector, BuildReport& report) : collector_(collector), report_(report) {}
  // feed: id of the FeedInfo; origin: path or URL. Records of the output are in the batch already.
  void take(FeedOutput&& output, Batch&& batch, const std::string& feed, const std::string& origin);
  void problem(const std::string& text);
  [[nodiscard]] std::vector<FeedInfo> feeds(const BuildOptions& options) const;
  [[nodiscard]] const std::string& epss_date() const { return epss_date_; }

 private:
  Collector& collector_;
  BuildReport& report_;
  std::map<std::string, FeedInfo> feeds_;
  std::string epss_date_;
};

[[nodiscard]] DatabaseInfo info_of(const Meta& meta, const std::filesystem::path& file,
                                   std::uint64_t file_size);

// A whole file, decompressed. Errors: as for archive::decompress(), and LimitExceeded above 2 GiB.
[[nodiscard]] Result<std::string> read_document(const std::filesystem::path& path);

// Keeps a problem if there is room, and counts it.
void note_problem(std::vector<std::string>& problems, std::uint64_t& count,
                  const std::string& text);

}  // namespace corten::advisory
