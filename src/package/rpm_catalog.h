// Gathers the packages and problems of one file, with limits on both: a hostile file can name a
// package or be wrong in every few of its bytes.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "package/cataloger.h"
#include "package/rpm.h"

namespace corten::package {

class RpmCatalog {
 public:
  explicit RpmCatalog(std::string_view path) : path_(path) {}

  // Imported keys, which rpm keeps as packages named gpg-pubkey, are dropped.
  void add(Package package, OwnedFiles files = {}) {
    if (package.name == "gpg-pubkey") return;
    if (++packages_ > kMaxRpmPackages) return;
    package.path = path_;
    catalog_.packages.push_back(std::move(package));
    if (!files.path_hashes.empty()) catalog_.owned.push_back(std::move(files));
  }

  void problem(std::string text) {
    if (++problems_ <= kMaxRpmProblems) catalog_.problems.push_back(std::move(text));
  }

  Catalog finish() && {
    if (problems_ > kMaxRpmProblems) {
      catalog_.problems.push_back(fmt::format("{} more problems", problems_ - kMaxRpmProblems));
    }
    if (packages_ > kMaxRpmPackages) {
      catalog_.problems.push_back(
          fmt::format("{} packages, of which the first {} were taken", packages_, kMaxRpmPackages));
    }
    return std::move(catalog_);
  }

 private:
  std::string_view path_;
  Catalog catalog_;
  std::size_t packages_ = 0;
  std::size_t problems_ = 0;
};

}  // namespace corten::package
