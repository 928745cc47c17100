// What every feed is turned into: records of flaws, and facts of single CVEs.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "finding/severity.h"

namespace corten::advisory {

enum class EndKind : std::uint8_t { Open, Fixed, LastAffected };

// Versions from `introduced` (empty: before every version) to `end`, which is not affected if kind
// is Fixed, affected if it is LastAffected, and empty if the range is open.
struct Span {
  std::string introduced;
  std::string end;
  EndKind kind = EndKind::Open;

  bool operator==(const Span&) const = default;
};

// What the feed says of an entry beyond its versions.
enum class EntryState : std::uint8_t {
  Default,  // the spans say it all
  NotFixed,
  WillNotFix,
  Deferred,
  EndOfLife,
  Undetermined,  // not yet known whether it is affected
  NotAffected,   // known not to be affected, whatever the version: outranks what others say
};

struct Affected {
  std::string family;   // ecosystem without release: "Debian", "Go"
  std::string release;  // "12", "22.04:LTS"; empty: every release
  std::string name;     // normalised as the ecosystem does
  std::vector<Span> spans;
  std::vector<std::string> versions;  // affected beside the spans
  std::string module;  // rpm module "name:stream" that this build belongs to, or empty
  EntryState state = EntryState::Default;
  std::optional<Severity> severity;  // the distribution's own rating
  bool semver = false;               // spans compare by SemVer 2.0

  bool operator==(const Affected&) const = default;
};

struct Record {
  std::string id;
  std::string source;                 // "osv:Go", "debian-tracker", "alpine"
  std::vector<std::string> aliases;   // the same flaw
  std::vector<std::string> upstream;  // flaws that it repairs: one or many
  std::vector<std::string> related;
  std::string summary;                  // one line, cut
  std::vector<std::string> ratings;     // CVSS vectors, and words as "who=word"
  std::vector<std::string> references;  // few; those that follow from the id are left out
  std::vector<std::string> modules;     // rpm modules "name:stream" that it is about
  std::string notice;  // RustSec's "unmaintained", "unsound", "notice": not a vulnerability proper
  std::optional<Time> published;
  std::optional<Time> modified;
  bool withdrawn = false;
  std::vector<Affected> affected;

  bool operator==(const Record&) const = default;
};

struct CveId {
  std::uint16_t year = 0;
  std::uint32_t number = 0;

  auto operator<=>(const CveId&) const = default;
};
[[nodiscard]] std::optional<CveId> parse_cve(std::string_view id);  // "CVE-2021-44228"

struct CveFact {
  CveId id;
  float epss = 0;
  float percentile = 0;
  std::uint32_t kev_due = 0;  // days since 1970, 0: not in KEV
  bool ransomware = false;
  std::string vector;
  std::string title;
};

}  // namespace corten::advisory
