#include "manifest/value.h"

#include "base/text.h"
#include "yaml/access.h"

namespace corten::manifest {

const Field* field_of(const Value& map, std::string_view key) {
  for (const Field& field : map.fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

Field* field_of(Value& map, std::string_view key) {
  for (Field& field : map.fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

const Value* get(const Value& map, std::string_view key) {
  const Field* field = field_of(map, key);
  return field == nullptr ? nullptr : &field->value;
}

const Value* find(const Value& value, std::string_view path) {
  const Value* at = &value;
  for (const std::string_view part : split(path, '.')) {
    at = get(*at, part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view text_of(const Value* value) {
  return value != nullptr && value->is_scalar() ? std::string_view(value->text)
                                                : std::string_view();
}

std::optional<bool> bool_of(const Value* value) {
  if (value == nullptr || !value->is_scalar()) return std::nullopt;
  return yaml::parse_bool(value->text);
}

std::vector<const Value*> scalars_of(const Value* value) {
  std::vector<const Value*> all;
  if (value == nullptr) return all;
  if (value->is_scalar()) all.push_back(value);
  for (const Value& item : value->items) {
    if (item.is_scalar()) all.push_back(&item);
  }
  return all;
}

}  // namespace corten::manifest
