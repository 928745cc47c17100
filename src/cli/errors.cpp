#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace corten::cli {

int report_error(const Error& error) {
  wipe_progress_line();
  fmt::print(stderr, "corten: {}", describe(error));
  if (!error.hint.empty()) fmt::print(stderr, "\n        {}", printable(error.hint));
  fmt::print(stderr, "\n");
  switch (error.code) {
    case ErrorCode::Usage:
      return kExitUsage;
    case ErrorCode::Cancelled:
      return kExitInterrupted;
    default:
      return kExitIncomplete;
  }
}

}  // namespace corten::cli
