// Alpine's database of installed packages (apk-tools 2 and the text form that apk-tools 3 keeps).
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"

namespace corten::package {

inline constexpr std::size_t kMaxApkPackages = 100'000;
inline constexpr std::size_t kMaxApkFiles = 2'000'000;
inline constexpr std::size_t kMaxApkFieldBytes = 64'000;

// lib/apk/db/installed, and usr/lib/apk/db/installed where /usr is merged.
[[nodiscard]] bool is_apk_installed(std::string_view path);

// Packages with their files (the F and R lines). Virtual packages (".build-deps") are no software
// and are skipped. Errors: Unsupported (the binary ADB form), LimitExceeded.
[[nodiscard]] Result<Catalog> read_apk_installed(std::string_view path, Bytes content);

}  // namespace corten::package
