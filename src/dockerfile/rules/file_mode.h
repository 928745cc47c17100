// Modes of files as chmod, install, mkdir and --chmod take them.
#pragma once

#include <string_view>

namespace corten::dockerfile {

// What a mode gives beyond the usual.
struct FileMode {
  bool others_write = false;
  bool sticky = false;
  bool setuid = false;
  bool setgid = false;
};

// Of "1777", "u+s", "a=rwx,o+t". What is no mode gives nothing.
[[nodiscard]] FileMode mode_of(std::string_view text);

}  // namespace corten::dockerfile
