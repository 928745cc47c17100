// What the rules about package managers share beyond hadolint_support.h.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dockerfile/rules/hadolint_support.h"

namespace corten::dockerfile {

using Words = std::vector<const shell::Word*>;

// The first argument that is one of `verbs`; empty without one.
[[nodiscard]] std::string_view first_of(const Call& call, std::span<const std::string_view> verbs);

// `yes | yum install …`
[[nodiscard]] bool is_fed_by_yes(const RunScript& run, const Call& call);

// The last command of the RUN that `installs`, unless one that `cleans` comes after it.
template <typename Installs, typename Cleans>
[[nodiscard]] std::optional<Call> last_not_followed(const Lint& lint, const RunScript& run,
                                                    Installs installs, Cleans cleans) {
  const std::vector<shell::Command>& commands = run.script.commands;
  for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
    const std::optional<Call> call = call_of(lint, *command);
    if (!call) continue;
    if (cleans(*call)) return std::nullopt;
    if (installs(*call)) return call;
  }
  return std::nullopt;
}

// Takes words away whose version is a variable that the file declares: hadolint all of them; else
// those whose value only the one who builds knows.
void erase_versions_of_the_file(const Lint& lint, const RunScript& run, Words& words);

// One problem at the first of the words without a version. Versions are good practice rather than a
// danger, and not every distribution keeps them: less severe than hadolint has it.
[[nodiscard]] std::optional<Verdict> judge_words(const Lint& lint, const RunScript& run,
                                                 const Words& words,
                                                 bool (*is_pinned)(std::string_view));

// Whether files of this stage end up in an image: the last one, or one that a FROM builds on.
[[nodiscard]] bool is_kept(const Lint& lint, const RunScript& run);

// Whether a COPY to this path, written without quotes, ends up below whatever folder the base image
// begins in.
[[nodiscard]] bool lands_in_folder_of_base(const Lint& lint, const Instruction& copy,
                                           std::string_view target);

// Facts of the image that the first stage of its chain begins from; null if not at hand.
[[nodiscard]] const BaseFacts* base_facts_of(const Lint& lint, std::uint32_t stage);

}  // namespace corten::dockerfile
