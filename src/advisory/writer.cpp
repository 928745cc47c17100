#include "advisory/internal/writer.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "advisory/database.h"
#include "advisory/internal/file_check.h"
#include "base/closer.h"
#include "base/fd.h"
#include "base/file.h"

namespace corten::advisory {

namespace {

// Address space only: the file grows as pages are written.
constexpr std::size_t kMapBytes = std::size_t{64} << 30;

// LMDB reports a write that was cut short as an input/output error.
bool is_full(const std::filesystem::path& file) {
  struct statvfs disk{};
  constexpr std::uint64_t kNothingLeft = std::uint64_t{1} << 20;
  return ::statvfs(file.c_str(), &disk) == 0 &&
         std::uint64_t{disk.f_bavail} * disk.f_frsize < kNothingLeft;
}

std::unexpected<Error> fail_lmdb(int status, const std::filesystem::path& file) {
  if (status == ENOSPC || (status == EIO && is_full(file))) {
    const auto folder = file.parent_path().parent_path();  // without the folder that is worked in
    return fail(ErrorCode::Io,
                folder.string() + ": cannot write the advisory database: no space left",
                "free some space there; a database that was there is still whole");
  }
  if (status > 0) return fail_errno(status, file.string());
  return fail(ErrorCode::Io, file.string() + ": " + mdb_strerror(status));
}

MDB_val to_value(std::string_view text) {
  // LMDB does not write through the values that it stores; its type only lacks the const.
  return {text.size(), const_cast<char*>(text.data())};
}

constexpr std::string_view kWorkPrefix = ".corten-db-";

// The folder, locked until the descriptor is closed; invalid if another process has the lock.
Fd lock_work_folder(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return Fd();
  return fd;
}

void remove_leftovers(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().filename().string().starts_with(kWorkPrefix)) found.push_back(it->path());
  }
  for (const auto& path : found) {
    const Fd lock = lock_work_folder(path);
    std::error_code ignored;  // what cannot be removed does no harm
    if (lock.valid()) std::filesystem::remove_all(path, ignored);
  }
}

}  // namespace

Result<WorkFolder> WorkFolder::create(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(error.value(), folder.string());
  remove_leftovers(folder);
  // Between its making and its locking another process may take a folder for a leftover.
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    std::string name = (folder / (std::string(kWorkPrefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) return fail_errno(errno, folder.string());
    Fd lock = lock_work_folder(name);
    if (lock.valid() && std::filesystem::exists(name, error))
      return WorkFolder(std::filesystem::path(name), std::move(lock));
  }
  return fail(ErrorCode::Unavailable, folder.string() + ": cannot lock a folder to work in");
}

WorkFolder::~WorkFolder() {
  std::error_code error;
  if (!path_.empty()) std::filesystem::remove_all(path_, error);
}

Result<TreeWriter> TreeWriter::open(const std::filesystem::path& file) {
  TreeWriter writer(file);
  int status = mdb_env_create(&writer.env_);
  if (status != MDB_SUCCESS) return fail_lmdb(status, file);
  mdb_env_set_mapsize(writer.env_, kMapBytes);
  status = mdb_env_open(writer.env_, file.c_str(), MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, 0600);
  if (status == MDB_SUCCESS) status = mdb_txn_begin(writer.env_, nullptr, 0, &writer.txn_);
  if (status == MDB_SUCCESS) status = mdb_dbi_open(writer.txn_, nullptr, 0, &writer.tree_);
  if (status != MDB_SUCCESS) return fail_lmdb(status, file);
  return writer;
}

TreeWriter::TreeWriter(TreeWriter&& other) noexcept
    : file_(std::move(other.file_)),
      env_(std::exchange(other.env_, nullptr)),
      txn_(std::exchange(other.txn_, nullptr)),
      tree_(other.tree_) {}

TreeWriter::~TreeWriter() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
  if (env_ != nullptr) mdb_env_close(env_);
}

Status TreeWriter::append(std::string_view key, std::string_view value) {
  MDB_val key_value = to_value(key);
  MDB_val data = to_value(value);
  const int status = mdb_put(txn_, tree_, &key_value, &data, MDB_APPEND);
  if (status != MDB_SUCCESS) return fail_lmdb(status, file_);
  return {};
}

Status TreeWriter::commit() {
  const int status = mdb_txn_commit(std::exchange(txn_, nullptr));
  mdb_env_close(std::exchange(env_, nullptr));
  if (status != MDB_SUCCESS) return fail_lmdb(status, file_);
  return {};
}

Status publish(const std::filesystem::path& file, const std::filesystem::path& target) {
  CORTEN_CHECK(append_trailer(file, kSchema));
  if (::chmod(file.c_str(), 0644) != 0) return fail_errno(errno, file.string());
  if (::rename(file.c_str(), target.c_str()) != 0) return fail_errno(errno, target.string());
  const Fd folder(::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0)
    return fail_errno(errno, target.parent_path().string());
  return {};
}

}  // namespace corten::advisory
