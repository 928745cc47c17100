// Making a database file: LMDB filled in key order, then the trailer, then renamed into place.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

struct MDB_env;
struct MDB_txn;

namespace corten::advisory {

// A folder of its own inside the database's folder, so that the finished file can be renamed over
// the old one; removed with what is left in it.
class WorkFolder {
 public:
  [[nodiscard]] static Result<WorkFolder> create(const std::filesystem::path& folder);
  WorkFolder(WorkFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit WorkFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
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
  // Ends the transaction, syncs and closes. A full disk is Io.
  [[nodiscard]] Status commit();

 private:
  TreeWriter() = default;
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
  unsigned tree_ = 0;
};

// Trailer, permissions for all readers, rename over `target`, sync of its folder.
[[nodiscard]] Status publish(const std::filesystem::path& file,
                             const std::filesystem::path& target);

}  // namespace corten::advisory
