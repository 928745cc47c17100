// Commands that run the command in their arguments: sudo, env, xargs, …
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "shell/script.h"

namespace corten::shell {

// The name without folders and `.exe`.
[[nodiscard]] std::string_view base_name(std::string_view program);

// Index of the name that the wrappers at the beginning of `words` run; 0 if there are none, or if
// they run nothing. words.size() for no words.
[[nodiscard]] std::size_t behind_wrappers(std::span<const Word> words);

// Index of the next name behind the wrapper at `at`; `at` if it is no wrapper or runs nothing.
[[nodiscard]] std::size_t behind_wrapper(std::span<const Word> words, std::size_t at);

[[nodiscard]] bool is_posix_shell_name(std::string_view base);

// Whether the shell at `name` is given neither a script's file nor -c: it reads standard input.
[[nodiscard]] bool reads_script_from_input(std::span<const Word> words, std::size_t name);

}  // namespace corten::shell
