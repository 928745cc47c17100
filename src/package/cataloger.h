// The cataloger table: which files of a file system name packages, and how each is read.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "package/ownership.h"
#include "package/package.h"

namespace corten::package {

// What one file yields.
struct Catalog {
  std::vector<Package> packages;
  std::vector<std::string>
      problems;  // parts that could not be read, for the report's errors; never silence
  // Licences of packages that another file names: package name -> SPDX ids or expressions, or the
  // file's own words where SPDX has none ("public-domain"). The licence of the main files comes
  // first.
  std::vector<std::pair<std::string, std::vector<std::string>>> licenses;
  std::vector<OwnedFiles> owned;  // the files of each package, where the database lists them
};

struct Cataloger {
  std::string_view id;       // "dpkg-status"
  std::string_view summary;  // for docs: what it reads
  // By path alone (relative to the root, no leading slash): must this file be read whole?
  bool (*wants)(std::string_view path);
  // Reads the whole content of a wanted file. An error means that nothing of the file could be
  // used.
  Result<Catalog> (*read)(std::string_view path, Bytes content);
};

// Catalogers by path. Binaries are recognised by content instead: see binary.h.
[[nodiscard]] std::span<const Cataloger> catalogers();

}  // namespace corten::package
