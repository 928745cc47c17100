// Making a database file: LMDB filled in key order, then the trailer, then renamed into place.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

struct MDB_env;
struct MDB_txn;

namespace corten::advisory {

// A folder of its own inside the database's folder, so that the finished file can be renamed over
// the old one; removed with what is left in it. It is locked while it lives, so that folders which
// a killed process left behind are known and removed by the next create().
class WorkFolder {
 public:
  [[nodiscard]] static Result<WorkFolder> create(const std::filesystem::path& folder);
  WorkFolder(WorkFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  WorkFolder(std::filesystem::path path, Fd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  std::filesystem::path path_;
  Fd lock_;
};

// One write transaction on an LMDB file.
class TreeWriter {
 public:
  // Makes the file.
  [[nodiscard]] static Result<TreeWriter> open(const std::filesystem::path& file);
  TreeWriter(TreeWriter&&) noexcept;
  TreeWriter& operator=(TreeWriter&&) = delete;
  ~TreeWriter();

  // Keys in ascending order.
  [[nodiscard]] Status append(std::string_view key, std::string_view value);
  // Ends the transaction and closes; append_trailer() syncs. A full disk is Io.
  [[nodiscard]] Status commit();

 private:
  explicit TreeWriter(std::filesystem::path file) : file_(std::move(file)) {}
  std::filesystem::path file_;
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
  unsigned tree_ = 0;
};

// Trailer, permissions for all readers, rename over `target`, sync of its folder.
[[nodiscard]] Status publish(const std::filesystem::path& file,
                             const std::filesystem::path& target);

}  // namespace corten::advisory
