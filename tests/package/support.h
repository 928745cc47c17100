// Helpers of the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "package/cataloger.h"

namespace corten::package {

// Reads `content` with the one cataloger that wants `path`.
inline Result<Catalog> catalog_of(std::string_view path, std::string_view content) {
  for (const Cataloger& cataloger : catalogers()) {
    if (cataloger.wants(path)) return cataloger.read(path, as_bytes(content));
  }
  return fail(ErrorCode::NotFound, "no cataloger wants it");
}

// The catalog of input that must be readable.
inline Catalog readable_catalog(std::string_view path, std::string_view content) {
  auto catalog = catalog_of(path, content);
  EXPECT_TRUE(catalog.has_value()) << (catalog ? "" : describe(catalog.error()));
  return catalog.value_or(Catalog{});
}

// "name version" of each package, a line each, in order.
inline std::string names_and_versions(const Catalog& catalog) {
  std::string out;
  for (const Package& package : catalog.packages) {
    out += package.name + " " + package.version + "\n";
  }
  return out;
}

inline std::filesystem::path shared(std::string_view path) {
  return std::filesystem::path(CORTEN_SHARED_DIR) / path;
}

}  // namespace corten::package
