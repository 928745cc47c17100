// The feeds: each turns the bytes of one document into records and CVE facts. No I/O; all input is
// untrusted.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/record.h"
#include "base/result.h"

namespace corten::advisory {

// Where a document comes from.
struct FeedContext {
  std::string source;   // Record::source of its records
  std::string family;   // of distributions' own formats: "Alpine", "Wolfi"
  std::string release;  // "v3.18"; empty: none
};

struct FeedOutput {
  std::vector<Record> records;
  std::vector<CveFact> cves;
  std::vector<std::string> problems;  // parts that could not be used, one line each
  std::uint64_t git_ranges = 0;       // ranges by commit
  std::string score_date;             // EPSS: ISO date of the scores
};

// Memory that parsing reuses from document to document; one thread at a time.
class JsonScratch {
 public:
  JsonScratch();
  ~JsonScratch();
  JsonScratch(const JsonScratch&) = delete;
  JsonScratch& operator=(const JsonScratch&) = delete;

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct Feed {
  std::string_view id;
  std::string_view summary;
  // Appends what the document says. An error means that nothing of it could be used.
  Status (*read)(std::string_view content, const FeedContext& context, JsonScratch& scratch,
                 FeedOutput& out);
};

[[nodiscard]] std::span<const Feed> feeds();
[[nodiscard]] const Feed& feed(std::string_view id);  // a row of the table; the id must exist

Status read_osv(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);  // one record
Status read_debian_tracker(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);
Status read_secdb(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);
Status read_kev(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);
Status read_epss(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);
Status read_nvd(std::string_view, const FeedContext&, JsonScratch&, FeedOutput&);

}  // namespace corten::advisory
