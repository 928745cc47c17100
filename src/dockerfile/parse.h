// Reading a Dockerfile.
#pragma once

#include <cstddef>
#include <string>

#include "dockerfile/ast.h"

namespace corten::dockerfile {

inline constexpr std::size_t kMaxFileBytes = std::size_t{32} << 20;  // real ones are below 100 KB
inline constexpr std::size_t kMaxLineBytes = 65535;                  // BuildKit's own limit
inline constexpr std::size_t kMaxInstructionBytes = std::size_t{1} << 20;  // lines joined
inline constexpr std::size_t kMaxInstructions = 500'000;
inline constexpr std::size_t kMaxErrors = 1000;  // further ones are not recorded
inline constexpr std::size_t kMaxHeredocs = 64;  // of one instruction

// The tree of `content`, which may be anything. Never fails: see Dockerfile::errors. Beyond a limit
// there is one error of kind LimitExceeded, and the file, line or instruction is left out.
[[nodiscard]] Dockerfile parse(std::string content);

}  // namespace corten::dockerfile
