// The database file as a reader sees it: look-ups in a memory map.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "advisory/internal/tree.h"
#include "advisory/internal/values.h"
#include "base/bytes.h"
#include "base/result.h"

namespace corten::advisory {

// A value aligned to 8: in the map where it lies well, else a copy (only values within a page, so
// at most 2 KiB).
class Value {
 public:
  explicit Value(Bytes stored);
  Value(Value&&) noexcept = default;
  Value& operator=(Value&&) noexcept = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  std::vector<std::uint64_t> copy_;
  Bytes bytes_;
};

// One thread at a time; cheap to make. Values live as long as the store.
class Snapshot {
 public:
  explicit Snapshot(const Tree& tree) : reader_(tree) {}

  // nullopt: there is none, or damage, which state() then tells.
  [[nodiscard]] std::optional<Value> get(std::string_view key) const;
  [[nodiscard]] std::optional<Value> get_vulnerability(std::uint32_t number) const;
  [[nodiscard]] std::optional<CveFact> get_cve(CveId id) const;
  // Every key with this first letter, in order, until visit returns false.
  void each(char prefix,
            const std::function<bool(std::string_view key, Bytes stored)>& visit) const;

  // The first damage that was come upon: what was found so far is not all.
  [[nodiscard]] Status state() const { return state_; }

 private:
  mutable Tree::Reader reader_;
  mutable Status state_;
};

class Store {
 public:
  // Refuses what is not whole: InvalidInput (no database, cut off, damaged head), Unsupported
  // (another schema), NotFound. Pages are checked when they are read.
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& file);

  [[nodiscard]] Snapshot snapshot() const { return Snapshot(tree_); }
  [[nodiscard]] const Meta& meta() const { return meta_; }
  [[nodiscard]] std::uint64_t file_size() const { return file_size_; }

 private:
  explicit Store(Tree tree) : tree_(std::move(tree)) {}
  Tree tree_;
  Meta meta_;
  std::uint64_t file_size_ = 0;
};

}  // namespace corten::advisory
