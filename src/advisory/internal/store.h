// The database file as a reader sees it: look-ups in a memory map.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "advisory/internal/values.h"
#include "base/bytes.h"
#include "base/result.h"

struct MDB_env;
struct MDB_txn;
extern "C" void mdb_env_close(MDB_env* env);
extern "C" void mdb_txn_abort(MDB_txn* txn);

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
  [[nodiscard]] std::optional<Value> get(std::string_view key) const;
  [[nodiscard]] std::optional<Value> get_vulnerability(std::uint32_t number) const;
  [[nodiscard]] std::optional<CveFact> get_cve(CveId id) const;
  // Every key with this first letter, in order, until visit returns false.
  void each(char prefix,
            const std::function<bool(std::string_view key, Bytes stored)>& visit) const;

 private:
  friend class Store;
  explicit Snapshot(MDB_txn* txn) : txn_(txn) {}
  struct Abort {
    void operator()(MDB_txn* txn) const { mdb_txn_abort(txn); }
  };
  std::unique_ptr<MDB_txn, Abort> txn_;
};

class Store {
 public:
  // Refuses what is not whole: InvalidInput (no database, cut off, damaged head), Unsupported
  // (another schema), NotFound. Pages are checked by check_pages() when a file comes from outside,
  // not here.
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& file);

  [[nodiscard]] Result<Snapshot> snapshot() const;
  [[nodiscard]] const Meta& meta() const { return meta_; }
  [[nodiscard]] std::uint64_t file_size() const { return file_size_; }

 private:
  struct Close {
    void operator()(MDB_env* env) const { mdb_env_close(env); }
  };
  Store() = default;
  std::unique_ptr<MDB_env, Close> env_;
  Meta meta_;
  std::uint64_t file_size_ = 0;
};

}  // namespace corten::advisory
