#include "package/binary.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "package/cargo_auditable.h"
#include "package/executable.h"
#include "package/go_buildinfo.h"
#include "package/go_modules.h"

namespace corten::package {
namespace {

void append(Catalog& to, Catalog from) {
  std::ranges::move(from.packages, std::back_inserter(to.packages));
  std::ranges::move(from.problems, std::back_inserter(to.problems));
}

// Packed by UPX, a program is a loader and compressed bytes: what is linked into it cannot be seen.
// UPX leaves its mark behind the headers of an ELF file, which then has no sections, and names the
// sections of a PE file.
bool is_packed(const Executable& program) {
  constexpr std::size_t kHeaderBytes = 1024;
  if (program.format == ExecutableFormat::Pe)
    return program.section("UPX0") != nullptr && program.section("UPX1") != nullptr;
  const Bytes head = program.image.first(std::min(program.image.size(), kHeaderBytes));
  return program.format == ExecutableFormat::Elf && program.sections.empty() &&
         as_text(head).contains("UPX!");
}

// What one program says about itself.
Catalog read_program(std::string_view path, const Executable& program) {
  Catalog catalog;
  if (is_packed(program)) {
    catalog.problems.push_back(fmt::format("{}: packed by UPX: its modules cannot be seen", path));
    return catalog;
  }
  const auto build_info = find_go_build_info(program);
  if (!build_info) {
    catalog.problems.push_back(fmt::format("{}: {}", path, describe(build_info.error())));
  } else if (*build_info) {
    append(catalog, read_go_modules(path, **build_info));
  }
  if (const auto section = find_crate_list(program)) {
    auto crates = read_crate_list(path, *section);
    if (crates) {
      append(catalog, *std::move(crates));
    } else {
      catalog.problems.push_back(fmt::format("{}: {}", path, describe(crates.error())));
    }
  }
  return catalog;
}

}  // namespace

bool looks_like_binary(Bytes head) { return has_executable_magic(head); }

Result<Catalog> read_binary(std::string_view path, Bytes content) {
  const auto programs = read_executables(content);
  if (!programs) {
    if (programs.error().code == ErrorCode::LimitExceeded) {
      return in_context(programs.error(), std::string(path));
    }
    return Catalog{};
  }
  // The slices of a universal file are the same program for several processors: the first one
  // that says something counts.
  Catalog catalog;
  for (const Executable& program : *programs) {
    append(catalog, read_program(path, program));
    if (!catalog.packages.empty()) break;
  }
  return catalog;
}

}  // namespace corten::package
