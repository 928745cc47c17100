#include "yaml/spots.h"

#include <limits>

namespace corten::yaml {

namespace {

std::uint64_t key_of(Position at) { return (std::uint64_t{at.line} << 32U) | at.column; }

template <typename Map, typename Key>
const Spot* found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Node& Spot::value() const {
  return parent->is_map() ? *parent->entries[index].value : *parent->items[index].value;
}

bool Spot::is_alias() const {
  return parent->is_map() ? parent->entries[index].is_alias : parent->items[index].is_alias;
}

Spots::Spots(const Stream& stream) {
  for (const Document& document : stream.documents()) add(*document.root);
}

// NOLINTNEXTLINE(misc-no-recursion): at most kMaxDepth deep, which the parser has checked
void Spots::add(const Node& node) {
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const Entry& entry = node.entries[i];
    if (entry.is_merged) continue;
    keys_.try_emplace(key_of(entry.at()), Spot{&node, i});
    values_.try_emplace(key_of(entry.value_at), Spot{&node, i});
    if (entry.is_alias) continue;
    nodes_.try_emplace(entry.value, Spot{&node, i});
    add(*entry.value);
  }
  for (const Entry& merge : node.merges) {
    merged_.insert(merge.value);
    for (const Item& item : merge.value->items) merged_.insert(item.value);
    if (!merge.is_alias) add(*merge.value);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Item& item = node.items[i];
    values_.try_emplace(key_of(item.value_at), Spot{&node, i});
    if (item.is_alias) continue;
    nodes_.try_emplace(item.value, Spot{&node, i});
    add(*item.value);
  }
}

const Spot* Spots::with_value_at(Position at) const { return found_in(values_, key_of(at)); }
const Spot* Spots::with_key_at(Position at) const { return found_in(keys_, key_of(at)); }
const Spot* Spots::of(const Node& node) const { return found_in(nodes_, &node); }

// NOLINTNEXTLINE(misc-no-recursion): at most kMaxDepth deep, which the parser has checked
void Spots::count_ways(const Node& node) {
  std::uint32_t& ways = ways_[&node];
  if (ways < std::numeric_limits<std::uint32_t>::max()) ++ways;
  for (const Entry& entry : node.entries) count_ways(*entry.value);
  for (const Item& item : node.items) count_ways(*item.value);
}

std::uint32_t Spots::ways_to(const Node& node) const {
  const auto found = ways_.find(&node);
  return found == ways_.end() ? 0 : found->second;
}

bool Spots::is_used_once(const Node& node) const { return ways_to(node) == 1; }

bool Spots::may_grow(const Node& map) const { return ways_to(map) <= 1 && !merged_.contains(&map); }

// A map that is only merged into others is never reached itself: its values tell. Those of an alias
// tell nothing, because they are reached in other ways too.
bool Spots::is_used_once(const Spot& spot) const {
  const std::uint32_t ways = ways_to(*spot.parent);
  if (spot.is_alias()) return ways == 1;
  return ways <= 1 && ways_to(spot.value()) == 1;
}

}  // namespace corten::yaml
