// report: findings as output, one file a format. Knows no domain: everything that it prints is in
// Report.
//
// Texts in a Report come from untrusted images and feeds: every writer escapes for its format
// (terminal control characters, HTML, CSV formulas, XML). Writers are pure functions; output is
// sorted as given, free of clock and environment. To add a format: a file here and a row in
// formats() or lint_formats() of formats.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "finding/check.h"
#include "finding/finding.h"

namespace corten::report {

// One thing that was examined.
struct Subject {
  std::string type;  // "image", "filesystem", "container", "host", "path"
  std::string name;
  std::string digest;        // or empty
  std::string distribution;  // for people: "debian 12.4 (bookworm)", or empty
  std::string platform;      // "linux/amd64", or empty
  std::uint64_t packages = 0;
  std::vector<std::string>
      notes;  // one line each: "Debian 9 is past its end of life (2022-06-30): …"
  // What was looked at, of a subject that is made of others: "Docker 27.3.1", "14 images".
  std::vector<std::string> facts = {};
};

// What could not be examined; the exit status is 3 when there is one.
struct SubjectError {
  std::string subject;
  std::string message;  // one sentence with a way out
};

struct PackageEntry {
  PackageRef package;
  std::string subject;
  std::string arch;
  std::string path;   // file that shows it
  std::string layer;  // digest of the layer that brought it
  std::vector<std::string> licenses;
};

enum class CheckStatus { Pass, Warn, Info, Note, Skip };
struct CheckResult {
  std::string id;
  std::string cis;
  std::string title;
  CheckStatus status = CheckStatus::Pass;
  std::string evidence;
  std::string remediation;
};

// "two steps remove 58 of 128": one step of the advice at the end.
struct Advice {
  std::string action;  // "apt-get install --only-upgrade libssl3=3.0.11-1~deb12u2 …", "debian:12.8
                       // instead of 12.4"
  std::string subject;
  std::uint64_t removes = 0;       // findings
  std::uint64_t removes_high = 0;  // of them high or critical
};

struct Database {
  std::string version;  // build time, RFC 3339
  std::string age;      // for people: "3 h old"
  bool starter_only = false;
  std::vector<std::string> feeds;
};

struct Report {
  std::string command;  // "scan", "audit"
  std::string tool_version;
  Time created{};
  std::optional<Database> database;
  Subject subject;                // the only one, or the whole of an audit (type "host")
  std::vector<Subject> subjects;  // everything examined, in the order asked for
  std::vector<PackageEntry> packages;
  std::vector<CheckResult> checks;
  std::vector<Finding> findings;  // ranked, suppressed ones last
  std::vector<Advice> advice;
  std::vector<SubjectError> errors;
  std::vector<std::string> notes;    // about the whole run, one line each
  std::span<const Check> catalogue;  // for rule texts (SARIF, HTML); borrowed
  // Of lint: the lines that findings point at, by path and line, without their ends.
  std::map<std::pair<std::string, std::uint32_t>, std::string> source_lines;
};

struct Style {
  std::size_t width = 80;  // columns of the terminal
  bool color = false;      // ANSI colours
  bool show_all = false;   // table: no "… 7 more" cut
  bool show_suppressed = false;
  bool show_source = false;  // lint's table: the line that a finding points at, with a caret
};

struct Format {
  std::string_view id;       // value of --format
  std::string_view summary;  // for --help
  Result<std::string> (*write)(const Report& report, const Style& style);
};
[[nodiscard]] std::span<const Format> formats();

// The formats of `corten lint`: those above that make sense for files, and those of hadolint by
// their names. hadolint's json is "hadolint-json": "json" is the contract of all commands.
[[nodiscard]] std::span<const Format> lint_formats();

}  // namespace corten::report
