// Fixes that write an instruction or a command of RUN anew. nullopt: it cannot be done so that it
// surely means the same, or what the rule asks for.
#pragma once

#include <optional>
#include <string>

#include "dockerfile/rule.h"
#include "dockerfile/rules/hadolint_support.h"

namespace corten::dockerfile {

// ---- instructions (rewrite_instructions.cpp) ----------------------------------------------------

// The folder that an instruction runs in.
struct Folder {
  std::string path;
  bool is_certain = true;  // false: the file does not tell, and most images begin in /
};
[[nodiscard]] std::optional<Folder> folder_at(const Lint& lint, const Instruction& instruction);

// The whole path for a relative WORKDIR.
[[nodiscard]] std::optional<Fix> absolute_workdir(const Lint& lint, const Instruction& workdir);
// LABEL org.opencontainers.image.authors.
[[nodiscard]] std::optional<Fix> label_of_maintainer(const Lint& lint,
                                                     const Instruction& maintainer);
// "key=value" for "key value".
[[nodiscard]] std::optional<Fix> modern_pair(const Lint& lint, const Instruction& instruction,
                                             const Pair& pair);
// The pairs of an ENV from this one on in an ENV of their own.
[[nodiscard]] std::optional<Fix> split_env(const Lint& lint, const Instruction& env,
                                           const Pair& pair);
// The RUN joined to the one in front of it, with the comments between them; indented as the lines
// of `model`, if it has some.
[[nodiscard]] std::optional<Fix> joined_runs(const Lint& lint, const RunScript& before,
                                             const RunScript& run, const RunScript& model);
// It goes on behind its first line.
[[nodiscard]] bool is_of_lines(const RunScript& run);

// ---- commands of RUN (rewrite_commands.cpp) -----------------------------------------------------

// WORKDIR in front of the RUN for its `cd`, and back behind it.
[[nodiscard]] std::optional<Fix> workdir_for_cd(const Lint& lint, const RunScript& run,
                                                const Call& cd);
// The command without `sudo`, the word with this index.
[[nodiscard]] std::optional<Fix> without_sudo(const Lint& lint, const RunScript& run,
                                              const Call& call, std::size_t sudo);
// apt-get or apt-cache for apt.
[[nodiscard]] std::optional<Fix> apt_get_for_apt(const RunScript& run, const Call& apt);
// A SHELL above the RUN that has pipefail.
[[nodiscard]] std::optional<Fix> shell_with_pipefail(const Lint& lint, const RunScript& run);
// SHELL instead of a RUN that only links /bin/sh to another shell.
[[nodiscard]] std::optional<Fix> shell_for_link(const Lint& lint, const RunScript& run);

}  // namespace corten::dockerfile
