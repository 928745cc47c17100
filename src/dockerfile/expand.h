// Variables, quotes and escapes in the words of a Dockerfile, as BuildKit's lexer treats them:
// $x ${x} ${x:-w} ${x-w} ${x:+w} ${x+w} ${x:?w} ${x?w} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r}
// ${x//p/r}; '…' keeps everything, "…" only expands, the escape character takes the next one as it
// is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/source.h"

namespace corten::dockerfile {

inline constexpr std::size_t kMaxExpandedBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMaxExpandDepth = 32;                     // ${a:-${b:-…}}
inline constexpr std::size_t kMaxPatternSteps = std::size_t{4} << 20;  // of ${x#p} and the like

// A value that a name has. Not known: it was built from a name without a value, or given only when
// the image is built; `text` is then what BuildKit would use without build arguments.
struct Value {
  std::string_view text;
  bool known = true;
};

// The value of a name, or nullopt if nothing defines it. The view must outlive the call of
// expand().
using Lookup = std::function<std::optional<Value>(std::string_view name)>;

enum class Quotes : std::uint8_t { Remove, Keep };     // and likewise escape characters
enum class Unset : std::uint8_t { Empty, AsWritten };  // "" or the reference as it is

struct ExpandOptions {
  char escape = '\\';
  Quotes quotes = Quotes::Remove;
  Quotes escapes = Quotes::Remove;
  Unset unset = Unset::Empty;
  std::size_t max_bytes = kMaxExpandedBytes;
};

struct VariableUse {
  std::string_view name;      // borrows from the input
  Range range;                // of the whole reference, as offsets into the input
  std::string_view modifier;  // "", ":-", "-", ":+", "+", ":?", "?", "#", "%", "/", "//"
  bool found = false;         // the lookup knows the name
};

struct ExpandedWord {
  std::string text;
  Range range;  // offsets into the input
};

struct Expansion {
  std::string text;
  std::vector<ExpandedWord> words;     // `text` split at blanks that are not quoted
  std::vector<VariableUse> variables;  // in order, also nested ones
  bool resolved = true;                // every name had a known value or a default, and no error
  std::string error;                   // why BuildKit refuses the word, or empty
};

[[nodiscard]] Expansion expand(std::string_view word, const Lookup& lookup,
                               const ExpandOptions& options = {});

// Without variables: quotes and escapes removed. For a word that has none this is the word itself.
[[nodiscard]] std::string unquote(std::string_view word, char escape);

}  // namespace corten::dockerfile
