// The table of lint: findings by file, each with its place, and with the line that it points at
// when a person reads; then the sums and the one command that mends what can be mended.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "report/internal/by_file.h"
#include "report/internal/canvas.h"
#include "report/internal/table_blocks.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

constexpr std::size_t kMostRows = 200;       // of all files; --all shows every finding
constexpr std::size_t kRepeatsOfARule = 3;   // of one file, before they are summed up
constexpr std::size_t kSeverityColumns = 8;  // "critical"

std::string place_in_file(const Finding& finding) {
  if (!finding.location || finding.location->line == 0) return "-";
  if (finding.location->column == 0) return std::to_string(finding.location->line);
  return fmt::format("{}:{}", finding.location->line, finding.location->column);
}

// The worst of a file's findings, for the order of files when not all fit.
Severity worst_of(const FileFindings& file) {
  const auto worst = std::ranges::max_element(
      file.findings, {}, [](const Finding* finding) { return finding->severity; });
  return (*worst)->severity;
}

// Columns of a file's rows. Longer ids push the text on their first line only.
struct Columns {
  std::size_t place = 0;
  std::size_t id = 0;

  // Where the text of a finding begins.
  [[nodiscard]] std::size_t text() const { return 2 + place + 2 + kSeverityColumns + 2 + id + 2; }
  // Where what belongs to it begins: below its severity.
  [[nodiscard]] std::size_t detail() const { return 2 + place + 2; }
};

Columns columns_of(const FileFindings& file) {
  constexpr std::size_t kUsualId = 8;  // "KSV-0017"
  Columns out{4, 6};
  for (const Finding* finding : file.findings) {
    out.place = std::max(out.place, place_in_file(*finding).size());
    const std::size_t id = display_width(printable(finding->id));
    if (id <= kUsualId) out.id = std::max(out.id, id);
  }
  return out;
}

// The part of a line of source that is shown, and the marks under it.
struct Excerpt {
  std::string text;
  std::string marks;
};

// Bytes [begin, end) of the line are marked; a long line is cut around them.
Excerpt excerpt_of(std::string_view line, std::size_t begin, std::size_t end, std::size_t room) {
  constexpr std::size_t kContext = 24;  // columns kept in front of the mark
  std::size_t first = std::min(line.find_first_not_of(" \t"), begin);
  bool cut = false;
  if (const std::size_t lead = begin - first; lead + (end - begin) > room && lead > kContext) {
    first = begin - kContext;
    // Not inside of a character.
    while (first > 0 && (static_cast<unsigned char>(line[first]) & 0xc0U) == 0x80U) --first;
    cut = true;
  }
  const std::string before = (cut ? "…" : "") + printable(line.substr(first, begin - first));
  const std::string marked = printable(line.substr(begin, end - begin));
  const std::string after = printable(line.substr(end));
  Excerpt out;
  out.text = ellipsized(before + marked + after, room);
  const std::size_t lead = std::min(display_width(before), room - 1);
  const std::size_t width = std::clamp<std::size_t>(display_width(marked), 1, room - lead);
  out.marks = std::string(lead, ' ') + "^" + std::string(width - 1, '~');
  return out;
}

void add_source(Canvas& canvas, const Report& report, const Finding& finding, std::size_t indent,
                Ink ink) {
  const std::string* line = source_line(report, finding);
  if (line == nullptr || trim(*line).empty()) return;
  const Location& at = *finding.location;
  const std::size_t begin = std::min<std::size_t>(at.column > 0 ? at.column - 1 : 0, line->size());
  std::size_t end = begin;
  if (at.end_line > at.line) {
    end = line->size();
  } else if (at.end_column > at.column) {
    end = std::min<std::size_t>(at.end_column - 1, line->size());
  }
  const std::size_t room = canvas.width() - std::min(canvas.width() - 20, indent);
  const Excerpt excerpt = excerpt_of(*line, begin, std::max(begin, end), room);
  const std::string head(indent, ' ');
  canvas.line(head + canvas.ink(excerpt.text, Ink::Dim));
  // Without a column there is nothing to point at.
  if (at.column > 0) canvas.line(head + canvas.ink(excerpt.marks, ink));
}

