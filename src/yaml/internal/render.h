// Values as YAML text.
#pragma once

#include <string>
#include <string_view>

#include "yaml/document.h"
#include "yaml/edit.h"

namespace corten::yaml {

struct Layout {
  std::size_t step = 2;             // spaces of one level
  bool are_dashes_indented = true;  // "- " under a key: one level deeper, or below the key
  std::string_view newline = "\n";
};

// How the rest of the file is laid out, by its first nested map and list.
[[nodiscard]] Layout layout_of(const Stream& stream);

// "key: value", without a newline at the end; nested lines begin with `indent` spaces and more.
[[nodiscard]] std::string block_entry(std::string_view key, const Value& value, std::size_t indent,
                                      const Layout& layout);
// The value in one line: {a: [b, c]}.
[[nodiscard]] std::string flow_source(const Value& value);
// True if `node` reads as `value`.
[[nodiscard]] bool reads_as(const Node& node, const Value& value);

}  // namespace corten::yaml
