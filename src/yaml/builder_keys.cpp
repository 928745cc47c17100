// What holds for the keys of a map: merge keys and keys that stand twice.
#include <fmt/format.h>

#include "yaml/internal/builder.h"

namespace corten::yaml {

void Builder::merge_from(Node& map, const Node& from, std::unordered_set<std::string_view>& seen) {
  for (const Entry& entry : from.entries) {
    if (error_) return;
    if (!seen.insert(entry.name()).second) continue;
    if (++merged_ > kMaxVisits / 4) {
      return refuse(last_end_,
                    fmt::format("merge keys stand for more than {} keys", kMaxVisits / 4),
                    ErrorCode::LimitExceeded);
    }
    Entry merged = entry;
    merged.is_merged = true;
    map.entries.push_back(merged);
  }
}

// Own keys win; of several merged maps the first that has the key (YAML 1.1, "merge").
void Builder::expand_merges(Node& map) {
  if (map.merges.empty() || error_) return;
  std::unordered_set<std::string_view> seen;
  for (const Entry& entry : map.entries) seen.insert(entry.name());
  for (const Entry& merge : map.merges) {
    if (merge.value->is_map()) merge_from(map, *merge.value, seen);
    for (const Item& item : merge.value->items) merge_from(map, *item.value, seen);
  }
}

void Builder::find_duplicates(const Node& map) {
  std::unordered_map<std::string_view, const Node*> keys;
  const bool small = map.entries.size() <= 12;  // a look through is cheaper than a hash table
  for (std::size_t i = 0; i < map.entries.size(); ++i) {
    const Node& key = *map.entries[i].key;
    if (key.kind != Kind::Scalar) continue;
    const Node* first = nullptr;
    if (small) {
      for (std::size_t j = 0; j < i && first == nullptr; ++j) {
        const Node& other = *map.entries[j].key;
        if (other.kind == Kind::Scalar && other.text == key.text) first = &other;
      }
    } else {
      const auto [at, is_new] = keys.try_emplace(key.text, &key);
      if (!is_new) first = at->second;
    }
    if (first != nullptr) stream_.duplicates_.push_back({key.text, first->at, key.at});
  }
}

}  // namespace corten::yaml
