// Typed questions to nodes. None follows more than the path that it is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "yaml/document.h"

namespace corten::yaml {

// The entry or value of a key; nullptr if `map` is no map or has no such key. Of a key that stands
// twice, the last.
[[nodiscard]] const Entry* find_entry(const Node& map, std::string_view key);
[[nodiscard]] const Node* get(const Node& map, std::string_view key);

// Follows "spec.template.spec" from `node`; a number is an index of a sequence ("args.0"). Keys
// that hold a dot cannot be named so: use get(). nullptr if any part is missing.
[[nodiscard]] const Node* find(const Node& node, std::string_view path);

// The text of a scalar; empty for everything else, nullptr included.
[[nodiscard]] std::string_view text(const Node* node);
// The texts of a sequence of scalars, or the one scalar; what is no scalar is left out.
[[nodiscard]] std::vector<std::string_view> texts(const Node* node);

// What a plain scalar means. YAML 1.2 has true and false; 1.1, which go-yaml still reads into
// booleans, also yes, no, on, off, in three spellings each. Quoted text is no boolean.
[[nodiscard]] std::optional<bool> as_bool(const Node* node);
// Decimal, 0x…, 0o… and signs. Quoted text is no number.
[[nodiscard]] std::optional<std::int64_t> as_int(const Node* node);

// The same of text, for readers that accept quoted values.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text);

}  // namespace corten::yaml
