// finding: what is wrong with a subject, as plain values, and the policy that decides what of it
// counts.
//
// One model for every command: vulnerabilities, misconfigurations, secrets, licences, behaviour and
// trust. Checks make findings, policy marks them, reports write them; nothing here does I/O but
// reading the policy and ignore files in policy.h and ignores.h, which are trusted as far as their
// author is, and still bounded. To add a kind of check: one row of Check in the room that judges,
// and its function there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "finding/severity.h"

namespace corten {

enum class FindingKind { Vulnerability, Misconfiguration, Secret, License, Behaviour, Trust };
[[nodiscard]] const char* name_of(FindingKind kind);  // "vulnerability", as in the JSON contract

// Where: a file, and the layer that holds it. Lines count from 1, columns count bytes from 1; 0
// means unknown. The end is the place after the last byte, as in SARIF: "ab" at column 3 ends at 5.
struct Location {
  std::string path;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string layer = {};  // digest (diff_id) of the layer, or empty
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;

  bool operator==(const Location&) const = default;
};

// The package that a finding is about, reduced to what reports need.
struct PackageRef {
  std::string name;
  std::string version;
  std::string type;  // purl type: deb, apk, rpm, golang, cargo, …
  std::string purl;
  std::string source;  // the source package that the advisory names, when it differs

  bool operator==(const PackageRef&) const = default;
};

// State of a flaw in a package, as the one who ships the package sees it.
enum class FixState {
  Unknown,     // the feed does not say
  Fixed,       // a fixed version exists
  NotFixed,    // affected, no fix yet
  WillNotFix,  // the distribution ignores it (Debian: no-dsa "ignored", "unimportant")
  Deferred,    // postponed to a later update (Debian: "postponed", no-dsa)
  EndOfLife,   // the package or release is out of support
};
[[nodiscard]] const char* name_of(FixState state);  // "fixed", "not-fixed", "will-not-fix", …

struct Kev {             // CISA's Known Exploited Vulnerabilities catalogue
  std::string due_date;  // ISO date
  bool ransomware = false;

  bool operator==(const Kev&) const = default;
};

struct Epss {             // FIRST's Exploit Prediction Scoring System, version 3 and later
  double score = 0;       // 0…1: probability of exploitation within 30 days
  double percentile = 0;  // 0…1
  std::string date;       // ISO date of the scores

  bool operator==(const Epss&) const = default;
};

// What only vulnerabilities have.
struct VulnerabilityDetail {
  double score = 0;             // CVSS 0.0…10.0; 0 with an empty vector means none
  std::string vector;           // CVSS vector string as published
  std::string severity_source;  // who rated it: "debian", "ghsa", "nvd", …
  FixState state = FixState::Unknown;
  std::optional<Kev> kev;
  std::optional<Epss> epss;
  std::vector<std::string> sources;  // the feeds that said so: "debian-tracker", "osv:Go", …
  std::string published;             // ISO date or empty

  bool operator==(const VulnerabilityDetail&) const = default;
};

// Which part of the image brought it, so that the reader knows what to change.
struct Origin {
  std::uint32_t layer_index = 0;  // counts from 0, base first
  bool from_base = false;         // true: rebuild on a newer base; false: your own instruction
  std::string instruction;        // Dockerfile instruction of the layer, from the image history

  bool operator==(const Origin&) const = default;
};

struct Suppression {
  std::string by;      // file and line of the rule, or "vex:<document>"
  std::string reason;  // why, in the words of the one who did
  std::string until;   // ISO date or empty

  bool operator==(const Suppression&) const = default;
};

// A textual edit that mends the finding: replace lines [line, end_line] (from 1, inclusive) of
// `path`.
struct Edit {
  std::string path;
  std::uint32_t line = 0;
  std::uint32_t end_line = 0;
  std::string replacement;

  bool operator==(const Edit&) const = default;
};

struct Finding {
  std::string id;  // CVE-…, GHSA-…, CIS-…, DL…, CTN-…
  FindingKind kind = FindingKind::Misconfiguration;
  Severity severity = Severity::Info;
  std::string title;
  std::string subject;  // name of the image, container, host or file
  std::optional<Location> location;
  std::optional<PackageRef> package;
  std::vector<std::string> fixed_versions;
  std::vector<std::string> aliases;
  std::string evidence;     // what was seen
  std::string remediation;  // the one thing to do
  std::vector<Edit> fix;
  std::string fix_risk;  // why the fix may change what the program does; empty: it does not
  std::vector<std::string> references;
  std::optional<Suppression> suppressed;
  std::optional<VulnerabilityDetail> vulnerability;
  std::optional<Origin> origin;

  bool operator==(const Finding&) const = default;
};

// The order of every report: not suppressed first, then severity, exploited (KEV), EPSS, id,
// subject, package, location.
[[nodiscard]] bool ranks_before(const Finding& a, const Finding& b);

}  // namespace corten
