// Go and Rust programs, recognised by content: build info of Go (ELF, PE, Mach-O, universal;
// stripped or not; pointer and inline forms) and cargo-auditable's dependency list.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"

namespace corten::package {

// The first bytes that tell whether a file is a program worth reading: ELF, PE ("MZ") or Mach-O
// magic.
inline constexpr std::size_t kBinaryMagicBytes = 4;
[[nodiscard]] bool looks_like_binary(Bytes head);

// Reads a whole program. No build info is an empty catalog, not an error.
[[nodiscard]] Result<Catalog> read_binary(std::string_view path, Bytes content);

}  // namespace corten::package
