// Where the values of a stream are written, found again by their place, and how many ways lead to
// them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "yaml/document.h"

namespace corten::yaml {

// An entry of a map or an item of a sequence, as it is written.
struct Spot {
  const Node* parent = nullptr;
  std::size_t index = 0;  // of parent->entries or parent->items

  [[nodiscard]] const Node& value() const;
  [[nodiscard]] bool is_alias() const;
};

// Borrows from the stream. Building it is linear in what is written.
class Spots {
 public:
  explicit Spots(const Stream& stream);

  // The entry or item whose value is written at `at` (an alias: where the alias is), the outermost
  // if several begin there; nullptr if there is none.
  [[nodiscard]] const Spot* with_value_at(Position at) const;
  [[nodiscard]] const Spot* with_key_at(Position at) const;
  // The entry or item that `node` is the value of; nullptr for the root of a document.
  [[nodiscard]] const Spot* of(const Node& node) const;

  // Counts the ways from `node` to all values below it, aliases and merge keys followed: linear in
  // its visits. Ways of several calls add up.
  void count_ways(const Node& node);
  // True if a change at this spot changes exactly one of the values that were counted.
  [[nodiscard]] bool is_used_once(const Spot& spot) const;
  [[nodiscard]] bool is_used_once(const Node& node) const;
  // True if a key that is added to `map` shows there alone: it is no other's value, and no merge
  // key names it.
  [[nodiscard]] bool may_grow(const Node& map) const;

 private:
  void add(const Node& node);
  [[nodiscard]] std::uint32_t ways_to(const Node& node) const;

  std::unordered_map<std::uint64_t, Spot> values_;  // by line and column
  std::unordered_map<std::uint64_t, Spot> keys_;
  std::unordered_map<const Node*, Spot> nodes_;
  std::unordered_map<const Node*, std::uint32_t> ways_;
  std::unordered_set<const Node*> merged_;  // into other maps
};

}  // namespace corten::yaml
