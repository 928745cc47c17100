// CSV as RFC 4180 has it, with formulas defused: what a spreadsheet would run becomes text by a
// leading quote.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

// Spreadsheets take these as the start of a formula, also after spaces, and some also in their
// full-width forms.
bool is_formula(std::string_view cell) {
  constexpr std::array<std::string_view, 8> kStarts = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  cell = trim(cell);
  return std::ranges::any_of(kStarts,
                             [&](std::string_view start) { return cell.starts_with(start); });
}

std::string cell(std::string_view untrusted) {
  std::string text = printable(untrusted);
  if (is_formula(text)) text.insert(0, 1, '\'');
  if (text.find_first_of("\",") == std::string::npos && trim(text).size() == text.size())
    return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + '"';
}

struct Column {
  std::string_view name;
  std::string (*text)(const Finding& finding);
};

const PackageRef& package_of(const Finding& finding, const PackageRef& none) {
  return finding.package ? *finding.package : none;
}

std::string number_or_nothing(std::uint32_t number) {
  return number == 0 ? std::string() : fmt::format("{}", number);
}

constexpr std::array kColumns = {
    Column{"severity", [](const Finding& f) { return std::string(name_of(f.severity)); }},
    Column{"id", [](const Finding& f) { return f.id; }},
    Column{"kind", [](const Finding& f) { return std::string(name_of(f.kind)); }},
    Column{"subject", [](const Finding& f) { return f.subject; }},
    Column{"package", [](const Finding& f) { return package_of(f, {}).name; }},
    Column{"installed", [](const Finding& f) { return package_of(f, {}).version; }},
    Column{"fixed", [](const Finding& f) { return join(f.fixed_versions, " "); }},
    Column{"state",
           [](const Finding& f) {
             return f.vulnerability ? std::string(name_of(f.vulnerability->state)) : std::string();
           }},
    Column{"exploited", [](const Finding& f) { return std::string(is_exploited(f) ? "yes" : ""); }},
    Column{"epss",
           [](const Finding& f) {
             return f.vulnerability && f.vulnerability->epss
                        ? fmt::format("{:.5f}", f.vulnerability->epss->score)
                        : std::string();
           }},
    Column{"score",
           [](const Finding& f) {
             return f.vulnerability && f.vulnerability->score > 0
                        ? fmt::format("{:.1f}", f.vulnerability->score)
                        : std::string();
           }},
    Column{"type", [](const Finding& f) { return package_of(f, {}).type; }},
    Column{"source", [](const Finding& f) { return package_of(f, {}).source; }},
    Column{"path", [](const Finding& f) { return f.location ? f.location->path : std::string(); }},
    Column{"line",
           [](const Finding& f) {
             return f.location ? number_or_nothing(f.location->line) : std::string();
           }},
    Column{"origin",
           [](const Finding& f) { return f.origin ? origin_words(*f.origin) : std::string(); }},
    Column{"title", [](const Finding& f) { return f.title; }},
    Column{"evidence", [](const Finding& f) { return f.evidence; }},
    Column{"remediation", [](const Finding& f) { return f.remediation; }},
    Column{"aliases", [](const Finding& f) { return join(f.aliases, " "); }},
    Column{"reference", [](const Finding& f) { return std::string(main_link(f)); }},
    Column{"suppressed",
           [](const Finding& f) {
             return f.suppressed ? suppression_words(*f.suppressed) : std::string();
           }},
    Column{"reason",
           [](const Finding& f) { return f.suppressed ? f.suppressed->reason : std::string(); }},
};

// What was not examined is a line of its own kind: a table without it would pass for the whole.
std::string error_line(const SubjectError& error) {
  std::string out;
  for (const Column& column : kColumns) {
    if (&column != kColumns.data()) out.push_back(',');
    if (column.name == "kind") out += "error";
    if (column.name == "subject") out += cell(error.subject);
    if (column.name == "title") out += "not examined";
    if (column.name == "evidence") out += cell(error.message);
  }
  return out + "\r\n";
}

}  // namespace

Result<std::string> write_csv(const Report& report, const Style&) {
  std::string out;
  for (const Column& column : kColumns) {
    if (!out.empty()) out.push_back(',');
    out += column.name;
  }
  out += "\r\n";
  for (const Finding& finding : report.findings) {
    for (const Column& column : kColumns) {
      if (&column != kColumns.data()) out.push_back(',');
      out += cell(column.text(finding));
    }
    out += "\r\n";
  }
  for (const SubjectError& error : report.errors) out += error_line(error);
  return out;
}

}  // namespace corten::report
