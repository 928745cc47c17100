// What commands do to files, as far as their words tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/commands.h"

namespace corten::shell {

struct FileEffect {
  enum class Kind {
    Write,   // > file, tee file, touch, truncate, dd of=
    Append,  // >> file, tee -a
    MakeFolder,
    Copy,  // cp, install
    Move,
    Link,
    Owner,  // chown, chgrp, install -o
    Mode,   // chmod, install -m, mkdir -m
    Remove,
    Unpack,       // tar -x, unzip, …; target: the folder, "" for the current one
    ChangeFolder  // cd, pushd
  };
  Kind kind = Kind::Write;
  Invocation call;
  std::vector<const Word*>
      sources;  // cp, mv, ln; the archive of Unpack ("" for standard input: none)
  std::vector<std::string> paths;  // what is made, changed or removed; variables as ${NAME}
  std::string owner;               // "user", "user:group", ":group"
  std::string mode;                // "755", "u+s"
  bool recursive = false;
};

// The effects of one command, of its redirections too (/dev/null and descriptors left out).
[[nodiscard]] std::vector<FileEffect> file_effects(const Invocation& call);
[[nodiscard]] std::vector<FileEffect> file_effects(const Script& script);  // seen through, in order

}  // namespace corten::shell
