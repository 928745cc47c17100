// The order and the grammar of every scheme; each pair is in the file of its name. version.cpp
// makes the table of them.
//
// Every compare_… is a strict weak order on all byte strings: it maps a string to one sequence of
// symbols, whatever the other string is, and compares the sequences symbol by symbol, the end being
// a symbol with its own place.
#pragma once

#include <compare>
#include <string_view>

namespace corten::version {

using Order = std::weak_ordering;

[[nodiscard]] Order compare_apk(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_composer(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_deb(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_gem(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_generic(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_go(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_integers(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_maven(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_nuget(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_pep440(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_pub(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_rpm(std::string_view a, std::string_view b);
[[nodiscard]] Order compare_semver(std::string_view a, std::string_view b);

[[nodiscard]] bool valid_apk(std::string_view version);
[[nodiscard]] bool valid_composer(std::string_view version);
[[nodiscard]] bool valid_deb(std::string_view version);
[[nodiscard]] bool valid_gem(std::string_view version);
[[nodiscard]] bool valid_generic(std::string_view version);
[[nodiscard]] bool valid_go(std::string_view version);
[[nodiscard]] bool valid_integers(std::string_view version);
[[nodiscard]] bool valid_maven(std::string_view version);
[[nodiscard]] bool valid_nuget(std::string_view version);
[[nodiscard]] bool valid_pep440(std::string_view version);
[[nodiscard]] bool valid_pub(std::string_view version);
[[nodiscard]] bool valid_rpm(std::string_view version);
[[nodiscard]] bool valid_semver(std::string_view version);

}  // namespace corten::version
