// Builds a Compose project from its files.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/compose.h"

namespace corten::manifest {

inline constexpr std::size_t kMaxComposeFiles = 200;  // includes and extends counted
inline constexpr std::size_t kMaxComposeDepth = 20;   // of includes, of extends
inline constexpr std::size_t kMaxComposeServices = 10'000;
inline constexpr std::size_t kMaxComposeValues = 500'000;  // of all files, aliases followed
inline constexpr std::size_t kMaxComposeText = std::size_t{32} << 20;  // after interpolation

// True if `path` is `root` or below it, by their names alone: whoever implements FileProvider on a
// disk must not follow links out of the root.
[[nodiscard]] bool is_inside(const std::string& root, const std::string& path);

// Where the files of a project come from.
class FileProvider {
 public:
  virtual ~FileProvider() = default;
  // The content of `path`, as it was named or joined ("shop/compose.yaml"). Errors: NotFound, …
  [[nodiscard]] virtual Result<std::string> read(std::string_view path) const = 0;
};

// Files from memory.
class MemoryFiles final : public FileProvider {
 public:
  explicit MemoryFiles(std::map<std::string, std::string, std::less<>> files)
      : files_(std::move(files)) {}
  [[nodiscard]] Result<std::string> read(std::string_view path) const override;

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

struct ComposeOptions {
  // Variables of the caller; they win over the .env file.
  std::map<std::string, std::string, std::less<>> environment = {};
  // Folder that include, extends and env_file may not leave; empty: the folder of the first file.
  std::string root = {};
  // Read `.env` of the project's folder and the env_file of includes.
  bool use_env_files = true;
};

// The files that COMPOSE_FILE in the .env file of a project names, in their order; empty if it
// names none. Separated by COMPOSE_PATH_SEPARATOR, else ":".
[[nodiscard]] std::vector<std::string> files_named_by_env(std::string_view env_file);

// `paths` as of `-f a -f b`: later files are merged over earlier ones. Errors: the first file that
// cannot be read or is no YAML map of the expected shape (InvalidInput, with file, line, column);
// LimitExceeded. What is wrong in files that these name becomes a problem of the project.
[[nodiscard]] Result<ComposeProject> load_compose(std::span<const std::string> paths,
                                                  const FileProvider& files,
                                                  const ComposeOptions& options = {});

}  // namespace corten::manifest
