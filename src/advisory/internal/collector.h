// Gathers what the feeds say in a compact form and writes it as a database in key order.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "advisory/internal/batch.h"
#include "advisory/internal/writer.h"
#include "advisory/record.h"

namespace corten::advisory {

class Collector {
 public:
  // Records of one source and id are merged, but for OSV: there, the same id may stand in the
  // exports of several ecosystems, whole in each; the newest says what holds for the ecosystems
  // that it names.
  void add(Batch&& batch);
  void add(CveFact&& fact);

  // Writes everything with up to `jobs` threads; fills the counts of `meta`.
  [[nodiscard]] Status write(TreeWriter& writer, Meta& meta, std::size_t jobs);

 private:
  // Keys and values of consecutive packages.
  struct Encoded {
    std::string bytes;
    std::vector<std::pair<std::uint32_t, std::size_t>> packages;  // key, end in `bytes`
  };
  // The entries of a package: of rows_, from here to the next one's.
  struct PackageRows {
    std::uint32_t key = 0;
    std::size_t first = 0;
  };

  void add_rows(const CompactVulnerability& vulnerability, const CompactRecords& from,
                std::span<const std::uint32_t> strings, std::uint32_t index);
  void drop_superseded();
  [[nodiscard]] std::vector<std::uint32_t> by_text(std::vector<std::uint32_t> strings) const;
  void number_vulnerabilities();
  void group_rows();
  void sort_entries(std::span<CompactRow> rows) const;
  void fill(const CompactRow& row, StoredEntry& entry) const;
  [[nodiscard]] Encoded encode(std::span<const PackageRows> packages);
  Status write_cves(TreeWriter& writer);
  Status write_ids(TreeWriter& writer);
  Status write_before_packages(TreeWriter& writer, const Meta& meta);
  [[nodiscard]] std::vector<Encoded> encode_from(std::size_t first, std::size_t jobs);
  Status write_packages(TreeWriter& writer, std::span<const Encoded> parts);
  Status write_vulnerabilities(TreeWriter& writer);

  CompactRecords all_;
  std::vector<TextArena> arenas_;       // what all_ borrows from
  std::vector<std::uint32_t> order_;    // vulnerabilities in order of their numbers
  std::vector<std::uint32_t> numbers_;  // the other way round
  std::vector<std::uint32_t> names_;    // ids, aliases and upstream, each once, by text
  std::vector<PackageRows> packages_;   // by key; a last one marks the end
  std::unordered_map<std::uint64_t, std::uint32_t> merged_;  // (source, id) of feeds other than OSV
  std::unordered_set<std::uint64_t> superseded_;             // (vulnerability, family)
  std::map<CveId, CveFact> cves_;
};

// Adds what `from` knows to `into`.
void merge(CveFact& into, CveFact&& from);

}  // namespace corten::advisory
