// Which Go packages are linked into a program: the names of its functions, which survive stripping,
// tell it.
//
// An advisory that names packages (OSV: ecosystem_specific.imports[].path) does not affect a
// program that links none of them. Input is hostile. Format: the "pclntab" of Go 1.16 and later
// (runtime/symtab.go, pcHeader): a header with offsets, then the names of all functions, inlined
// ones too, each ended by NUL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace corten::package {

inline constexpr std::size_t kMaxLinkedGoPackages = 50'000;  // the largest programs link about 5000

// The import path of the package of a function, "example.org/lib" for
// "example.org/lib.(*Reader).Read"; empty for what the compiler makes ("type:.eq.…") and for C
// symbols.
[[nodiscard]] std::string go_package_of_function(std::string_view function);

// The import paths of all packages that a program has functions of, sorted; package main is "main".
// In a universal file those of all slices. nullopt: unknown, and nothing may be concluded (no Go
// program, Go before 1.16, a damaged or disguised table). Searches the whole program when its
// sections do not name the place: about 0.1 s for 100 MB.
[[nodiscard]] std::optional<std::vector<std::string>> linked_go_packages(Bytes content);

}  // namespace corten::package
