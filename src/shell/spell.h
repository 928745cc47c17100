// The usual mistakes of shell scripts, found natively where ShellCheck is not at hand.
//
// Codes and levels are ShellCheck's (facts: its wiki); verdicts are meant to agree with those of
// ShellCheck 0.9, messages are ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shell/script.h"

namespace corten::shell {

enum class Level { Style, Info, Warning, Error };

struct Replacement {
  Range range;  // empty: insertion
  std::string text;
};

struct Mistake {
  std::uint32_t code = 0;  // 2086 for SC2086
  Level level = Level::Warning;
  Range range;
  std::string message;
  std::vector<Replacement> fix;  // where what to write is certain; by position, not overlapping
};

struct NativeCheckOptions {
  // ARG, ENV and the predefined proxies: names that count as set outside of the script.
  std::vector<std::string> known_variables;
  // busybox ash: its extensions over POSIX ([[, local, ${x/y/z}, read -t, …) are fine.
  bool busybox = false;
};

// In order of position, then code. Empty for Cmd and PowerShell.
[[nodiscard]] std::vector<Mistake> native_checks(const Script& script,
                                                 const NativeCheckOptions& options = {});

}  // namespace corten::shell
