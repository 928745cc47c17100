// Modes of files as chmod, install, mkdir and --chmod take them.
#pragma once

#include <optional>
#include <string>
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

enum class Given { OthersWrite, SetId };
// The same mode, written alike, that does not give this: "777" is "775", "a+rwx" is
// "ug+rwx,o+rx", "u+s" is "u-s". nullopt for what is too unusual to be rewritten.
[[nodiscard]] std::optional<std::string> mode_without(std::string_view text, Given given);

}  // namespace corten::dockerfile
