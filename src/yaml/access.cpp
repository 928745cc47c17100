#include "yaml/access.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corten::yaml {

const Entry* find_entry(const Node& map, std::string_view key) {
  const Entry* found = nullptr;
  for (const Entry& entry : map.entries) {
    if (entry.is_merged && found != nullptr) break;  // own keys win over merged ones
    if (entry.key->kind == Kind::Scalar && entry.key->text == key) found = &entry;
  }
  return found;
}

const Node* get(const Node& map, std::string_view key) {
  const Entry* entry = find_entry(map, key);
  return entry == nullptr ? nullptr : entry->value;
}

const Node* find(const Node& node, std::string_view path) {
  const Node* at = &node;
  for (const std::string_view part : split(path, '.')) {
    if (at->is_sequence()) {
      const auto index = parse_number<std::size_t>(part);
      if (!index || *index >= at->items.size()) return nullptr;
      at = at->items[*index].value;
    } else {
      at = get(*at, part);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view text(const Node* node) {
  return node != nullptr && node->is_scalar() ? std::string_view(node->text) : std::string_view();
}

std::vector<std::string_view> texts(const Node* node) {
  std::vector<std::string_view> all;
  if (node == nullptr) return all;
  if (node->is_scalar()) all.push_back(node->text);
  for (const Item& item : node->items) {
    if (item.value->is_scalar()) all.push_back(item.value->text);
  }
  return all;
}

std::optional<bool> parse_bool(std::string_view text) {
  constexpr auto kTrue = std::to_array<std::string_view>({"true", "yes", "on", "y"});
  constexpr auto kFalse = std::to_array<std::string_view>({"false", "no", "off", "n"});
  if (text.size() > 5) return std::nullopt;
  const std::string lower = to_lower(text);
  // "tRUE" is text: only lower, Capital and UPPER are booleans.
  const bool one_case = text == lower ||
                        std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }) ||
                        text.substr(1) == std::string_view(lower).substr(1);
  if (!one_case) return std::nullopt;
  if (std::ranges::find(kTrue, lower) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, lower) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text.front() == '-') return std::nullopt;
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    text.remove_prefix(2);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return negative ? -value : value;
}

std::optional<bool> as_bool(const Node* node) {
  if (node == nullptr || !node->is_scalar() || node->style != Style::Plain) return std::nullopt;
  return parse_bool(node->text);
}

std::optional<std::int64_t> as_int(const Node* node) {
  if (node == nullptr || !node->is_scalar() || node->style != Style::Plain) return std::nullopt;
  return parse_int(node->text);
}

}  // namespace corten::yaml
