// Whom the final image should run as instead of root, and the edits that make it so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

// The unprivileged user that the image ships, "name:uid", or empty. Those of .NET have one since 8.
[[nodiscard]] std::string_view ready_user_of(const BaseImage& base);

// The kind of distribution that a stage is made of: by its base, else by the package managers that
// its RUNs call. Other where neither tells.
[[nodiscard]] image::ImageFamily family_of(const Lint& lint, const BaseImage& base);

// Words of a RUN that make an account of this name and number, with a group of its own and a home.
// Empty where the image has no program for it.
[[nodiscard]] std::string command_for_account(const Lint& lint, const BaseImage& base,
                                              std::string_view name, std::string_view id);

// Groups whose members become root whenever they like.
[[nodiscard]] bool leads_to_root(std::string_view group);

// Whether `user`, a number or a name, surely is an account when `instruction` runs: by the base, or
// by a RUN above it in the final image.
[[nodiscard]] bool is_account_at(const Lint& lint, const BaseImage& base, std::string_view user,
                                 const Instruction& instruction);

// A RUN of the final stage, in front of the USER of `user` and as root, with this command.
[[nodiscard]] std::optional<TextEdit> run_before_user(const Lint& lint, const EffectiveUser& user,
                                                      std::string_view command);

// Makes the account that USER names and that is not there; a number where the image has no
// /etc/passwd.
[[nodiscard]] std::optional<Fix> fix_of_missing_user(const Lint& lint, const BaseImage& base,
                                                     const EffectiveUser& user);

// Makes an unprivileged user the last USER: one that the base or the file has made for it, else a
// new one. Always Unsafe: the program may need something that only root can do, and the note names
// what is to be seen of that. nullopt where it surely would not work: a program that starts as root
// to step down by itself, files in root's home, triggers that need root, a base that is not known.
// `now` is the user that the image has; the final stage must not be one of Windows.
[[nodiscard]] std::optional<Fix> fix_of_root(const Lint& lint, const BaseImage& base,
                                             const EffectiveUser& now);

// The same for Windows, whose images all have ContainerUser.
[[nodiscard]] std::optional<Fix> fix_of_administrator(const Lint& lint);

}  // namespace corten::dockerfile
