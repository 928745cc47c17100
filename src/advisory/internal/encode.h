// Making the values of the database, many of a kind with one memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "advisory/internal/values.h"
#include "advisory/record.h"

namespace corten::advisory {

// Does an entry (Affected, StoredEntry) say all with the end of one span, or with its state? Others
// have an extra.
template <typename Entry>
[[nodiscard]] bool is_plain(const Entry& entry) {
  if (!entry.versions.empty() || !entry.module.empty()) return false;
  const bool is_never_affected = entry.state == EntryState::NotAffected;
  if (entry.spans.empty()) return is_never_affected;
  return !is_never_affected && entry.spans.size() == 1 && entry.spans[0].introduced.empty();
}

// What encode_vulnerability() gives; the result lives until the next call.
class VulnerabilityEncoder {
 public:
  VulnerabilityEncoder();
  VulnerabilityEncoder(VulnerabilityEncoder&&) noexcept;
  VulnerabilityEncoder& operator=(VulnerabilityEncoder&&) noexcept;
  ~VulnerabilityEncoder();

  [[nodiscard]] std::string_view encode(const Record& record);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The entries of one package after another. A string of which a value has several entries stands in
// it once if it lies at one address: the caller interns.
class PackageEncoder {
 public:
  PackageEncoder();
  PackageEncoder(PackageEncoder&&) noexcept;
  PackageEncoder& operator=(PackageEncoder&&) noexcept;
  ~PackageEncoder();

  // Strings are borrowed until finish(). More than 65,536 different releases are not kept.
  void add(const StoredEntry& entry);
  // The value of the entries since the last call; lives until the next call.
  [[nodiscard]] std::string_view finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace corten::advisory
