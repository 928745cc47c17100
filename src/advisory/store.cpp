#include "advisory/internal/store.h"

#include <fmt/format.h>
#include <lmdb.h>

#include <cstring>

#include "advisory/database.h"
#include "advisory/internal/file_check.h"
#include "base/file.h"

namespace corten::advisory {

namespace {

constexpr MDB_dbi kTree =
    1;  // what mdb_dbi_open gives for the unnamed database, in every environment

MDB_val to_value(std::string_view text) {
  // LMDB does not write through the keys of look-ups; its type only lacks the const.
  return {text.size(), const_cast<char*>(text.data())};
}

Bytes to_bytes(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};

}  // namespace

Value::Value(Bytes stored) : bytes_(stored) {
  constexpr std::size_t kAlignment = 8;
  if (reinterpret_cast<std::uintptr_t>(stored.data()) % kAlignment == 0 || stored.empty()) return;
  copy_.resize((stored.size() + kAlignment - 1) / kAlignment);
  std::memcpy(copy_.data(), stored.data(), stored.size());
  bytes_ = Bytes(reinterpret_cast<const std::byte*>(copy_.data()), stored.size());
}

std::optional<Value> Snapshot::get(std::string_view key) const {
  if (key.empty() || key.size() > kMaxKeyBytes) return std::nullopt;
  MDB_val key_value = to_value(key);
  MDB_val value{};
  if (mdb_get(txn_.get(), kTree, &key_value, &value) != MDB_SUCCESS) return std::nullopt;
  return Value(to_bytes(value));
}

std::optional<Value> Snapshot::get_vulnerability(std::uint32_t number) const {
  return get(vulnerability_key(number));
}

std::optional<CveFact> Snapshot::get_cve(CveId id) const {
  const auto value = get(cve_key(id));
  return value ? decode_cve(value->bytes()) : std::nullopt;
}

void Snapshot::each(char prefix, const std::function<bool(std::string_view, Bytes)>& visit) const {
  MDB_cursor* raw = nullptr;
  if (mdb_cursor_open(txn_.get(), kTree, &raw) != MDB_SUCCESS) return;
  const std::unique_ptr<MDB_cursor, CloseCursor> cursor(raw);
  MDB_val key = to_value({&prefix, 1});
  MDB_val value{};
  for (int status = mdb_cursor_get(raw, &key, &value, MDB_SET_RANGE); status == MDB_SUCCESS;
       status = mdb_cursor_get(raw, &key, &value, MDB_NEXT)) {
    const std::string_view name = as_text(to_bytes(key));
    if (name.empty() || name.front() != prefix || !visit(name, to_bytes(value))) return;
  }
}

Result<Store> Store::open(const std::filesystem::path& file) {
  CORTEN_TRY(const FileHead head, check_head(file));
  Store store;
  store.file_size_ = head.file_size;
  MDB_env* env = nullptr;
  int status = mdb_env_create(&env);
  if (status != MDB_SUCCESS) return fail(ErrorCode::Io, mdb_strerror(status));
  store.env_.reset(env);
  mdb_env_set_mapsize(env, head.tree_size);
  status = mdb_env_open(env, file.c_str(), MDB_RDONLY | MDB_NOLOCK | MDB_NOSUBDIR | MDB_NOTLS, 0);
  if (status != MDB_SUCCESS) {
    return fail(status > 0 ? ErrorCode::Io : ErrorCode::InvalidInput,
                fmt::format("{}: {}", file.string(), mdb_strerror(status)), kRebuildHint);
  }
  CORTEN_TRY(const Snapshot snapshot, store.snapshot());
  MDB_dbi tree = 0;
  status = mdb_dbi_open(snapshot.txn_.get(), nullptr, 0, &tree);
  const auto value = status == MDB_SUCCESS && tree == kTree ? snapshot.get("m") : std::nullopt;
  auto meta = value ? decode_meta(value->bytes()) : std::nullopt;
  if (!meta)
    return fail(ErrorCode::InvalidInput, file.string() + ": damaged advisory database",
                kRebuildHint);
  store.meta_ = *std::move(meta);
  return store;
}

Result<Snapshot> Store::snapshot() const {
  MDB_txn* txn = nullptr;
  const int status = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &txn);
  if (status != MDB_SUCCESS)
    return fail(ErrorCode::Io, std::string("advisory database: ") + mdb_strerror(status));
  return Snapshot(txn);
}

}  // namespace corten::advisory
