// A database file in memory for SQLite to read in place. sqlite3_deserialize() would do but for
// databases that had a write-ahead log, as rpm's have: it refuses them unless two bytes are
// changed, and copying a file for two bytes takes longer than reading it.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/closer.h"
#include "base/result.h"

namespace corten::package {

using SqliteDatabase = std::unique_ptr<sqlite3, Closer<sqlite3_close>>;

// Registers a virtual file system for as long as it lives. It has one file, the bytes, which can
// only be read; there are no journals, locks or temporary files. Borrows the bytes; outlives the
// databases opened from it. Does not move, as SQLite keeps its address.
class SqliteMemory {
 public:
  explicit SqliteMemory(Bytes content);
  ~SqliteMemory();
  SqliteMemory(const SqliteMemory&) = delete;
  SqliteMemory& operator=(const SqliteMemory&) = delete;

  // Errors: Internal (SQLite has no memory left). Whether the bytes are a database shows later.
  [[nodiscard]] Result<SqliteDatabase> open() const;

 private:
  Bytes content_;
  std::string name_;  // of the file system; SQLite finds it by that
  sqlite3_vfs vfs_{};
};

}  // namespace corten::package
