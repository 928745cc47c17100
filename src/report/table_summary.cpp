// The sums by subject and the advice: what a reader takes away.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "report/internal/table_blocks.h"

namespace corten::report {

namespace {

constexpr std::size_t kGap = 2;

struct Line {
  std::string_view name;
  Counts counts;
  const Subject* subject =
      nullptr;  // null for findings about something that is not in Report::subjects
  bool has_error = false;
};

// Every subject and everything else that has findings, worst first, otherwise in the order of the
// report.
std::vector<Line> lines_of(const Report& report) {
  std::vector<Line> lines;
  std::unordered_map<std::string_view, std::size_t> index_of;
  const auto at = [&](std::string_view name) -> Line& {
    const auto [slot, is_new] = index_of.try_emplace(name, lines.size());
    if (is_new) lines.push_back({name, {}, nullptr, false});
    return lines[slot->second];
  };
  for (const Subject& subject : report.subjects) at(subject.name).subject = &subject;
  for (const Finding& finding : report.findings) at(finding.subject).counts.add(finding);
  for (const SubjectError& error : report.errors) at(error.subject).has_error = true;
  std::ranges::stable_sort(lines, [](const Line& a, const Line& b) {
    return std::ranges::lexicographical_compare(
        b.counts.by_severity.rbegin(), b.counts.by_severity.rend(), a.counts.by_severity.rbegin(),
        a.counts.by_severity.rend());
  });
  return lines;
}

struct Column {
  Severity severity;
  std::size_t columns;
};

std::vector<Column> columns_of(const Counts& sums) {
  std::vector<Column> columns;
  for (const Severity severity : kWorstFirst) {
    if (severity < Severity::Low && sums.of(severity) == 0) continue;
    const std::size_t name = std::string_view(name_of(severity)).size();
    columns.push_back({severity, std::max(name, grouped_number(sums.of(severity)).size())});
  }
  return columns;
}

std::string remark_of(const Line& line) {
  std::string packages;
  if (line.subject != nullptr && line.subject->packages > 0) {
    packages = counted(line.subject->packages, "package");
  }
  if (line.has_error) return "not fully examined";
  if (line.counts.total() > 0) return packages;
  return packages.empty() ? "no findings" : "no findings in " + packages;
}

// "two", as a sentence begins; digits from ten.
std::string number_word(std::size_t number) {
  constexpr std::array<std::string_view, 10> kWords = {"no",   "one", "two",   "three", "four",
                                                       "five", "six", "seven", "eight", "nine"};
  return number < kWords.size() ? std::string(kWords[number]) : grouped_number(number);
}

}  // namespace

void add_summary(Canvas& canvas, const Report& report) {
  const std::vector<Line> lines = lines_of(report);
  const std::vector<Column> columns = columns_of(count(report.findings));
  std::size_t numbers = 0;
  for (const Column& column : columns) numbers += kGap + column.columns;
  constexpr std::size_t kRemarkColumns = 20;
  constexpr std::size_t kLeastName = 12;
  const std::size_t room = canvas.width() - kGap - numbers;
  // Where all severities occur, a narrow screen has the remarks below the names.
  const bool remarks_beside = room >= kLeastName + kGap + kRemarkColumns;
  std::size_t names = 0;
  for (const Line& line : lines) names = std::max(names, display_width(printable(line.name)));
  names = std::min(names, remarks_beside ? room - kGap - kRemarkColumns : room);

  canvas.blank();
  const std::string gap(kGap, ' ');
  std::string heading = gap + std::string(names, ' ');
  for (const Column& column : columns) {
    heading += gap + canvas.right(name_of(column.severity), column.columns, Ink::Dim);
  }
  canvas.line(heading);
  for (const Line& line : lines) {
    std::string text = gap + canvas.left(line.name, names, Ink::Bold);
    for (const Column& column : columns) {
      const std::uint64_t number = line.counts.of(column.severity);
      const std::string words = number == 0 ? std::string() : grouped_number(number);
      text += gap + canvas.right(words, column.columns, ink_of(column.severity));
    }
    if (remarks_beside) {
      const std::size_t used = kGap + names + numbers + kGap;
      text += gap + canvas.left(remark_of(line), canvas.width() - used, Ink::Dim);
    }
    canvas.line(text);
    if (!remarks_beside) canvas.paragraph("    ", 2 * kGap, 2 * kGap, remark_of(line), Ink::Dim);
  }
}

void add_advice(Canvas& canvas, const Report& report) {
  if (report.advice.empty()) return;
  const std::uint64_t total = count(report.findings).total();
  std::uint64_t removed = 0;
  for (const Advice& advice : report.advice) removed += advice.removes;
  const std::size_t steps = report.advice.size();
  canvas.blank();
  canvas.line(
      canvas.ink(fmt::format("  {} {} {} of {}:", number_word(steps),
                             steps == 1 ? "step removes" : "steps remove",
                             grouped_number(std::min(removed, total)), grouped_number(total)),
                 Ink::Bold));
  constexpr std::size_t kIndent = 4;
  for (const Advice& advice : report.advice) {
    const bool names_subject = report.subjects.size() > 1 && !advice.subject.empty();
    const std::string action =
        printable(names_subject ? advice.subject + ": " + advice.action : advice.action);
    const std::string effect = effect_words(advice);
    const std::size_t gap = 3;
    if (kIndent + display_width(action) + gap + display_width(effect) <= canvas.width()) {
      canvas.line("    " + action + "   " + canvas.ink(effect, Ink::Dim));
    } else {
      canvas.paragraph("    ", kIndent, kIndent + 2, action, Ink::Plain);
      canvas.paragraph("      ", kIndent + 2, kIndent + 2, effect, Ink::Dim);
    }
  }
}

}  // namespace corten::report
