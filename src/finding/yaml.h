// YAML as plain values with positions. The one place that knows the YAML library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corten {

inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxYamlNodes =
    200'000;  // with every use of an alias counted as a copy
inline constexpr std::size_t kMaxYamlDepth = 32;

struct YamlEntry;

// line and column count from 1.
struct YamlNode {
  enum class Kind { Null, Scalar, List, Map };

  Kind kind = Kind::Null;
  std::string text;                // Scalar
  std::vector<YamlNode> items;     // List
  std::vector<YamlEntry> entries;  // Map, in the order of the file; keys are scalars and unique
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct YamlEntry {
  std::string key;
  std::uint32_t line = 0;  // of the key
  std::uint32_t column = 0;
  YamlNode value;
};

// Reads one document; an empty file is Null. `name` stands in front of errors: "corten.yaml:14:3:
// …". Anchors and aliases are resolved by copying. Errors: Usage (no YAML, two documents, a key
// twice or not a scalar), LimitExceeded (bytes, nodes, depth).
[[nodiscard]] Result<YamlNode> parse_yaml(std::string_view content, std::string_view name);

// "NAME:LINE:COLUMN: what", the form of every complaint about such a file.
[[nodiscard]] std::unexpected<Error> fail_at(std::string_view name, std::uint32_t line,
                                             std::uint32_t column, std::string_view what,
                                             std::string hint = {});
// "unknown key 'sevrity': did you mean 'severity'?" at the entry.
[[nodiscard]] std::unexpected<Error> fail_unknown_key(std::string_view name, const YamlEntry& entry,
                                                      const std::vector<std::string_view>& known);

// The entry's value as one non-empty text, or as a list of such (one text counts as a list of one).
[[nodiscard]] Result<std::string> yaml_text(std::string_view name, const YamlEntry& entry);
[[nodiscard]] Result<std::vector<std::string>> yaml_texts(std::string_view name,
                                                          const YamlEntry& entry);

}  // namespace corten
