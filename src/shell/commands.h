// What rules ask of one command: its name, arguments, flags and their values.
//
// All views borrow from the Script.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shell/script.h"

namespace corten::shell {

// A command's name and arguments, as written or with wrappers taken off.
struct Invocation {
  const Command* command = nullptr;
  std::size_t name_index = 0;  // of the name in command->words; words before it are wrappers

  [[nodiscard]] bool empty() const { return name_index >= command->words.size(); }
  [[nodiscard]] std::string_view name()
      const;  // as written, quotes removed; empty if there is none
  [[nodiscard]] std::string_view base() const;  // without folders and `.exe`: "apt-get"
  [[nodiscard]] std::span<const Word> args() const;
  [[nodiscard]] bool wrapped() const { return name_index != 0; }
};

// As written: `sudo apt-get install x` is `sudo`. This is hadolint's view.
[[nodiscard]] Invocation as_written(const Command& command);

// Behind sudo, doas, env X=1, exec, command, builtin, time, nice, nohup, timeout, xargs, gosu,
// su-exec, chroot, busybox, … : `sudo -E apt-get install x` is `apt-get`. A wrapper without a
// command
// (`sudo -v`) is itself. Scripts in strings (`su -c "…"`) are commands of their own in the Script.
[[nodiscard]] Invocation seen_through(const Command& command);

// The wrappers before the name of seen_through(): {"sudo", "env"}.
[[nodiscard]] std::vector<std::string_view> wrappers_of(const Command& command);

// `base()` is `name`, and at least one argument is one of `any_of` (an empty list asks nothing).
[[nodiscard]] bool calls(const Invocation& call, std::string_view name,
                         std::initializer_list<std::string_view> any_of = {});
[[nodiscard]] bool has_arg(const Invocation& call, std::string_view text);

// ---- flags, as hadolint counts them -------------------------------------------------------------

// `--name` and `--name=value` as "name", each letter of `-abc`; `-` and `--` are none.
struct Flag {
  std::string_view name;
  const Word* word = nullptr;
  std::size_t index = 0;  // in args()
};
[[nodiscard]] std::vector<Flag> flags(const Invocation& call);
[[nodiscard]] bool is_flag_word(const Word& word);
[[nodiscard]] bool has_flag(const Invocation& call, std::initializer_list<std::string_view> any_of);
[[nodiscard]] std::size_t count_flag(const Invocation& call,
                                     std::initializer_list<std::string_view> any_of);

// The value of the last of these flags: `-o value`, `--o value`, `--o=value`, `-ovalue` (only where
// a table says that -o takes a value: see takes_value). Empty text where the value is empty.
[[nodiscard]] std::optional<std::string_view> flag_value(
    const Invocation& call, std::initializer_list<std::string_view> any_of);
[[nodiscard]] std::vector<std::string_view> flag_values(
    const Invocation& call, std::initializer_list<std::string_view> any_of);

// Arguments that are no flags. `with_value` names flags whose next word is dropped too.
[[nodiscard]] std::vector<const Word*> args_without_flags(
    const Invocation& call, std::initializer_list<std::string_view> with_value = {});

// Arguments that are no flags and no values of flags, by the command's own table of flags that take
// values (apt-get, apk, pip, npm, curl, wget, useradd, git, tar, …); after `--` all are operands.
[[nodiscard]] std::vector<const Word*> operands(const Invocation& call);

// Whether the table has `flag` ("t", "target-release") as one with a value for this command. A
// letter ending in a value glues it: `-ofile`.
[[nodiscard]] bool takes_value(std::string_view command, std::string_view flag);

// ---- pipes --------------------------------------------------------------------------------------

// The command that reads `command`'s output through a pipe (the first one of a compound), or null.
[[nodiscard]] const Command* pipe_target(const Script& script, const Command& command);
// Whether any pipeline has two elements.
[[nodiscard]] bool has_pipe(const Script& script);
// Whether standard output of `command` goes to a file, and which.
[[nodiscard]] const Word* output_file(const Command& command);

// PowerShell's `-Name value` or `-Name:value`, any case, unique beginnings accepted; null if
// absent.
[[nodiscard]] std::optional<std::string_view> parameter(const Invocation& call,
                                                        std::string_view name);
[[nodiscard]] bool has_parameter(const Invocation& call, std::string_view name);

}  // namespace corten::shell
