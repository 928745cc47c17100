#include "report/internal/canvas.h"

#include <algorithm>

#include "base/text.h"

namespace corten::report {

namespace {

constexpr std::size_t kNarrowest = 60;
constexpr std::size_t kWidest = 200;

// SGR parameters (ECMA-48, 8.3.117). One accent a severity; the sixteen basic colours follow the
// user's theme.
std::string_view sgr(Ink ink) {
  switch (ink) {
    case Ink::Plain:
      return {};
    case Ink::Bold:
      return "\x1b[1m";
    case Ink::Dim:
      return "\x1b[2m";
    case Ink::Critical:
      return "\x1b[1;31m";
    case Ink::High:
      return "\x1b[31m";
    case Ink::Medium:
      return "\x1b[33m";
    case Ink::Low:
      return "\x1b[36m";
  }
  return {};
}

// The longest start of `text` that is at most `columns` wide, and at least one character.
std::size_t bytes_that_fit(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  std::size_t used = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80) ++next;
    used += display_width(text.substr(end, next - end));
    if (end > 0 && used > columns) break;
    end = next;
  }
  return end;
}

// A paragraph of a feed may be a book; a screen is not.
std::string bounded(std::string_view text) {
  constexpr std::size_t kLongestText = 1200;
  constexpr std::size_t kMostBytes = 4 * kLongestText;  // zero-width characters take no columns
  return ellipsized(printable(text.substr(0, kMostBytes)), kLongestText);
}

}  // namespace

Ink ink_of(Severity severity) {
  switch (severity) {
    case Severity::Critical:
      return Ink::Critical;
    case Severity::High:
      return Ink::High;
    case Severity::Medium:
      return Ink::Medium;
    case Severity::Low:
      return Ink::Low;
    case Severity::Unknown:
      return Ink::Plain;
    case Severity::Info:
      return Ink::Dim;
  }
  return Ink::Plain;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t first, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  std::size_t room = std::max<std::size_t>(first, 1);
  const auto next_row = [&] {
    lines.emplace_back();
    used = 0;
    room = std::max<std::size_t>(columns, 1);
  };
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const std::size_t size = display_width(word);
    if (used > 0 && used + 1 + size > room) next_row();
    if (used > 0) {
      lines.back().push_back(' ');
      ++used;
    } else if (size > room && room < columns) {
      next_row();  // a long word under a long head: better on a line of its own
    }
    while (display_width(word) > room - used) {
      const std::size_t bytes = bytes_that_fit(word, room - used);
      lines.back() += word.substr(0, bytes);
      word.remove_prefix(bytes);
      if (word.empty()) break;
      next_row();
    }
    lines.back() += word;
    used += display_width(word);
  }
  return lines;
}

Canvas::Canvas(const Style& style)
    : width_(std::clamp(style.width, kNarrowest, kWidest)), color_(style.color) {}

std::string Canvas::ink(std::string_view text, Ink ink) const {
  std::string clean = printable(text);
  if (!color_ || ink == Ink::Plain || clean.empty()) return clean;
  return std::string(sgr(ink)) + clean + "\x1b[0m";
}

std::string Canvas::left(std::string_view text, std::size_t columns, Ink ink) const {
  const std::string clean = ellipsized(printable(text), columns);
  return this->ink(clean, ink) +
         std::string(columns - std::min(columns, display_width(clean)), ' ');
}

std::string Canvas::right(std::string_view text, std::size_t columns, Ink ink) const {
  const std::string clean = ellipsized(printable(text), columns);
  return std::string(columns - std::min(columns, display_width(clean)), ' ') +
         this->ink(clean, ink);
}

void Canvas::line(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  out_ += text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  out_.push_back('\n');
}

void Canvas::blank() {
  if (!out_.empty() && !out_.ends_with("\n\n")) out_.push_back('\n');
}

void Canvas::lines(std::string_view head, std::size_t hanging,
                   const std::vector<std::string>& lines, Ink ink) {
  std::string start(head);
  for (const std::string& text : lines) {
    line(start + this->ink(text, ink));
    start = std::string(hanging, ' ');
  }
}

std::size_t Canvas::room_after(std::size_t columns) const {
  constexpr std::size_t kLeast = 10;  // an indent wider than that is given up, not obeyed
  return width_ > columns + kLeast ? width_ - columns : kLeast;
}

void Canvas::paragraph(std::string_view head, std::size_t head_columns, std::size_t hanging,
                       std::string_view text, Ink ink) {
  lines(head, hanging, wrapped(bounded(text), room_after(head_columns), room_after(hanging)), ink);
}

void Canvas::parts(std::string_view head, std::size_t head_columns, std::size_t hanging,
                   const std::vector<std::string>& parts, Ink ink) {
  constexpr std::string_view kSeparator = " · ";
  constexpr std::size_t kSeparatorColumns = 3;
  std::vector<std::string> rows(1);
  std::size_t used = head_columns;
  for (const std::string& part : parts) {
    const std::string clean = bounded(part);
    const std::size_t size = display_width(clean);
    if (!rows.back().empty() && used + kSeparatorColumns + size <= width_) {
      rows.back().append(kSeparator).append(clean);
      used += kSeparatorColumns + size;
      continue;
    }
    if (!rows.back().empty()) {
      rows.emplace_back();
      used = hanging;
    }
    const std::vector<std::string> pieces = wrapped(clean, room_after(used), room_after(hanging));
    rows.back() += pieces.front();
    rows.insert(rows.end(), pieces.begin() + 1, pieces.end());
    used = (pieces.size() == 1 ? used : hanging) + display_width(pieces.back());
  }
  lines(head, hanging, rows, ink);
}

}  // namespace corten::report
