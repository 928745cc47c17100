// The table format: the answer first, the worst first, then the sums, then what to do next.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "report/internal/canvas.h"
#include "report/internal/grouping.h"
#include "report/internal/table_blocks.h"
#include "report/internal/words.h"
#include "report/internal/writers.h"

namespace corten::report {

namespace {

// Rows on the first screen, for all subjects together, and the least that each of several subjects
// gets of them.
constexpr std::size_t kRows = 25;
constexpr std::size_t kLeastRows = 3;

void add_header(Canvas& canvas, const Subject& subject, const std::string& database) {
  std::vector<std::string> facts = facts_of(subject);
  if (!database.empty()) facts.push_back(database);
  const std::string name = printable(subject.name);
  constexpr std::size_t kGap = 3;
  constexpr std::size_t kWidestHead = 32;
  const std::size_t head = display_width(name) + kGap;
  if (facts.empty() || head > kWidestHead) {
    canvas.paragraph("", 0, 2, name, Ink::Bold);
    if (!facts.empty()) canvas.parts("  ", 2, 2, facts, Ink::Plain);
  } else {
    canvas.parts(canvas.ink(name, Ink::Bold) + std::string(kGap, ' '), head, head, facts,
                 Ink::Plain);
  }
  for (const std::string& note : subject.notes) canvas.paragraph("  ", 2, 2, note, Ink::Bold);
}

// Findings that stand together: about the packages of one subject, about those that several
// subjects have from one base, or all those that are not about packages.
struct Block {
  std::vector<std::string> subjects;
  bool is_about_packages = true;
  std::vector<Group> groups;
};

struct Sorted {
  std::vector<Block> blocks;  // in the order of their worst findings
  std::vector<Group> suppressed;
};

Sorted sort_out(const Report& report) {
  Sorted out;
  std::map<std::vector<std::string>, std::size_t> packages_of;  // subjects to block
  std::optional<std::size_t> others;
  for (Group& group : merge_shared_bases(group_findings(report.findings))) {
    const Finding& lead = group.lead();
    if (lead.suppressed) {
      out.suppressed.push_back(std::move(group));
      continue;
    }
    std::size_t block = out.blocks.size();
    std::vector<std::string> subjects;
    if (lead.package) {
      subjects = subjects_of(group);
      std::ranges::sort(subjects);
      block = packages_of.try_emplace(subjects, block).first->second;
    } else {
      if (!others) others = block;
      block = *others;
    }
    // Findings come worst first, so the first of a block is its worst, and the first block the
    // worst of all.
    if (block == out.blocks.size())
      out.blocks.push_back({std::move(subjects), lead.package.has_value(), {}});
    out.blocks[block].groups.push_back(std::move(group));
  }
  return out;
}

// A report about one subject says in its head what it is; in one about several, or about a host,
// each has its own.
bool has_sections(const Report& report) {
  return report.subjects.size() > 1 ||
         (report.subjects.size() == 1 && report.subjects.front().name != report.subject.name);
}

void add_section_header(Canvas& canvas, const Report& report, std::string_view name) {
  const auto subject = std::ranges::find(report.subjects, name, &Subject::name);
  Subject unlisted;
  unlisted.name = name;
  canvas.blank();
  add_header(canvas, subject != report.subjects.end() ? *subject : unlisted, {});
}

// "in the base of 12 images   a, b, c (+9)"
void add_shared_header(Canvas& canvas, const Report& report,
                       const std::vector<std::string>& subjects) {
  constexpr std::size_t kNamed = 5;
  const bool are_images = std::ranges::all_of(subjects, [&](const std::string& name) {
    const auto subject = std::ranges::find(report.subjects, name, &Subject::name);
    return subject != report.subjects.end() && subject->type == "image";
  });
  const std::string head =
      fmt::format("in the base of {}", counted(subjects.size(), are_images ? "image" : "subject"));
  std::vector<std::string> named(
      subjects.begin(),
      subjects.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, subjects.size())));
  std::string names = join(named, ", ");
  if (subjects.size() > kNamed) names += fmt::format(" (+{})", subjects.size() - kNamed);
  canvas.blank();
  canvas.paragraph(canvas.ink(head, Ink::Bold) + "   ", display_width(head) + 3, 2, names,
                   Ink::Plain);
}