// Findings at one place share the line that is shown for them.
bool at_one_place(const Finding& a, const Finding& b) {
  return a.location && b.location && a.location->line == b.location->line &&
         a.location->column == b.location->column;
}

class FileBlock {
 public:
  FileBlock(Canvas& canvas, const Report& report, const Style& style, const FileFindings& file)
      : canvas_(canvas), report_(report), style_(style), file_(file), columns_(columns_of(file)) {}

  void add() {
    canvas_.blank();
    canvas_.paragraph("  ", 2, 4, file_.path, Ink::Bold);
    std::map<std::string_view, std::vector<const Finding*>> more;
    std::unordered_map<std::string_view, std::size_t> shown;
    std::vector<const Finding*> rows;
    for (const Finding* finding : file_.findings) {
      if (!style_.show_all && shown[finding->id] >= kRepeatsOfARule) {
        more[finding->id].push_back(finding);
        continue;
      }
      ++shown[finding->id];
      rows.push_back(finding);
    }
    // One more takes no more room than the line that would sum it up.
    for (const auto& [id, findings] : more) {
      if (findings.size() == 1) rows.push_back(findings.front());
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      add_row(*rows[i]);
      const bool is_last = i + 1 == rows.size() || !at_one_place(*rows[i], *rows[i + 1]);
      if (style_.show_source && is_last) {
        add_source(canvas_, report_, *rows[i], columns_.detail() + 2, ink_of(rows[i]->severity));
      }
    }
    for (const auto& [id, findings] : more) {
      if (findings.size() > 1) add_repeats(id, findings);
    }
  }

 private:
  void add_row(const Finding& finding) {
    const std::size_t id = std::max(columns_.id, display_width(printable(finding.id)));
    const std::string head =
        "  " + canvas_.right(place_in_file(finding), columns_.place, Ink::Plain) + "  " +
        canvas_.left(name_of(finding.severity), kSeverityColumns, ink_of(finding.severity)) + "  " +
        canvas_.left(finding.id, id, Ink::Plain) + "  ";
    canvas_.paragraph(head, columns_.text() + id - columns_.id, columns_.text(),
                      message_line(finding), Ink::Bold);
  }

  void add_repeats(std::string_view id, const std::vector<const Finding*>& findings) {
    constexpr std::size_t kNamed = 12;
    std::string lines;
    for (std::size_t i = 0; i < std::min(kNamed, findings.size()); ++i) {
      lines += fmt::format("{}{}", i == 0 ? "" : ", ", spot_of(*findings[i]).line);
    }
    if (findings.size() > kNamed) lines += ", …";
    canvas_.paragraph(std::string(columns_.detail(), ' '), columns_.detail(), columns_.detail() + 2,
                      fmt::format("… {} more {} in lines {} (--all)", findings.size(), id, lines),
                      Ink::Dim);
  }

  Canvas& canvas_;
  const Report& report_;
  const Style& style_;
  const FileFindings& file_;
  Columns columns_;
};

// About as many rows as FileBlock writes.
std::size_t rows_of(const FileFindings& file, const Style& style) {
  std::unordered_map<std::string_view, std::size_t> seen;
  std::size_t rows = 2;
  for (const Finding* finding : file.findings) {
    if (style.show_all || ++seen[finding->id] <= kRepeatsOfARule + 1) ++rows;
  }
  return rows;
}

// All files in their order if they fit on a few screens, else the worst ones first.
void add_files(Canvas& canvas, const Report& report, const Style& style) {
  std::vector<FileFindings> files = by_file(report);
  std::size_t rows = 0;
  for (const FileFindings& file : files) rows += rows_of(file, style);
  const bool all_fit = style.show_all || rows <= kMostRows;
  if (!all_fit) {
    std::ranges::stable_sort(files, std::ranges::greater(), worst_of);
  }
  rows = 0;
  std::size_t left_out = 0;
  Counts counts;
  for (const FileFindings& file : files) {
    rows += rows_of(file, style);
    if (all_fit || rows <= kMostRows || &file == &files.front()) {
      FileBlock(canvas, report, style, file).add();
      continue;
    }
    ++left_out;
    for (const Finding* finding : file.findings) counts.add(*finding);
  }
  if (left_out == 0) return;
  canvas.blank();
  canvas.paragraph(
      "  ", 2, 4,
      fmt::format("… {} in {} (--all)", severity_sums(counts), counted(left_out, "more file")),
      Ink::Dim);
}

