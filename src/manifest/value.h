// A value of a manifest after interpolation and merging, with the place that it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/document.h"

namespace corten::manifest {

// `file` is an index into the files of the project. line and column count from 1; 0 is unknown.
struct Place {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Place&) const = default;
};

struct Field;

struct Value {
  yaml::Kind kind = yaml::Kind::Null;
  bool is_quoted = false;
  // A variable without a known value is part of `text`, which then holds it as it is written
  // ("${TAG}"). Checks do not judge what they cannot know.
  bool is_open = false;
  // Part of it is the value of a variable of the environment or an .env file, not of the manifest.
  bool is_from_environment = false;
  std::string text;  // of a scalar
  std::string tag;   // "!reset", "!override", …
  Place at;
  std::vector<Value> items;   // of a sequence
  std::vector<Field> fields;  // of a map, in order

  [[nodiscard]] bool is_map() const { return kind == yaml::Kind::Map; }
  [[nodiscard]] bool is_sequence() const { return kind == yaml::Kind::Sequence; }
  [[nodiscard]] bool is_scalar() const { return kind == yaml::Kind::Scalar; }
  [[nodiscard]] bool is_null() const { return kind == yaml::Kind::Null; }
};

struct Field {
  std::string key;
  Place at;  // of the key
  Value value;
};

// nullptr if `map` is no map or has no such key.
[[nodiscard]] const Field* field_of(const Value& map, std::string_view key);
[[nodiscard]] Field* field_of(Value& map, std::string_view key);
[[nodiscard]] const Value* get(const Value& map, std::string_view key);
// Follows "deploy.resources.limits"; nullptr if any part is missing.
[[nodiscard]] const Value* find(const Value& value, std::string_view path);
// Text of a scalar; empty for everything else, nullptr included.
[[nodiscard]] std::string_view text_of(const Value* value);
// Quoted or not, as Compose reads it; nullopt for what is no boolean.
[[nodiscard]] std::optional<bool> bool_of(const Value* value);
// The scalars of a sequence, or the one scalar.
[[nodiscard]] std::vector<const Value*> scalars_of(const Value* value);

}  // namespace corten::manifest
