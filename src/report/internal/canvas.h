// A text screen of a given width: aligned cells, wrapped paragraphs, and ink that vanishes without
// colour.
//
// Every text that goes in is made printable here, so no untrusted text can move the cursor or end a
// line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace corten::report {

enum class Ink { Plain, Bold, Dim, Critical, High, Medium, Low };
[[nodiscard]] Ink ink_of(Severity severity);

class Canvas {
 public:
  // The width is kept between 60 and 200 columns: narrower is unreadable, wider is not read.
  explicit Canvas(const Style& style);

  [[nodiscard]] std::size_t width() const { return width_; }

  // Printable text with ink around it.
  [[nodiscard]] std::string ink(std::string_view text, Ink ink) const;
  // The same, cut or padded with spaces to `columns`.
  [[nodiscard]] std::string left(std::string_view text, std::size_t columns, Ink ink) const;
  [[nodiscard]] std::string right(std::string_view text, std::size_t columns, Ink ink) const;

  // Adds a line that is already printable and inked; spaces at its end are dropped.
  void line(std::string_view text);
  // Adds an empty line, unless the last one is empty or there is none.
  void blank();
  // Adds `head` (already inked, `head_columns` wide) and then `text`, wrapped at spaces with all
  // but the first line indented by `hanging` columns. Text of more than 1200 columns ends in "…".
  void paragraph(std::string_view head, std::size_t head_columns, std::size_t hanging,
                 std::string_view text, Ink ink);
  // Parts joined with " · ", broken only between parts where that is possible.
  void parts(std::string_view head, std::size_t head_columns, std::size_t hanging,
             const std::vector<std::string>& parts, Ink ink);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void lines(std::string_view head, std::size_t hanging, const std::vector<std::string>& lines,
             Ink ink);

  [[nodiscard]] std::size_t room_after(std::size_t columns) const;

  std::size_t width_;
  bool color_;
  std::string out_;
};

// Lines of at most `first` (the first one) or `columns` columns, broken at spaces, and inside of
// words that are longer.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t first,
                                               std::size_t columns);

}  // namespace corten::report
