// Edits that give the final image another user than root.
#pragma once

#include <optional>
#include <string_view>

#include "dockerfile/base.h"
#include "dockerfile/rule.h"
#include "dockerfile/users.h"

namespace corten::dockerfile {

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
