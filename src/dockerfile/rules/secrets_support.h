// What the rules on secrets share: which stages end up in the image, and which files that COPY and
// ADD bring are secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content/secret_files.h"
#include "dockerfile/rule.h"
#include "shell/commands.h"

namespace corten::dockerfile {

// By index of the stage: whether its history and configuration are those of the final image.
[[nodiscard]] std::vector<bool> reaching_stages(const Lint& lint);
// Of an instruction above the first FROM: false.
[[nodiscard]] bool reaches(const Lint& lint, const std::vector<bool>& reaching,
                           const Instruction& instruction);

// A secret file that a COPY or ADD brings into a stage.
struct CopiedSecret {
  const Instruction* instruction = nullptr;  // in Dockerfile::instructions
  std::string source;
  std::string target;  // absolute where the working directory is known; of the file itself
  Range range;         // of the source's word
  content::FileKind kind = content::FileKind::None;
};
// Of one instruction: none if it is neither COPY nor ADD.
[[nodiscard]] std::vector<CopiedSecret> copied_secrets(const Lint& lint,
                                                       const Instruction& instruction);

// "C:\x" and "x\y" with slashes; "./", "//" and a slash at the end gone.
[[nodiscard]] std::string tidy_path(std::string_view path);
// The last part of a path.
[[nodiscard]] std::string_view last_part(std::string_view path);
// Relative paths below `folder`.
[[nodiscard]] std::string absolute_path(std::string_view folder, std::string_view path);

// From the program's name to the last word.
[[nodiscard]] shell::Range words_range(const shell::Invocation& call);

// Shown in evidence: printable, and not longer than a line.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace corten::dockerfile
