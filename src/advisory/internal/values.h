// The values of the database: made at build, viewed in place at look-up. Views verify the bytes
// that they are given, and answer with empty strings where an offset leads nowhere: a database file
// may be damaged.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/advisory.h"
#include "advisory/internal/layout.h"
#include "advisory/ranges.h"
#include "advisory/record.h"
#include "base/bytes.h"

namespace corten::advisory {

namespace store {
struct Package;
struct Entry;
struct Extra;
}  // namespace store

// An affected entry of a package with its strings elsewhere.
struct StoredEntry {
  std::uint32_t vulnerability = 0;
  std::string_view release;
  std::string_view module;
  std::vector<SpanView> spans;
  std::vector<std::string_view> versions;
  EntryState state = EntryState::Default;
  std::optional<Severity> severity;
  bool semver = false;
  bool native = false;  // from the distribution's own feed: outranks what OSV says of its packages
};

// A time as it is stored, in seconds since 1970; 0: unknown.
[[nodiscard]] std::uint32_t stored_seconds(const std::optional<Time>& time);

// At most 65,536 different releases a package are kept.
[[nodiscard]] std::string encode_package(std::span<const StoredEntry> entries);
[[nodiscard]] std::string encode_vulnerability(const Record& record);
[[nodiscard]] std::string encode_cve(const CveFact& fact);

// Borrows the bytes, which must be aligned to 8.
class PackageView {
 public:
  [[nodiscard]] static std::optional<PackageView> of(Bytes bytes);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint32_t vulnerability(std::size_t i) const;
  [[nodiscard]] std::size_t release_count() const;
  [[nodiscard]] std::string_view release_name(std::size_t release) const;
  [[nodiscard]] std::size_t release_index(
      std::size_t i) const;  // may be beyond release_count() in a damaged value
  [[nodiscard]] StoredEntry entry(std::size_t i) const;

 private:
  explicit PackageView(const store::Package* root) : root_(root) {}
  [[nodiscard]] std::string_view text(std::uint32_t offset) const;
  void read_extra(std::uint32_t index, StoredEntry& into) const;

  const store::Package* root_;
};

struct VulnerabilityView {
  std::string_view lines[kTextLines];
  std::uint32_t published_day = 0;
  std::uint32_t modified = 0;
  bool withdrawn = false;

  [[nodiscard]] static std::optional<VulnerabilityView> of(Bytes bytes);  // borrows
  [[nodiscard]] std::string_view line(TextLine line) const {
    return lines[static_cast<std::size_t>(line)];
  }
  [[nodiscard]] std::vector<std::string_view> items(TextLine line) const;
  [[nodiscard]] std::vector<std::string> references() const;  // URLs
  [[nodiscard]] bool is_osv() const;                          // from an export of osv.dev
};

[[nodiscard]] std::optional<CveFact> decode_cve(Bytes bytes);  // `id` is left empty

struct Meta {
  std::uint32_t schema = 0;
  std::uint32_t built = 0;
  bool starter_only = false;
  std::uint32_t vulnerabilities = 0;
  std::uint32_t packages = 0;
  std::string epss_date;
  std::vector<FeedInfo> feeds;
};
[[nodiscard]] std::string encode_meta(const Meta& meta);
[[nodiscard]] std::optional<Meta> decode_meta(Bytes bytes);

[[nodiscard]] std::string encode_numbers(std::span<const std::uint32_t> numbers);
[[nodiscard]] std::vector<std::uint32_t> decode_numbers(Bytes bytes);

}  // namespace corten::advisory
