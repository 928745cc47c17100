// os-release(5), lsb-release and other files of shell assignments.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace corten::package {

inline constexpr std::size_t kMaxReleaseFileBytes = std::size_t{64} << 10;

// The assignments of the first kMaxReleaseFileBytes. Values are unquoted as os-release(5) says:
// 'raw', "with \ before
// $, \", \\ and `", or bare up to a space. Of a name assigned twice the last counts, as in a shell.
// What is no assignment is skipped.
[[nodiscard]] std::map<std::string, std::string, std::less<>> parse_assignments(
    std::string_view text);

}  // namespace corten::package
