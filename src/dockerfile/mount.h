// What RUN --mount=… asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/ast.h"

namespace corten::dockerfile {

// Values are as written (variables kept) and borrow from the Dockerfile; missing ones are empty.
struct Mount {
  std::string_view type = "bind";  // bind, cache, tmpfs, secret, ssh; or whatever is written
  std::string_view source;         // source, src
  std::string_view target;         // target, dst, destination
  std::string_view from;
  std::string_view id;
  std::string_view env;      // secret: the variable that gets it
  std::string_view sharing;  // cache: shared, private, locked
  std::string_view mode;
  std::string_view uid;
  std::string_view gid;
  std::string_view size;
  bool required = false;
  bool read_write = false;  // as cache and tmpfs are unless told otherwise, and the others are not
  const Flag* flag = nullptr;
};

// Of a RUN or of an ONBUILD RUN's nested instruction, in order; empty for every other instruction.
[[nodiscard]] std::vector<Mount> mounts_of(const Instruction& run);

// Why BuildKit refuses this value of --mount, or empty. Variables in it are trusted to be right.
[[nodiscard]] std::string mount_problem(std::string_view value);

}  // namespace corten::dockerfile
