#include "advisory/internal/store.h"

#include <cstring>

#include "advisory/database.h"
#include "advisory/internal/file_check.h"

namespace corten::advisory {

Value::Value(Bytes stored) : bytes_(stored) {
  constexpr std::size_t kAlignment = 8;
  if (reinterpret_cast<std::uintptr_t>(stored.data()) % kAlignment == 0 || stored.empty()) return;
  copy_.resize((stored.size() + kAlignment - 1) / kAlignment);
  std::memcpy(copy_.data(), stored.data(), stored.size());
  bytes_ = Bytes(reinterpret_cast<const std::byte*>(copy_.data()), stored.size());
}

std::optional<Value> Snapshot::get(std::string_view key) const {
  if (key.empty() || key.size() > kMaxKeyBytes) return std::nullopt;
  const auto value = reader_.get(key);
  if (!value) {
    if (state_) state_ = std::unexpected(value.error());
    return std::nullopt;
  }
  return *value ? std::optional<Value>(**value) : std::nullopt;
}

std::optional<Value> Snapshot::get_vulnerability(std::uint32_t number) const {
  return get(vulnerability_key(number));
}

std::optional<CveFact> Snapshot::get_cve(CveId id) const {
  const auto value = get(cve_key(id));
  return value ? decode_cve(value->bytes()) : std::nullopt;
}

void Snapshot::each(char prefix, const std::function<bool(std::string_view, Bytes)>& visit) const {
  const Status read = reader_.each({&prefix, 1}, visit);
  if (!read && state_) state_ = read;
}

Result<Store> Store::open(const std::filesystem::path& file) {
  CORTEN_TRY(const DatabaseFile opened, open_database_file(file));
  auto tree = Tree::open(opened);
  if (!tree) return in_context(std::move(tree).error(), file.string());
  Store store(*std::move(tree));
  store.file_size_ = opened.size;
  const auto value = store.snapshot().get("m");
  auto meta = value ? decode_meta(value->bytes()) : std::nullopt;
  if (!meta)
    return fail(ErrorCode::InvalidInput, file.string() + ": damaged advisory database",
                kRebuildHint);
  store.meta_ = *std::move(meta);
  return store;
}

}  // namespace corten::advisory
