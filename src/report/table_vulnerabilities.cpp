// Vulnerabilities as aligned rows; columns shrink and marks move to the detail line as the terminal gets narrower.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/internal/table_blocks.h"

namespace corten::report {

namespace {

constexpr std::size_t kSeverityColumns = 8;  // "critical"
constexpr std::size_t kGap = 2;
constexpr std::size_t kLongestCell = 40;

struct Row {
  Severity severity = Severity::Info;
  std::string id;
  std::string package;
  std::string installed;
  std::string fixed;
  std::string marks;
  bool has_fix = false;
  const Finding* finding = nullptr;
};

struct Columns {
  std::size_t id = 2;
  std::size_t package = 7;    // as wide as their headings
  std::size_t installed = 9;
  std::size_t fixed = 8;
  bool marks_beside = false;  // else they open the detail line
  bool stacked = false;       // too narrow for columns: versions go below

  [[nodiscard]] std::size_t total() const {
    return kGap + kSeverityColumns + kGap + id + kGap + package + kGap + installed + kGap + fixed;
  }
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

// Natural widths, then the widest of the three text columns gives way until the row fits.
Columns fit(const std::vector<Row>& rows, std::size_t width) {
  Columns columns;
  std::size_t marks_columns = 0;
  const auto grow = [](std::size_t& column, std::string_view cell) {
    column = std::max(column, std::min(display_width(cell), kLongestCell));
  };
  for (const Row& row : rows) {
    grow(columns.id, row.id);
    grow(columns.package, row.package);
    grow(columns.installed, row.installed);
    grow(columns.fixed, row.fixed);
    marks_columns = std::max(marks_columns, display_width(row.marks));
  }
  columns.marks_beside = columns.total() + kGap + marks_columns <= width;
  constexpr std::size_t kNarrowestCell = 13;
  while (columns.total() > width) {
    const std::array<std::size_t*, 3> texts = {&columns.package, &columns.installed, &columns.fixed};
    std::size_t* widest = *std::ranges::max_element(
        texts, [](const std::size_t* a, const std::size_t* b) { return *a < *b; });
    if (*widest <= kNarrowestCell) {
      columns.stacked = true;
      break;
    }
    --*widest;
  }
  return columns;
}

std::string gap() { return std::string(kGap, ' '); }

void add_heading(Canvas& canvas, const Columns& columns) {
  if (columns.stacked) return;
  canvas.line(gap() + canvas.left("severity", kSeverityColumns, Ink::Dim) + gap() +
              canvas.left("id", columns.id, Ink::Dim) + gap() +
              canvas.left("package", columns.package, Ink::Dim) + gap() +
              canvas.left("installed", columns.installed, Ink::Dim) + gap() +
              canvas.left("fixed in", columns.fixed, Ink::Dim));
}

std::string versions_words(const Row& row) {
  return fmt::format("{}{}{}", row.installed, row.has_fix ? " → " : " · ", row.fixed);
}

// The second line: what did not fit above, then what it is and where it comes from.
void add_details(Canvas& canvas, const Columns& columns, const Row& row) {
  std::vector<std::string> parts;
  const bool is_cut = display_width(row.installed) > columns.installed ||
                      display_width(row.fixed) > columns.fixed;
  if (columns.stacked || is_cut) parts.push_back(versions_words(row));
  if (!columns.marks_beside) {
    for (std::string& mark : marks(*row.finding)) parts.push_back(std::move(mark));
  }
  if (row.severity >= Severity::High) {
    constexpr std::size_t kLongestOrigin = 48;
    std::string origin;
    if (row.finding->origin) {
      origin = ellipsized(printable(origin_words(*row.finding->origin)), kLongestOrigin);
    }
    if (has_title(*row.finding)) {
      // The title gives way to what stands beside it, so that both stay on one line.
      const std::size_t taken = kDetailIndent + (origin.empty() ? 0 : display_width(origin) + 3);
      const std::size_t room = std::max<std::size_t>(canvas.width() - taken, 24);
      parts.push_back(ellipsized(printable(row.finding->title), room));
    }
    if (!origin.empty()) parts.push_back(std::move(origin));
  }
  if (parts.empty()) return;
  canvas.parts(std::string(kDetailIndent, ' '), kDetailIndent, kDetailIndent, parts, Ink::Dim);
}

void add_row(Canvas& canvas, const Columns& columns, const Row& row) {
  const Ink accent = ink_of(row.severity);
  std::string text = gap() + canvas.left(name_of(row.severity), kSeverityColumns, accent) + gap() +
                     canvas.left(row.id, columns.id, Ink::Plain) + gap();
  if (columns.stacked) {
    const std::size_t used = kDetailIndent + columns.id + kGap;
    text += canvas.left(row.package, canvas.width() - std::min(used, canvas.width() - 1), Ink::Bold);
  } else {
    text += canvas.left(row.package, columns.package, Ink::Bold) + gap() +
            canvas.left(row.installed, columns.installed, Ink::Plain) + gap() +
            canvas.left(row.fixed, columns.fixed, row.has_fix ? Ink::Plain : Ink::Dim);
    if (columns.marks_beside) text += gap() + canvas.ink(row.marks, Ink::Bold);
  }
  canvas.line(text);
  add_details(canvas, columns, row);
}

}  // namespace

void add_vulnerabilities(Canvas& canvas, const Cut& cut) {
  std::vector<Row> rows;
  for (const Group& group : cut.shown) rows.push_back(row_of(group));
  if (rows.empty()) return;
  const Columns columns = fit(rows, canvas.width());
  canvas.blank();
  add_heading(canvas, columns);
  for (const Row& row : rows) add_row(canvas, columns, row);
}

}  // namespace corten::report
