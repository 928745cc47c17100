#include "package/sqlite_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace corten::package {

namespace {

constexpr int kMaxPathname = 64;
constexpr int kSectorBytes = 4096;
constexpr int kNotTheDefault = 0;  // among the file systems that SQLite knows

// SQLite allocates it and hands it to every callback as its first member.
struct MemoryFile {
  sqlite3_file base;
  const Bytes* content;
};

const Bytes& content_of(sqlite3_file* file) {
  return *reinterpret_cast<const MemoryFile*>(file)->content;
}

extern "C" {

int memory_close(sqlite3_file* /*file*/) noexcept { return SQLITE_OK; }

int memory_read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) noexcept {
  const Bytes content = content_of(file);
  const auto wanted = static_cast<std::size_t>(size);
  const auto from = std::min(static_cast<std::size_t>(offset), content.size());
  const std::size_t here = std::min(wanted, content.size() - from);
  if (here > 0) std::memcpy(into, content.data() + from, here);
  if (here == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + here, 0, wanted - here);  // as SQLite asks
  return SQLITE_IOERR_SHORT_READ;
}

int memory_write(sqlite3_file* /*file*/, const void* /*from*/, int /*size*/,
                 sqlite3_int64 /*offset*/) noexcept {
  return SQLITE_READONLY;
}

int memory_truncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) noexcept {
  return SQLITE_READONLY;
}

int memory_sync(sqlite3_file* /*file*/, int /*flags*/) noexcept { return SQLITE_OK; }

int memory_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
  *size = static_cast<sqlite3_int64>(content_of(file).size());
  return SQLITE_OK;
}

int memory_lock(sqlite3_file* /*file*/, int /*level*/) noexcept { return SQLITE_OK; }

int memory_is_locked(sqlite3_file* /*file*/, int* locked) noexcept {
  *locked = 0;
  return SQLITE_OK;
}

int memory_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) noexcept {
  return SQLITE_NOTFOUND;
}

int memory_sector(sqlite3_file* /*file*/) noexcept { return kSectorBytes; }

// "Immutable" lets SQLite open a file that had a write-ahead log without looking for the log.
int memory_traits(sqlite3_file* /*file*/) noexcept { return SQLITE_IOCAP_IMMUTABLE; }

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
             int* out_flags) noexcept;

int vfs_delete(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync*/) noexcept {
  return SQLITE_IOERR_DELETE;
}

int vfs_access(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* exists) noexcept {
  *exists = 0;
  return SQLITE_OK;
}

int vfs_full_name(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) noexcept {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs* /*vfs*/, int size, char* out) noexcept {
  std::memset(out, 0, static_cast<std::size_t>(size));
  return size;
}

int vfs_sleep(sqlite3_vfs* /*vfs*/, int /*microseconds*/) noexcept { return 0; }

int vfs_time(sqlite3_vfs* /*vfs*/, double* julian_day) noexcept {
  *julian_day = 0;
  return SQLITE_OK;
}

int vfs_last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) noexcept { return 0; }

}  // extern "C"

constexpr sqlite3_io_methods kMethods{
    .iVersion = 1,  // no shared memory and no maps: pages that SQLite copies have spare bytes
                    // behind them, which its parsers of damaged pages count on
    .xClose = memory_close,
    .xRead = memory_read,
    .xWrite = memory_write,
    .xTruncate = memory_truncate,
    .xSync = memory_sync,
    .xFileSize = memory_size,
    .xLock = memory_lock,
    .xUnlock = memory_lock,
    .xCheckReservedLock = memory_is_locked,
    .xFileControl = memory_control,
    .xSectorSize = memory_sector,
    .xDeviceCharacteristics = memory_traits,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int vfs_open(sqlite3_vfs* vfs, const char* /*name*/, sqlite3_file* file, int flags,
             int* out_flags) noexcept {
  auto* opened = reinterpret_cast<MemoryFile*>(file);
  opened->base.pMethods = nullptr;  // tells SQLite not to close it
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  opened->content = static_cast<const Bytes*>(vfs->pAppData);
  opened->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  return SQLITE_OK;
}

}  // namespace

SqliteMemory::SqliteMemory(Bytes content)
    : content_(content), name_(fmt::format("corten-{}", fmt::ptr(this))) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(MemoryFile);
  vfs_.mxPathname = kMaxPathname;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = &content_;
  vfs_.xOpen = vfs_open;
  vfs_.xDelete = vfs_delete;
  vfs_.xAccess = vfs_access;
  vfs_.xFullPathname = vfs_full_name;
  vfs_.xRandomness = vfs_randomness;
  vfs_.xSleep = vfs_sleep;
  vfs_.xCurrentTime = vfs_time;
  vfs_.xGetLastError = vfs_last_error;
  (void)sqlite3_vfs_register(&vfs_, kNotTheDefault);  // if it fails, open() does
}

SqliteMemory::~SqliteMemory() { (void)sqlite3_vfs_unregister(&vfs_); }

Result<SqliteDatabase> SqliteMemory::open() const {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2("database", &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, name_.c_str());
  SqliteDatabase db(raw);
  if (opened != SQLITE_OK) {
    return fail(ErrorCode::Internal,
                fmt::format("SQLite cannot open a file in memory: {}", sqlite3_errstr(opened)));
  }
  return db;
}

}  // namespace corten::package
