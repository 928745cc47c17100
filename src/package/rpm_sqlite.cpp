// rpmdb.sqlite, read by SQLite from memory. SQLite is told to trust nothing: the schema is part of
// the hostile input, so the only thing asked of it is the two columns of a plain table.
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <memory>
#include <string>

#include "base/closer.h"
#include "package/rpm_store.h"
#include "package/sqlite_memory.h"

namespace corten::package {

namespace {

using Statement = std::unique_ptr<sqlite3_stmt, Closer<sqlite3_finalize>>;

constexpr std::size_t kFileHeaderBytes = 100;

constexpr int kMaxBlobBytes = 257 << 20;  // the largest header that rpm allows, with its index
constexpr int kMaxSqlBytes = 64 << 10;    // also of each CREATE statement in the schema
// Work is counted in instructions of SQLite's virtual machine, of which reading a row of the schema
// or of Packages needs fewer than ten.
constexpr int kStepInstructions = 1000;
constexpr std::size_t kSchemaSteps = 50;  // rpm's schema has 60 rows; each takes memory
constexpr std::size_t kBaseSteps = 1000;
constexpr std::size_t kBytesPerStep = std::size_t{16} << 10;

// Columns of PRAGMA table_xinfo.
constexpr int kNameColumn = 1;
constexpr int kHiddenColumn = 6;

struct Setting {
  int option;
  int value;
};
constexpr std::array kSwitches{
    Setting{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Setting{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_FKEY, 0},
    Setting{SQLITE_DBCONFIG_DQS_DDL, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};
constexpr std::array kLimits{
    Setting{SQLITE_LIMIT_LENGTH, kMaxBlobBytes},
    Setting{SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes},
    Setting{SQLITE_LIMIT_COLUMN, 32},
    Setting{SQLITE_LIMIT_EXPR_DEPTH, 16},
    Setting{SQLITE_LIMIT_COMPOUND_SELECT, 2},
    Setting{SQLITE_LIMIT_VDBE_OP, 4096},
    Setting{SQLITE_LIMIT_FUNCTION_ARG, 4},
    Setting{SQLITE_LIMIT_ATTACHED, 0},
    Setting{SQLITE_LIMIT_VARIABLE_NUMBER, 0},
    Setting{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    Setting{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 16},
    Setting{SQLITE_LIMIT_WORKER_THREADS, 0},
};

std::unexpected<Error> fail_sqlite(sqlite3* db, std::string_view what) {
  const bool over = sqlite3_errcode(db) == SQLITE_INTERRUPT || sqlite3_errcode(db) == SQLITE_TOOBIG;
  return fail(over ? ErrorCode::LimitExceeded : ErrorCode::InvalidInput,
              fmt::format("rpmdb.sqlite: {}: {}", what, sqlite3_errmsg(db)));
}

Status run(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail_sqlite(db, sql);
  return {};
}

Result<Statement> prepare(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, nullptr) !=
      SQLITE_OK) {
    return fail_sqlite(db, sql);
  }
  return Statement(raw);
}

std::string_view text_column(sqlite3_stmt* row, int column) {
  const unsigned char* text = sqlite3_column_text(row, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

Status restrict_features(sqlite3* db) {
  for (const Setting& each : kSwitches) {
    if (sqlite3_db_config(db, each.option, each.value, nullptr) != SQLITE_OK) {
      return fail_sqlite(db, "cannot be restricted");
    }
  }
  for (const Setting& each : kLimits) sqlite3_limit(db, each.option, each.value);
  CORTEN_CHECK(run(db, "PRAGMA cell_size_check=ON"));
  CORTEN_CHECK(
      run(db, "PRAGMA mmap_size=0"));  // pages that SQLite copies have spare bytes behind them
  CORTEN_CHECK(run(db, "PRAGMA temp_store=MEMORY"));
  return {};
}

extern "C" int count_down(void* steps) noexcept {
  auto* left = static_cast<std::size_t*>(steps);
  if (*left == 0) return 1;  // ends the statement
  --*left;
  return 0;
}

// The table must be an ordinary one whose columns are stored, not computed: a view, a virtual table
// or a generated column of these names would run SQL of the image's author.
Status check_schema(sqlite3* db) {
  CORTEN_TRY(const Statement table, prepare(db,
                                            "SELECT type, rootpage, sql FROM sqlite_master "
                                            "WHERE name = 'Packages' COLLATE NOCASE"));
  if (const int step = sqlite3_step(table.get()); step == SQLITE_DONE) {
    return fail(ErrorCode::InvalidInput, "rpmdb.sqlite: no table Packages");
  } else if (step != SQLITE_ROW) {
    return fail_sqlite(db, "schema");
  }
  if (text_column(table.get(), 0) != "table" || sqlite3_column_int64(table.get(), 1) < 2 ||
      !text_column(table.get(), 2).starts_with("CREATE TABLE ")) {
    return fail(ErrorCode::InvalidInput, "rpmdb.sqlite: Packages is no plain table");
  }
  CORTEN_TRY(const Statement columns, prepare(db, "PRAGMA main.table_xinfo(Packages)"));
  bool has_blob = false;
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(columns.get())) == SQLITE_ROW) {
    if (sqlite3_column_int(columns.get(), kHiddenColumn) != 0) {
      return fail(ErrorCode::InvalidInput, "rpmdb.sqlite: Packages has computed columns");
    }
    has_blob = has_blob || text_column(columns.get(), kNameColumn) == "blob";
  }
  if (step != SQLITE_DONE) return fail_sqlite(db, "columns");
  if (!has_blob) return fail(ErrorCode::InvalidInput, "rpmdb.sqlite: Packages has no column blob");
  return {};
}

Status read_rows(sqlite3* db, std::size_t budget, const RpmSink& sink) {
  CORTEN_TRY(const Statement rows, prepare(db, "SELECT blob FROM main.Packages NOT INDEXED"));
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(rows.get())) == SQLITE_ROW) {
    if (sqlite3_column_type(rows.get(), 0) != SQLITE_BLOB) {
      sink.problem("a row of Packages without a blob");
      continue;
    }
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(rows.get(), 0));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows.get(), 0));
    if (size > budget) {
      return fail(ErrorCode::LimitExceeded, "rpmdb.sqlite: packages share their bytes");
    }
    budget -= size;
    sink.header({data, data == nullptr ? 0 : size});
  }
  if (step != SQLITE_DONE) return fail_sqlite(db, "Packages");
  return {};
}

}  // namespace

Status read_rpm_sqlite(Bytes content, const RpmSink& sink) {
  if (content.size() < kFileHeaderBytes) {
    return fail(ErrorCode::InvalidInput, fmt::format("rpmdb.sqlite of {} bytes", content.size()));
  }
  const SqliteMemory memory(content);
  CORTEN_TRY(const SqliteDatabase db, memory.open());
  CORTEN_CHECK(restrict_features(db.get()));
  std::size_t steps = kSchemaSteps;
  sqlite3_progress_handler(db.get(), kStepInstructions, &count_down, &steps);
  CORTEN_CHECK(check_schema(db.get()));
  steps = kBaseSteps + content.size() / kBytesPerStep;
  return read_rows(db.get(), content.size(), sink);
}

}  // namespace corten::package
