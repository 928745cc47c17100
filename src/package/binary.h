// Go and Rust programs, recognised by content: build info of Go (ELF, PE, Mach-O, universal;
// stripped or not; pointer and inline forms) and cargo-auditable's dependency list.
//
// Input is hostile. Programs that are too large to be held go through GoBuildInfoFinder of
// go_buildinfo.h instead.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "package/cataloger.h"

namespace corten::package {

// How many of a file's first bytes tell whether it is a program worth reading: ELF, PE ("MZ") or
// Mach-O magic. Four would not tell a universal Mach-O file from a Java class.
inline constexpr std::size_t kBinaryMagicBytes = 8;
[[nodiscard]] bool looks_like_binary(Bytes head);

// Reads a whole program. No build info is an empty catalog, not an error, and so is a file whose
// headers make it no program that a system would start. What is there but damaged is a problem of
// the catalog. Errors: LimitExceeded.
[[nodiscard]] Result<Catalog> read_binary(std::string_view path, Bytes content);

}  // namespace corten::package
