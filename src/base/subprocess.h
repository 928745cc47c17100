// Running another program and reading what it prints.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace corten {

struct SubprocessOutput {
  int status = 0;  // exit status; 128 + N when signal N ended it
  std::string out;
  std::string err;
};

struct SubprocessLimits {
  std::chrono::milliseconds timeout{60'000};
  std::size_t output_bytes = std::size_t{64} << 20;  // of each stream; more ends the program
};

// Runs argv[0] (looked up on PATH) with the given arguments and standard input, without a shell.
// Errors: NotFound (no such program), LimitExceeded (timeout or too much output; the program was
// killed).
[[nodiscard]] Result<SubprocessOutput> run_subprocess(const std::vector<std::string>& argv,
                                                      const std::string& input = {},
                                                      const SubprocessLimits& limits = {});

}  // namespace corten
