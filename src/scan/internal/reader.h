// The child's side of examining a target: opens its images and reads the layers that the parent
// asks for. Runs inside the sandbox.
#pragma once

#include "scan/worker.h"

namespace corten::scan::internal {

// Serves one target over `channel` on `jobs` cores: some layers at once, and cores that they leave
// idle help with the layers that are still being read. Returns the exit status.
[[nodiscard]] int run_reader(int channel, const Target& target, std::size_t jobs);

}  // namespace corten::scan::internal
