// Globs over paths, package names and subjects.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace corten {

// A longer pattern matches nothing: what ignore files hold is far shorter, and this bounds the work
// of one match.
inline constexpr std::size_t kMaxGlobBytes = 4096;

// Does `pattern` match the whole of `text`? Byte-wise and case-sensitive.
//   *      any run of characters but '/'          ?    one character but '/'
//   **     any run of characters                  \x   the character x itself
//   **/    at the start of a segment: any number of folders, none included ("**/a" matches "a" and
//   "x/y/a")
//   /**    at the end: the folder itself and all that is in it
// Takes time proportional to pattern times text at worst, whatever the pattern; without a wildcard
// it is a comparison.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

// The pattern that matches `text` and nothing else.
[[nodiscard]] std::string glob_escaped(std::string_view text);

}  // namespace corten