// "3 Dockerfiles, 1 compose file"
std::string looked_at(const Report& report) {
  std::map<std::string_view, std::uint64_t> kinds;
  for (const Subject& subject : report.subjects) ++kinds[subject.type];
  std::vector<std::string> parts;
  for (const auto& [kind, count] : kinds) parts.push_back(counted(count, kind));
  return parts.empty() ? "no files" : join(parts, ", ");
}

void add_sums(Canvas& canvas, const Report& report, const Style& style) {
  const Counts counts = count(report.findings);
  std::vector<std::string> parts;
  if (counts.total() == 0) {
    parts.push_back("no findings");
  } else {
    parts.push_back(severity_sums(counts));
  }
  parts.front() += " in " + looked_at(report);
  if (!report.errors.empty()) {
    parts.push_back(counted(report.errors.size(), "file") + " not examined");
  }
  if (counts.suppressed > 0) {
    parts.push_back(grouped_number(counts.suppressed) + " suppressed" +
                    (style.show_suppressed ? "" : " (--show-suppressed)"));
  }
  canvas.blank();
  canvas.parts("  ", 2, 2, parts, Ink::Bold);
}

// The command that shows what can be mended: plain names are pasted as they are.
std::string diff_command(const Report& report, std::string_view fix) {
  const std::string& only = report.subjects.size() == 1 ? report.subjects.front().name : "";
  const bool is_plain = !only.empty() && only.front() != '-' &&
                        only.find_first_not_of(
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                            "0123456789._/@+-") == std::string::npos;
  return fmt::format("corten lint {} --diff{}{}", fix, is_plain ? " " : "", is_plain ? only : "");
}

void add_fix_hint(Canvas& canvas, const Report& report) {
  std::size_t safe = 0;
  std::size_t risky = 0;  // what the file does may change
  std::size_t all = 0;
  for (const Finding& finding : report.findings) {
    if (finding.suppressed) continue;
    ++all;
    if (!finding.fix.empty()) ++(finding.fix_risk.empty() ? safe : risky);
  }
  if (safe + risky == 0) return;
  std::string hint = fmt::format("{} of {} can be mended", safe == 0 ? risky : safe, all);
  if (safe == 0) {
    hint += ", with a change of what the file does: " + diff_command(report, "--fix=unsafe");
  } else {
    hint += ": " + diff_command(report, "--fix");
    if (risky > 0) hint += fmt::format(" ({} more with --fix=unsafe)", risky);
  }
  canvas.paragraph("  ", 2, 4, hint, Ink::Plain);
}

void add_problems(Canvas& canvas, const Report& report) {
  for (const std::string& note : report.notes) {
    canvas.paragraph("  note: ", 8, 4, note, Ink::Plain);
  }
  constexpr std::string_view kHead = "not examined: ";
  for (const SubjectError& error : report.errors) {
    canvas.paragraph("  " + canvas.ink(kHead, Ink::Bold), 2 + kHead.size(), 4,
                     fmt::format("{}: {}", error.subject, error.message), Ink::Plain);
  }
}

}  // namespace

Result<std::string> write_lint_table(const Report& report, const Style& style) {
  Canvas canvas(style);
  add_files(canvas, report, style);
  if (style.show_suppressed) {
    std::vector<Group> suppressed;
    for (Group& group : group_findings(report.findings)) {
      if (group.lead().suppressed) suppressed.push_back(std::move(group));
    }
    add_suppressed(canvas, suppressed);
  }
  add_sums(canvas, report, style);
  add_fix_hint(canvas, report);
  add_problems(canvas, report);
  return canvas.take();
}

}  // namespace corten::report
