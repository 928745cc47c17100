// Stanzas of "Field: value" lines as dpkg, opkg and copyright files have them (deb822(5)): stanzas
// are separated by blank lines, a value goes on in lines that begin with a space or tab.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace corten::package {

struct Field {
  std::string_view name;   // without the colon; compare with is_field(): names are case-insensitive
  std::string_view value;  // trimmed; the line breaks of continuation lines are in it
};

[[nodiscard]] bool is_field(const Field& field, std::string_view name);

// Borrows the text. LF and CRLF, a missing final newline, comment lines ('#') and lines without a
// colon are all accepted; the last are counted.
class StanzaReader {
 public:
  explicit StanzaReader(std::string_view text) : rest_(text) {}

  // Moves to the next stanza, past what is left of the present one; false at the end of the text.
  [[nodiscard]] bool next_stanza();
  // The next field of the stanza, or nullopt at its end.
  [[nodiscard]] std::optional<Field> next_field();
  // Lines so far that were neither a field nor the continuation of one.
  [[nodiscard]] std::size_t stray_lines() const { return stray_lines_; }

 private:
  std::string_view rest_;
  std::size_t stray_lines_ = 0;
  bool in_stanza_ = false;
};

}  // namespace corten::package
