// Vulnerabilities as aligned rows; columns shrink and marks move to the detail line as the terminal
// gets narrower.
#include <algorithm>

#include "base/text.h"
#include "report/internal/table_blocks.h"

namespace corten::report {

namespace {

constexpr std::size_t kSeverityColumns = 8;  // "critical"
constexpr std::size_t kGap = 2;
constexpr std::string_view kSeparator = " · ";

struct Row {
  Severity severity = Severity::Info;
  std::string id;
  std::string package;
  std::string installed;
  std::string fixed;
  std::string marks;
  bool has_fix = false;
  bool is_stacked = false;  // too long for the columns: versions go below
  const Finding* finding = nullptr;

  [[nodiscard]] std::size_t columns() const {
    return display_width(id) + display_width(package) + display_width(installed) +
           display_width(fixed);
  }
};

struct Columns {
  std::size_t id = 2;  // each at least as wide as its heading
  std::size_t package = 7;
  std::size_t installed = 9;
  std::size_t fixed = 8;
  std::size_t marks = 0;

  void grow(const Row& row) {
    id = std::max(id, display_width(row.id));
    package = std::max(package, display_width(row.package));
    installed = std::max(installed, display_width(row.installed));
    fixed = std::max(fixed, display_width(row.fixed));
    marks = std::max(marks, display_width(row.marks));
  }
  [[nodiscard]] std::size_t total() const {
    return kGap + kSeverityColumns + kGap + id + kGap + package + kGap + installed + kGap + fixed;
  }
};

struct Layout {
  Columns columns;
  bool has_columns = true;    // false: every row is stacked
  bool marks_beside = false;  // else they open the detail line
};

Row row_of(const Group& group) {
  const Finding& lead = group.lead();
  Row row;
  row.severity = lead.severity;
  row.id = printable(lead.id);
  row.package = printable(package_label(group));
  row.installed = lead.package ? printable(lead.package->version) : std::string();
  row.fixed = printable(fixed_words(lead));
  row.marks = join(marks(lead), "  ");
  row.has_fix = !lead.fixed_versions.empty();
  row.finding = &lead;
  return row;
}

// Versions are to be typed and compared, so none is cut: the longest rows are stacked until the
// others fit in columns. When that leaves less than half of them, all are stacked, for calm.
Layout lay_out(std::vector<Row>& rows, std::size_t width) {
  std::vector<Row*> by_size;
  for (Row& row : rows) by_size.push_back(&row);
  std::ranges::stable_sort(by_size, {}, &Row::columns);
  Layout layout;
  std::size_t in_columns = 0;
  for (Row* row : by_size) {
    Columns wider = layout.columns;
    wider.grow(*row);
    row->is_stacked = wider.total() > width;
    if (row->is_stacked) continue;
    layout.columns = wider;
    ++in_columns;
  }
  layout.has_columns = in_columns * 2 >= rows.size();
  if (!layout.has_columns) {
    for (Row& row : rows) {
      row.is_stacked = true;
      layout.columns.id = std::max(layout.columns.id, display_width(row.id));
    }
  }
  layout.marks_beside =
      layout.has_columns && layout.columns.total() + kGap + layout.columns.marks <= width;
  return layout;
}

std::string gap() { return std::string(kGap, ' '); }

void add_heading(Canvas& canvas, const Columns& columns) {
  canvas.line(gap() + canvas.left("severity", kSeverityColumns, Ink::Dim) + gap() +
              canvas.left("id", columns.id, Ink::Dim) + gap() +
              canvas.left("package", columns.package, Ink::Dim) + gap() +
              canvas.left("installed", columns.installed, Ink::Dim) + gap() +
              canvas.left("fixed in", columns.fixed, Ink::Dim));
}

// What it is and where it comes from, in `room` columns: the title gives way to the origin.
std::vector<std::string> explained(const Finding& finding, std::size_t room, OriginDetail detail) {
  constexpr std::size_t kLeastTitle = 20;
  std::vector<std::string> parts;
  std::string origin;
  if (finding.origin && detail != OriginDetail::None) origin = short_origin_words(*finding.origin);
  if (has_title(finding)) {
    const std::size_t taken =
        origin.empty() ? 0 : display_width(origin) + display_width(kSeparator);
    const std::size_t left = room > taken + kLeastTitle ? room - taken : kLeastTitle;
    parts.push_back(ellipsized(printable(finding.title), left));
  }
  if (!origin.empty()) parts.push_back(std::move(origin));
  return parts;
}

// The lines below the row: versions that had no room above, marks that had none, and what it is.
void add_details(Canvas& canvas, const Layout& layout, const Row& row, OriginDetail detail) {
  const Finding& finding = *row.finding;
  const bool is_explained = row.severity >= Severity::High;
  std::string head(kDetailIndent, ' ');
  std::size_t used = kDetailIndent;
  if (row.is_stacked) {
    std::string versions = row.installed;
    if (!versions.empty() && !row.fixed.empty()) versions += row.has_fix ? " → " : " · ";
    std::vector<std::string> parts = marks(finding);
    parts.insert(parts.begin(), versions + row.fixed);
    // An origin alone is not worth a line of its own.
    const bool has_line = is_explained && has_title(finding);
    if (is_explained && !has_line)
      std::ranges::move(explained(finding, 0, detail), std::back_inserter(parts));
    canvas.parts(head, kDetailIndent, kDetailIndent, parts, Ink::Plain);
    if (!has_line) return;
  } else if (!layout.marks_beside && !row.marks.empty()) {
    const std::string words = join(marks(finding), " · ");
    head += canvas.ink(words, Ink::Bold);
    used += display_width(words);
  }
  std::vector<std::string> parts;
  if (is_explained) {
    const bool has_marks = used > kDetailIndent;
    const std::size_t room = canvas.width() - used - (has_marks ? display_width(kSeparator) : 0);
    parts = explained(finding, room, detail);
    if (has_marks && !parts.empty()) {
      head += canvas.ink(kSeparator, Ink::Dim);
      used += display_width(kSeparator);
    }
  }
  if (!parts.empty() || used > kDetailIndent) {
    canvas.parts(head, used, kDetailIndent, parts, Ink::Dim);
  }
}

void add_row(Canvas& canvas, const Layout& layout, const Row& row, OriginDetail detail) {
  const Columns& columns = layout.columns;
  if (row.is_stacked) {
    add_headline(canvas, *row.finding, columns.id, row.package, Ink::Bold);
  } else {
    const std::string_view marks = layout.marks_beside ? row.marks : std::string_view();
    canvas.line(gap() + canvas.left(name_of(row.severity), kSeverityColumns, ink_of(row.severity)) +
                gap() + canvas.left(row.id, columns.id, Ink::Plain) + gap() +
                canvas.left(row.package, columns.package, Ink::Bold) + gap() +
                canvas.left(row.installed, columns.installed, Ink::Plain) + gap() +
                canvas.left(row.fixed, columns.fixed, row.has_fix ? Ink::Plain : Ink::Dim) + gap() +
                canvas.ink(marks, Ink::Bold));
  }
  add_details(canvas, layout, row, detail);
}

}  // namespace

void add_vulnerabilities(Canvas& canvas, const Cut& cut, OriginDetail detail) {
  std::vector<Row> rows;
  for (const Group& group : cut.shown) rows.push_back(row_of(group));
  if (rows.empty()) return;
  const Layout layout = lay_out(rows, canvas.width());
  canvas.blank();
  if (layout.has_columns) add_heading(canvas, layout.columns);
  for (const Row& row : rows) add_row(canvas, layout, row, detail);
}

}  // namespace corten::report
