// Gathers what the feeds say in a compact form and writes it as a database in key order.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "advisory/internal/values.h"
#include "advisory/internal/writer.h"
#include "advisory/record.h"

namespace corten::advisory {

// Strings, each once, numbered in order of arrival.
class Interner {
 public:
  std::uint32_t add(std::string_view text);
  [[nodiscard]] std::string_view text(std::uint32_t number) const { return texts_[number]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

class Collector {
 public:
  // Records of one source and id are merged, but for OSV: there, the same id may stand in the
  // exports of several ecosystems, whole in each; the newest says what holds for the ecosystems
  // that it names.
  void add(Record&& record);
  void add(CveFact&& fact);

  // Writes everything; fills the counts of `meta`.
  [[nodiscard]] Status write(TreeWriter& writer, Meta& meta);

 private:
  struct SpanIds {
    std::uint32_t introduced = 0;
    std::uint32_t end = 0;
    EndKind kind = EndKind::Open;
  };
  struct Extra {
    std::vector<SpanIds> spans;
    std::vector<std::uint32_t> versions;
    std::uint32_t module = 0;
  };
  struct Row {
    std::uint32_t key = 0;            // "family TAB name"
    std::uint32_t vulnerability = 0;  // index into vulnerabilities_; after numbering, the number
    std::uint32_t release = 0;
    std::uint32_t bound = 0;     // of a span from the start; or index into extras_
    std::uint32_t sequence = 0;  // order of arrival
    EntryState state = EntryState::Default;
    std::int8_t severity = -1;
    EndKind kind = EndKind::Open;
    bool has_extra = false;
    bool semver = false;
    bool native = false;
  };
  struct Vulnerability {
    std::string value;  // encoded
    std::uint32_t id = 0;
    std::uint32_t source = 0;
    std::uint32_t modified = 0;
    bool osv = false;
    bool dropped = false;
    bool titled = false;
    std::vector<std::uint32_t> families;
  };

  void add_rows(const Record& record, std::uint32_t index);
  void drop_superseded();
  void number_vulnerabilities();
  void sort_rows();
  [[nodiscard]] StoredEntry entry_of(const Row& row) const;
  Status write_cves(TreeWriter& writer);
  Status write_ids(TreeWriter& writer);
  Status write_packages(TreeWriter& writer);
  Status write_vulnerabilities(TreeWriter& writer);

  Interner strings_;
  Interner keys_;
  std::vector<Vulnerability> vulnerabilities_;
  std::vector<std::uint32_t> order_;  // vulnerabilities in order of their numbers
  std::unordered_map<std::uint64_t, std::uint32_t> merged_;  // (source, id) of feeds other than OSV
  std::vector<Row> rows_;
  std::vector<Extra> extras_;
  std::unordered_set<std::uint64_t> superseded_;  // (vulnerability, family)
  std::map<CveId, CveFact> cves_;
};

// Adds what `from` knows to `into`.
void merge(CveFact& into, CveFact&& from);

}  // namespace corten::advisory