void add_package_block(Canvas& canvas, const Report& report, const Block& block, const Cut& cut) {
  if (block.subjects.size() > 1) {
    add_shared_header(canvas, report, block.subjects);
    add_vulnerabilities(canvas, cut, OriginDetail::None);
    return;
  }
  if (has_sections(report)) {
    add_section_header(canvas, report, block.subjects.front());
    add_layers(canvas, cut.shown, block.subjects.front());
  }
  add_vulnerabilities(canvas, cut, OriginDetail::Short);
}

// One subject has its layers told below its head; several have them in their sections.
void add_findings(Canvas& canvas, const Report& report, const Style& style,
                  std::vector<Block> blocks) {
  const bool sections = has_sections(report);
  std::size_t rows = kRows;
  if (sections && !blocks.empty()) rows = std::max(kLeastRows, kRows / blocks.size());
  std::vector<Cut> cuts;
  std::vector<Group> shown;
  for (Block& block : blocks) {
    cuts.push_back(cut_to(std::move(block.groups), {rows, style.show_all}));
    shown.insert(shown.end(), cuts.back().shown.begin(), cuts.back().shown.end());
  }
  if (!sections) add_layers(canvas, shown, report.subject.name);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].is_about_packages) {
      add_package_block(canvas, report, blocks[i], cuts[i]);
    } else {
      add_other_findings(canvas, cuts[i], sections ? OriginDetail::Full : OriginDetail::Short);
    }
    add_left_out(canvas, cuts[i].left_out);
  }
}

void add_sums(Canvas& canvas, const Report& report, const Style& style) {
  const Counts counts = count(report.findings);
  canvas.blank();
  std::vector<std::string> parts;
  if (counts.total() == 0) {
    parts.push_back(nothing_found(report));
  } else {
    for (const Severity severity : kWorstFirst) {
      if (counts.of(severity) == 0) continue;
      parts.push_back(fmt::format("{} {}", grouped_number(counts.of(severity)), name_of(severity)));
    }
  }
  if (counts.suppressed > 0) {
    parts.push_back(grouped_number(counts.suppressed) + " suppressed" +
                    (style.show_suppressed ? "" : " (--show-suppressed)"));
  }
  canvas.parts("  ", 2, 2, parts, Ink::Bold);
}

void add_notes(Canvas& canvas, const Report& report) {
  std::vector<std::string> notes = report.notes;
  if (report.database && report.database->starter_only) {
    notes.insert(notes.begin(),
                 "only the small starter database was at hand, so most flaws are not listed: run "
                 "`corten db update`");
  }
  if (!notes.empty()) canvas.blank();
  for (const std::string& note : notes) canvas.paragraph("  note: ", 8, 4, note, Ink::Plain);
}

void add_errors(Canvas& canvas, const Report& report) {
  if (!report.errors.empty()) canvas.blank();
  constexpr std::string_view kHead = "not examined: ";
  for (const SubjectError& error : report.errors) {
    canvas.paragraph("  " + canvas.ink(kHead, Ink::Bold), 2 + kHead.size(), 4,
                     fmt::format("{}: {}", error.subject, error.message), Ink::Plain);
  }
}

// A name that a shell takes as it stands and corten does not take for an option.
bool is_plain_word(std::string_view name) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@+-";
  return !name.empty() && !name.starts_with('-') &&
         name.find_first_not_of(kPlain) == std::string_view::npos;
}

void add_next_commands(Canvas& canvas, const Report& report) {
  const auto worst = std::ranges::find_if(report.findings, [](const Finding& finding) {
    return !finding.suppressed && is_plain_word(finding.id);
  });
  if (worst == report.findings.end()) return;
  std::string again = "corten " + report.command;
  const bool has_target = report.command == "scan" && report.subjects.size() <= 1;
  if (has_target)
    again += is_plain_word(report.subject.name) ? " " + report.subject.name : " TARGET";
  canvas.blank();
  canvas.parts("  ", 2, 2,
               {"corten explain " + worst->id, again + " --format html --output report.html"},
               Ink::Dim);
}

}  // namespace

Result<std::string> write_table(const Report& report, const Style& style) {
  Canvas canvas(style);
  add_header(canvas, report.subject, database_words(report));
  Sorted sorted = sort_out(report);
  add_findings(canvas, report, style, std::move(sorted.blocks));
  add_checks(canvas, report.checks);
  if (style.show_suppressed) add_suppressed(canvas, sorted.suppressed);
  if (report.subjects.size() > 1) add_summary(canvas, report);
  add_sums(canvas, report, style);
  add_advice(canvas, report);
  add_notes(canvas, report);
  add_errors(canvas, report);
  add_next_commands(canvas, report);
  return canvas.take();
}

}  // namespace corten::report
