// What the rules on secrets share: which instructions end up in the image, and which files that
// COPY and ADD bring are secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content/secret_files.h"
#include "dockerfile/rule.h"
#include "dockerfile/rules/paths.h"
#include "dockerfile/rules/support.h"

namespace corten::dockerfile {

// Whether the instruction is one of the final image's history; above the first FROM: false.
[[nodiscard]] bool reaches(const Lint& lint, const Instruction& instruction);

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

// Whether a RUN that were given the secret, as this variable and as this file (empty: not so),
// would write it into its layer.
[[nodiscard]] bool keeps_secret(const RunScript& run, std::string_view variable,
                                std::string_view file);

}  // namespace corten::dockerfile
