// The folders that Dockerfiles are built from, as rules ask for them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "dockerfile/ast.h"
#include "dockerfile/rule.h"

namespace corten::lint {

// Of one folder with all that is below it; what comes after so many entries is not seen.
inline constexpr std::size_t kMaxContextEntries = 200'000;
// Of the paths that concern rules; the first one that leaks is enough to tell.
inline constexpr std::size_t kMaxContextPaths = 256;

// Files that rules read; longer ones are no scripts that a container starts with.
inline constexpr std::size_t kMaxContextFileBytes = std::size_t{64} << 10;

// The build contexts of one run. Folders are read once, when the first Dockerfile asks, on whatever
// thread. They are untrusted: symbolic links are not followed.
class BuildContexts {
 public:
  // What the Dockerfile at `path` copies from, with X.dockerignore beside a Dockerfile X or else
  // the folder's .dockerignore. Taken to be the folder that it lies in; nullptr where that is not
  // so as far as can be told (nothing of what it names is there, or nothing but Dockerfiles), and
  // where it copies nothing from a context.
  [[nodiscard]] std::shared_ptr<const dockerfile::BuildContext> of(
      std::string_view path, const dockerfile::Dockerfile& file);

 private:
  struct Entry {
    std::once_flag once;
    std::shared_ptr<const dockerfile::BuildContext> context;
  };

  std::mutex mutex_;
  // By folder and the Dockerfile's own ignore file, if it has one; guarded by mutex_.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Entry>> entries_;
};

}  // namespace corten::lint
