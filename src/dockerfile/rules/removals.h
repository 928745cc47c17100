// Edits that take a part of an instruction away: one of its pairs, commands or sources.
#pragma once

#include <cstddef>
#include <optional>

#include "dockerfile/rule.h"

namespace corten::dockerfile {

// instruction.pairs[index] of ENV, ARG or LABEL; the instruction if it is the only one.
[[nodiscard]] std::optional<TextEdit> remove_pair(const Lint& lint, const Instruction& instruction,
                                                  std::size_t index);
// A command of a RUN in shell form that stands alone between && and ;, the RUN if it is the only
// one.
[[nodiscard]] std::optional<TextEdit> remove_command(const Lint& lint, const RunScript& run,
                                                     const shell::Command& command);
// The words [first, end) of a command, also the last ones.
[[nodiscard]] std::optional<TextEdit> drop_words(const Lint& lint, const RunScript& run,
                                                 const shell::Command& command, std::size_t first,
                                                 std::size_t end);
// One of the words of EXPOSE, VOLUME or COPY (not the target), the instruction if nothing else is
// left. nullopt for the exec form of several.
[[nodiscard]] std::optional<TextEdit> remove_word(const Lint& lint, const Instruction& instruction,
                                                  const Word& word);

}  // namespace corten::dockerfile
