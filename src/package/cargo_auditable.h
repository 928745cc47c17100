// The crates of a Rust program that was built with cargo-auditable.
//
// Input is hostile. Format: the section ".dep-v0" holds zlib-compressed JSON, {"packages":
// [{"name", "version", "source", "kind", "root", …}]} (cargo-auditable's PARSING.md).
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"
#include "package/executable.h"

namespace corten::package {

inline constexpr std::size_t kMaxCrateListBytes = std::size_t{8}
                                                  << 20;  // decompressed; real ones: some kilobytes
inline constexpr std::size_t kMaxCrates = 20'000;

// The section with the crate list, as far as the file has it; nullopt when the program has none.
[[nodiscard]] std::optional<Bytes> find_crate_list(const Executable& program);

// Reads a crate list as the section holds it (compressed). Crates that only took part in the build
// are left out. The root crate is main_module. The note tells crates that are not from crates.io:
// they only share the name with those of it. Errors: InvalidInput, LimitExceeded
// (kMaxCrateListBytes, kMaxCrates).
[[nodiscard]] Result<Catalog> read_crate_list(std::string_view path, Bytes section);

}  // namespace corten::package
