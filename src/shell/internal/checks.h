// What the native checks share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shell/spell.h"

namespace corten::shell {

struct CheckRun {
  const Script& script;
  const NativeCheckOptions& options;
  std::vector<Mistake>& found;
  bool posix_only = false;  // Sh or Dash: extensions are mistakes

  // The mistake, to add a fix.
  Mistake& add(std::uint32_t code, Level level, Range range, std::string message) const {
    return found.emplace_back(Mistake{code, level, range, std::move(message), {}});
  }

  // Double quotes around `range`; none where a backtick may make them mean something else.
  [[nodiscard]] std::vector<Replacement> in_quotes(Range range) const {
    if (script.text.contains('`')) return {};
    return {{{range.begin, range.begin}, "\""}, {{range.end, range.end}, "\""}};
  }
};

inline bool declares(std::string_view name) {
  return name == "export" || name == "local" || name == "declare" || name == "readonly" ||
         name == "typeset";
}

// Whether the words of `command` other than its name are split and matched against files.
inline bool splits_words(const Command& command) {
  return command.name() != "[[" && command.name() != "((";
}

// Whether the exit status of the pipeline, or of a compound around it, is tested: by if, while, &&
// or
// ||. `set -e` and missing `|| exit` do not matter there.
[[nodiscard]] bool is_tested(const Script& script, const Pipeline& pipe, bool in_condition,
                             std::uint32_t compound);
[[nodiscard]] bool is_tested(const Script& script, const Command& command);

// One function per concept; each walks all commands once.
void check_words(const CheckRun& run);
void check_variables(const CheckRun& run);
void check_commands(const CheckRun& run);
void check_pipelines(const CheckRun& run);
void check_dialect(const CheckRun& run);

}  // namespace corten::shell
