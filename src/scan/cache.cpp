#include "scan/cache.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/closer.h"
#include "scan/facts.h"

namespace corten::scan {

namespace {

using Handle = std::unique_ptr<sqlite3, Closer<sqlite3_close_v2>>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer<sqlite3_finalize>>;

constexpr int kBusyTimeoutMs = 2000;

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

}  // namespace

class Cache::Impl {
 public:
  explicit Impl(Handle database) : database_(std::move(database)) {}

  [[nodiscard]] Statement prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                       nullptr);
    return Statement(statement);
  }

  bool grew = false;

  [[nodiscard]] bool run(const char* sql) const {
    return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  // Runs that make the cache at the same time are in each other's way where SQLite does not wait by
  // itself: to change the journal it must turn a lock that it holds into a stronger one, and says
  // at once that it is busy, lest two wait for each other.
  [[nodiscard]] bool set_up() const {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds kPause{5};
    const auto deadline = Clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
    while (!try_to_set_up()) {
      // A try may itself have waited for as long as SQLite waits.
      if (sqlite3_errcode(database_.get()) != SQLITE_BUSY || Clock::now() > deadline) return false;
      std::this_thread::sleep_for(kPause);
    }
    return true;
  }

 private:
  // WAL: readers and one writer at a time do not wait for each other.
  [[nodiscard]] bool try_to_set_up() const {
    return run("PRAGMA journal_mode=WAL") && run("PRAGMA synchronous=NORMAL") && prepare_schema();
  }

  [[nodiscard]] std::optional<std::uint32_t> format() const {
    const Statement version = prepare("PRAGMA user_version");
    if (version == nullptr || sqlite3_step(version.get()) != SQLITE_ROW) return std::nullopt;
    return static_cast<std::uint32_t>(sqlite3_column_int(version.get(), 0));
  }

  // A cache of another format is worthless: start anew.
  [[nodiscard]] bool prepare_schema() const {
    const auto found = format();
    if (!found || *found == kFactsFormat) return found.has_value();
    if (!run("BEGIN IMMEDIATE")) return false;
    // Another run may have been faster, and have kept something already.
    if (format() == kFactsFormat) return run("COMMIT");
    const std::string sql = fmt::format(
        "DROP TABLE IF EXISTS layers; DROP TABLE IF EXISTS files;"
        "CREATE TABLE layers(layer TEXT PRIMARY KEY, facts BLOB NOT NULL, used INTEGER NOT NULL) "
        "WITHOUT ROWID;"
        "CREATE TABLE files(identity TEXT PRIMARY KEY, digest TEXT NOT NULL, used INTEGER NOT "
        "NULL) WITHOUT ROWID;"
        "PRAGMA user_version={}; COMMIT;",
        kFactsFormat);
    return run(sql.c_str());
  }

  Handle database_;
};

Cache::Cache() = default;
Cache::Cache(Cache&&) noexcept = default;
Cache& Cache::operator=(Cache&&) noexcept = default;
Cache::~Cache() = default;

Result<Cache> Cache::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  ::chmod(folder.c_str(), 0700);
  const std::string path = folder / "layers.db";
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Handle database(raw);
  if (opened != SQLITE_OK) {
    return fail(ErrorCode::Io, fmt::format("{}: {}", path, sqlite3_errstr(opened)));
  }
  ::chmod(path.c_str(), 0600);
  sqlite3_busy_timeout(database.get(), kBusyTimeoutMs);
  Cache cache;
  cache.impl_ = std::make_unique<Impl>(std::move(database));
  if (!cache.impl_->set_up())
    return fail(ErrorCode::Io, fmt::format("{}: not a cache that can be used", path));
  return cache;
}

std::optional<std::string> Cache::facts(std::string_view layer) const {
  if (impl_ == nullptr) return std::nullopt;
  const Statement find = impl_->prepare("SELECT facts FROM layers WHERE layer=?");
  if (find == nullptr) return std::nullopt;
  bind_text(find.get(), 1, layer);
  if (sqlite3_step(find.get()) != SQLITE_ROW) return std::nullopt;
  const auto* data = static_cast<const char*>(sqlite3_column_blob(find.get(), 0));
  return std::string(data == nullptr ? "" : data,
                     static_cast<std::size_t>(sqlite3_column_bytes(find.get(), 0)));
}

bool Cache::is_verified(std::string_view file_identity, std::string_view digest) const {
  if (impl_ == nullptr) return false;
  const Statement find = impl_->prepare("SELECT 1 FROM files WHERE identity=? AND digest=?");
  if (find == nullptr) return false;
  bind_text(find.get(), 1, file_identity);
  bind_text(find.get(), 2, digest);
  return sqlite3_step(find.get()) == SQLITE_ROW;
}

void Cache::keep_facts(std::string_view layer, std::string_view facts, Time now) {
  if (impl_ == nullptr) return;
  impl_->grew = true;
  const Statement put =
      impl_->prepare("INSERT OR REPLACE INTO layers(layer, facts, used) VALUES(?, ?, ?)");
  if (put == nullptr) return;
  bind_text(put.get(), 1, layer);
  sqlite3_bind_blob64(put.get(), 2, facts.data(), facts.size(), SQLITE_STATIC);
  sqlite3_bind_int64(put.get(), 3, now.time_since_epoch().count());
  sqlite3_step(put.get());
}

void Cache::keep_verified(std::string_view file_identity, std::string_view digest, Time now) {
  if (impl_ == nullptr) return;
  const Statement put =
      impl_->prepare("INSERT OR REPLACE INTO files(identity, digest, used) VALUES(?, ?, ?)");
  if (put == nullptr) return;
  bind_text(put.get(), 1, file_identity);
  bind_text(put.get(), 2, digest);
  sqlite3_bind_int64(put.get(), 3, now.time_since_epoch().count());
  sqlite3_step(put.get());
}

void Cache::note_use(std::string_view layer, Time now) {
  if (impl_ == nullptr) return;
  const Statement put = impl_->prepare("UPDATE layers SET used=? WHERE layer=? AND used<?");
  if (put == nullptr) return;
  sqlite3_bind_int64(put.get(), 1, now.time_since_epoch().count());
  bind_text(put.get(), 2, layer);
  sqlite3_bind_int64(put.get(), 3, (now - std::chrono::days{1}).time_since_epoch().count());
  sqlite3_step(put.get());
}

void Cache::shrink(Time now, std::chrono::days age, std::uint64_t bytes) {
  if (impl_ == nullptr || !impl_->grew) return;
  const auto oldest = (now - age).time_since_epoch().count();
  for (const char* table : {"layers", "files"}) {
    const std::string sql = fmt::format("DELETE FROM {} WHERE used<{}", table, oldest);
    if (!impl_->run(sql.c_str())) return;
  }
  const std::string sql = fmt::format(
      "DELETE FROM layers WHERE layer IN (SELECT layer FROM (SELECT layer, SUM(LENGTH(facts)) OVER "
      "(ORDER BY used DESC) "
      "AS total FROM layers) WHERE total>{})",
      bytes);
  [[maybe_unused]] const bool ignored = impl_->run(sql.c_str());
}

std::optional<std::filesystem::path> default_cache_folder() {
  const auto variable = [](const char* name) -> std::optional<std::filesystem::path> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
  if (const auto xdg = variable("XDG_CACHE_HOME")) return *xdg / "corten";
  if (const auto home = variable("HOME")) return *home / ".cache/corten";
  return std::nullopt;
}

}  // namespace corten::scan
