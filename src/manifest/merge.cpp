#include "manifest/internal/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "manifest/internal/short_syntax.h"
#include "yaml/document.h"

namespace corten::manifest {

namespace {

// What a list of a service is for merging.
enum class ListRule {
  Append,    // one after the other, without repeats
  Replace,   // the later one
  ByPort,    // entries of the same port replace
  ByTarget,  // entries of the same target replace
};

ListRule rule_of(std::string_view key) {
  if (key == "command" || key == "entrypoint" || key == "test") return ListRule::Replace;
  if (key == "ports") return ListRule::ByPort;
  if (key == "volumes" || key == "secrets" || key == "configs" || key == "devices") {
    return ListRule::ByTarget;
  }
  return ListRule::Append;
}

// Finds fields by key in constant time while a map grows.
class FieldIndex {
 public:
  explicit FieldIndex(Value& map) : map_(map) {
    for (std::size_t i = 0; i < map.fields.size(); ++i) at_.try_emplace(map.fields[i].key, i);
  }
  Value* find(const std::string& key) {
    const auto found = at_.find(key);
    return found == at_.end() ? nullptr : &map_.fields[found->second].value;
  }
  void add(Field field) {
    at_.try_emplace(field.key, map_.fields.size());
    map_.fields.push_back(std::move(field));
  }

 private:
  Value& map_;
  std::unordered_map<std::string, std::size_t> at_;
};

std::string identity(const Value& item, ListRule rule) {
  if (rule == ListRule::ByPort) {
    const ComposePort port = read_port(item);
    return fmt::format("{}\n{}\n{}\n{}", port.host_ip, port.published, port.target, port.protocol);
  }
  if (rule == ListRule::ByTarget) {
    if (item.is_map()) {
      const auto target = text_of(get(item, "target"));
      return std::string(target.empty() ? text_of(get(item, "source")) : target);
    }
    const ComposeMount mount = read_mount(item);
    return mount.target;
  }
  return item.is_scalar() ? item.text : std::string();
}

void merge_lists(Value& base, Value over, ListRule rule) {
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < base.items.size(); ++i) {
    known.try_emplace(identity(base.items[i], rule), i);
  }
  for (Value& item : over.items) {
    const std::string id = identity(item, rule);
    const auto found = id.empty() ? known.end() : known.find(id);
    if (found != known.end()) {
      base.items[found->second] = std::move(item);
    } else {
      if (!id.empty()) known.emplace(id, base.items.size());
      base.items.push_back(std::move(item));
    }
  }
}

Value as_list(Value value) {
  if (!value.is_scalar()) return value;
  Value list;
  list.kind = yaml::Kind::Sequence;
  list.at = value.at;
  list.items.push_back(std::move(value));
  return list;
}

// Takes away what is marked !reset where there is nothing under it to reset.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the files are nested, which their parser bounds
void drop_resets(Value& value) {
  std::erase_if(value.fields, [](const Field& field) { return field.value.tag == "!reset"; });
  for (Field& field : value.fields) drop_resets(field.value);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the files are nested, which their parser bounds
void merge_values(Value& base, Value over, std::string_view key) {
  if (over.tag == "!override") {
    base = std::move(over);
    drop_resets(base);
    return;
  }
  if (over.is_null()) return;
  if (base.is_map() && over.is_map()) {
    FieldIndex index(base);
    bool has_resets = false;
    for (Field& field : over.fields) {
      Value* old = index.find(field.key);
      if (field.value.tag == "!reset") {
        has_resets = true;
        if (old != nullptr) old->tag = "!reset";
      } else if (old == nullptr) {
        drop_resets(field.value);
        index.add(std::move(field));
      } else {
        merge_values(*old, std::move(field.value), field.key);
      }
    }
    if (has_resets) {
      std::erase_if(base.fields, [](const Field& field) { return field.value.tag == "!reset"; });
    }
    return;
  }
  const ListRule rule = rule_of(key);
  if ((base.is_sequence() || over.is_sequence()) && rule != ListRule::Replace && !base.is_map() &&
      !over.is_map() && !base.is_null()) {
    base = as_list(std::move(base));
    return merge_lists(base, as_list(std::move(over)), rule);
  }
  base = std::move(over);
}

// "A=b" as a field; Null without the separator.
Field field_from(const Value& item, std::string_view separators) {
  Field field;
  field.at = item.at;
  field.value.at = item.at;
  const std::size_t at = std::string_view(item.text).find_first_of(separators);
  field.key = item.text.substr(0, at);
  if (at == std::string::npos) return field;
  field.value.kind = yaml::Kind::Scalar;
  field.value.is_quoted = true;  // text, whatever it looks like
  field.value.is_open = item.is_open;
  field.value.is_from_environment = item.is_from_environment;
  field.value.text = item.text.substr(at + 1);
  return field;
}

// A list of "NAME=value" or of names becomes a map; the later of two with one name wins.
void list_to_map(Value* list, std::string_view separators) {
  if (list == nullptr || !list->is_sequence()) return;
  Value map;
  map.kind = yaml::Kind::Map;
  map.at = list->at;
  map.tag = list->tag;
  FieldIndex index(map);
  for (const Value& item : list->items) {
    if (!item.is_scalar()) continue;
    Field field = field_from(item, separators);
    if (Value* old = index.find(field.key); old != nullptr) {
      *old = std::move(field.value);
    } else {
      index.add(std::move(field));
    }
  }
  *list = std::move(map);
}

Value* value_of(Value& map, std::string_view key) {
  Field* field = field_of(map, key);
  return field == nullptr ? nullptr : &field->value;
}

void path_to_build(Value& service) {
  Value* build = value_of(service, "build");
  if (build == nullptr || !build->is_scalar()) return;
  Value map;
  map.kind = yaml::Kind::Map;
  map.at = build->at;
  map.tag = build->tag;
  Value context = *build;
  context.tag.clear();
  map.fields.push_back({"context", build->at, std::move(context)});
  *build = std::move(map);
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): as deep as the files are nested, which their parser bounds
std::size_t count_values(const Value& value) {
  std::size_t count = 1;
  for (const Value& item : value.items) count += count_values(item);
  for (const Field& field : value.fields) count += count_values(field.value);
  return count;
}

void normalise_service(Value& service) {
  constexpr auto kNamed =
      std::to_array<std::string_view>({"environment", "labels", "annotations", "sysctls"});
  for (const std::string_view key : kNamed) list_to_map(value_of(service, key), "=");
  list_to_map(value_of(service, "extra_hosts"), "=:");
  for (const std::string_view key : {"depends_on", "networks"}) {
    list_to_map(value_of(service, key), {});
  }
  path_to_build(service);
  if (Value* build = value_of(service, "build"); build != nullptr) {
    for (const std::string_view key : {"args", "labels", "additional_contexts"}) {
      list_to_map(value_of(*build, key), "=");
    }
  }
  if (Value* deploy = value_of(service, "deploy"); deploy != nullptr) {
    list_to_map(value_of(*deploy, "labels"), "=");
  }
}

void normalise_file(Value& file) {
  Value* services = value_of(file, "services");
  if (services == nullptr) return;
  for (Field& service : services->fields) normalise_service(service.value);
}

void merge_file(Value& base, Value over) { merge_values(base, std::move(over), {}); }

void merge_service(Value& base, Value over) { merge_values(base, std::move(over), {}); }

}  // namespace corten::manifest
