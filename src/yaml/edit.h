// Minimal textual edits of a YAML stream: comments, order and layout stay as they are.
//
// Each function returns one edit that has been tried: with it applied the source parses, and
// differs in nothing but what was asked for. Where that cannot be done (a value that came by an
// alias or a merge key, a complex key, a flow collection in a place that cannot hold it), the error
// says so.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yaml/document.h"

namespace corten::yaml {

struct TextEdit {
  Range range;
  std::string replacement;

  bool operator==(const TextEdit&) const = default;
};

// A value to write. Texts are quoted where YAML would read something else; `Verbatim` is for what
// must not be quoted (true, 512, null).
struct Value {
  enum class Kind { Text, Verbatim, Sequence, Map };
  Kind kind = Kind::Text;
  std::string key;  // in a map: the key that this is the value of
  std::string text;
  std::vector<Value> items;  // of a sequence or map

  static Value of_text(std::string text);
  static Value verbatim(std::string text);
  static Value sequence(std::vector<Value> items);
  static Value map(std::vector<std::pair<std::string, Value>> entries);
};

// Replaces the value of `key` in `map` (a scalar, null or an alias to one) by a scalar or a flow
// collection. Quotes stay
// if the old value had them and the new one is a text.
[[nodiscard]] Result<TextEdit> set_scalar(const Stream& stream, const Node& map,
                                          std::string_view key, const Value& value);
// The same for one value of a sequence.
[[nodiscard]] Result<TextEdit> set_item(const Stream& stream, const Node& sequence,
                                        std::size_t index, const Value& value);
// Adds `key` to `map`, after the key `after` or, if that is empty or absent, at the end. Nested
// values are indented as the rest of the file is.
[[nodiscard]] Result<TextEdit> add_key(const Stream& stream, const Node& map, std::string_view key,
                                       const Value& value, std::string_view after = {});
// Gives `map` the value at a path of keys: sets what is there (a scalar or null), else adds the
// keys that are missing, the first of them after the key `after`. A value that came by a merge key
// is overridden by one of the map's own. Error: a map on the way is not the map's own.
[[nodiscard]] Result<TextEdit> put(const Stream& stream, const Node& map,
                                   std::span<const std::string_view> path, const Value& value,
                                   std::string_view after = {});
// Gives a key whose value is a scalar another name and value, in its place.
[[nodiscard]] Result<TextEdit> replace_entry(const Stream& stream, const Node& map,
                                             std::string_view key, std::string_view new_key,
                                             const Value& value);
[[nodiscard]] Result<TextEdit> rename_key(const Stream& stream, const Node& map,
                                          std::string_view key, std::string_view new_key);
[[nodiscard]] Result<TextEdit> append_item(const Stream& stream, const Node& sequence,
                                           const Value& value);
// Removes a key and its value, with the comment at the end of its line, the comment lines right
// above it (unless keys that were commented out are among them), and a blank line that would follow
// another. The last key of a map leaves `{}`, the last value of a sequence `[]`.
[[nodiscard]] Result<TextEdit> remove_key(const Stream& stream, const Node& map,
                                          std::string_view key);
[[nodiscard]] Result<TextEdit> remove_item(const Stream& stream, const Node& sequence,
                                           std::size_t index);

// `source` with the edits made. They may come in any order and must not overlap (InvalidInput).
[[nodiscard]] Result<std::string> apply(std::string_view source, std::span<const TextEdit> edits);

// True if edits that were tried one by one can be made together.
[[nodiscard]] bool fit_together(const Stream& stream, std::span<const TextEdit> edits);

// Bytes that are read to try an edit at `line`: its document's.
[[nodiscard]] std::size_t trial_size(const Stream& stream, std::uint32_t line);

// `text` as YAML writes it in one line: plain if that reads back as the same text, else quoted.
[[nodiscard]] std::string scalar_source(std::string_view text);

// True if both have the same kinds, texts, tags, keys and order; layout does not count.
[[nodiscard]] bool same_content(const Node& a, const Node& b);

}  // namespace corten::yaml
