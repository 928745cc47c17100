// The records of one piece of work, in the compact form in which the collector keeps all: made by
// many threads at once, joined by one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "advisory/internal/encode.h"
#include "advisory/internal/interner.h"
#include "advisory/record.h"
#include "base/time.h"

namespace corten::advisory {

// Strings are numbers of an interner; ranges are [first, first + count) of the vectors beside.
struct CompactSpan {
  std::uint32_t introduced = 0;
  std::uint32_t end = 0;
  EndKind kind = EndKind::Open;
};

struct CompactExtra {
  std::uint32_t first_span = 0;
  std::uint32_t spans = 0;
  std::uint32_t first_version = 0;
  std::uint32_t versions = 0;
  std::uint32_t module = 0;
};

// An affected entry of a record.
struct CompactRow {
  std::uint32_t key = 0;  // package_key()
  std::uint32_t family = 0;
  std::uint32_t vulnerability = 0;  // index; when it is encoded, the number
  std::uint32_t release = 0;
  std::uint32_t bound = 0;  // the end of a plain entry's span; or index of the extra
  EntryState state = EntryState::Default;
  std::int8_t severity = -1;
  EndKind kind = EndKind::Open;
  bool has_extra = false;
  bool semver = false;
  bool native = false;
};

struct CompactVulnerability {
  std::string_view value;  // encoded; in an arena
  std::uint32_t id = 0;
  std::uint32_t source = 0;
  std::uint32_t modified = 0;
  std::uint32_t first_name = 0;  // its id, aliases and upstream
  std::uint32_t names = 0;
  std::uint32_t first_row = 0;
  std::uint32_t rows = 0;
  std::uint32_t first_family = 0;  // each ecosystem that it names, once
  std::uint32_t families = 0;
  bool osv = false;
  bool dropped = false;
  bool titled = false;
};

struct CompactRecords {
  std::vector<CompactVulnerability> vulnerabilities;
  std::vector<std::uint32_t> names;
  std::vector<std::uint32_t> families;
  std::vector<CompactRow> rows;
  std::vector<CompactExtra> extras;
  std::vector<CompactSpan> spans;
  std::vector<std::uint32_t> versions;
  Interner strings;
};

class Batch {
 public:
  // A record that affects no package and takes none back is counted only.
  void add(const Record& record);

  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::uint64_t without_packages() const { return without_packages_; }
  [[nodiscard]] Time modified() const { return modified_; }  // the newest

 private:
  friend class Collector;
  void add_row(const Affected& affected, CompactRow row);
  [[nodiscard]] std::uint32_t add_extra(const Affected& affected);
  std::uint32_t intern(std::string_view text) { return compact_.strings.add(text, arena_); }

  TextArena arena_;
  CompactRecords compact_;
  VulnerabilityEncoder encoder_;
  std::string key_;
  std::uint64_t records_ = 0;
  std::uint64_t without_packages_ = 0;
  Time modified_{};
};

}  // namespace corten::advisory
