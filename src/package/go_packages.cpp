#include "package/go_packages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>

#include "base/byte_cursor.h"
#include "package/executable.h"

namespace corten::package {
namespace {

constexpr std::uint32_t kMagic116 = 0xfffffffa;
constexpr std::uint32_t kMagic118 = 0xfffffff0;
constexpr std::uint32_t kMagic120 = 0xfffffff1;
constexpr std::size_t kHeaderStart = 8;     // magic, padding, instruction size, pointer size
constexpr std::size_t kTableAlignment = 8;  // of the table's address

// What looking through one program may cost: its headers may claim thousands of parts that all span
// the whole file.
struct SearchBudget {
  std::size_t bytes = 0;
  std::size_t candidates = 8;  // headers that look right; programs have one
};

Result<std::uint64_t> read_word(ByteCursor& in, const Executable& program) {
  if (program.pointer_bytes == 8) return program.big_endian ? in.u64_be() : in.u64_le();
  CORTEN_TRY(const std::uint32_t value, program.big_endian ? in.u32_be() : in.u32_le());
  return value;
}

// The function names of the table that begins at the front of `table`. Errors: it is no table, or
// ends too early.
Result<std::string_view> function_names(const Executable& program, Bytes table) {
  ByteCursor in(table);
  CORTEN_TRY(const std::uint32_t magic, program.big_endian ? in.u32_be() : in.u32_le());
  CORTEN_TRY(const std::uint16_t padding, in.u16_le());
  CORTEN_TRY(const std::uint8_t instruction_bytes, in.u8());
  CORTEN_TRY(const std::uint8_t pointer_bytes, in.u8());
  const bool plausible = (magic == kMagic116 || magic == kMagic118 || magic == kMagic120) &&
                         padding == 0 && instruction_bytes <= 4 &&
                         pointer_bytes == program.pointer_bytes;
  if (!plausible) return fail(ErrorCode::InvalidInput, "no pclntab");
  // Counts of functions and files; since Go 1.18 the start of the text.
  const std::uint64_t words = magic == kMagic116 ? 2 : 3;
  CORTEN_CHECK(in.skip(words * pointer_bytes));
  CORTEN_TRY(const std::uint64_t names, read_word(in, program));
  CORTEN_TRY(const std::uint64_t names_end, read_word(in, program));
  if (names < in.offset() || names_end <= names || names_end > table.size()) {
    return fail(ErrorCode::InvalidInput, "pclntab with names outside of it");
  }
  return as_text(table.subspan(names, names_end - names));
}

// The bytes of a name that were escaped ("%2e" for a dot in the last element of a path).
std::string unescaped(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    unsigned value = 0;
    const char* hex = path.data() + i + 1;
    if (path[i] == '%' && path.size() - i > 2 &&
        std::from_chars(hex, hex + 2, value, 16).ptr == hex + 2) {
      out += static_cast<char>(static_cast<unsigned char>(value));
      i += 2;
    } else {
      out += path[i];
    }
  }
  return out;
}

// The package's part of a function's name, escaped; empty when it has none.
std::string_view escaped_package(std::string_view function) {
  // Receivers, type arguments and anonymous types hold paths of other packages.
  const std::string_view plain = function.substr(0, function.find_first_of("([{ "));
  if (plain.find(':') != std::string_view::npos || plain.starts_with("type..")) return {};
  const std::size_t slash = plain.rfind('/');
  const std::size_t dot = plain.find('.', slash == std::string_view::npos ? 0 : slash);
  if (dot == std::string_view::npos) return {};
  const std::string_view package = plain.substr(0, dot);
  if (package == "go" || package == "type") return {};  // "go.(*struct {…}).M" of Go before 1.20
  return package;
}

// Adds the packages of the names to `packages`. False: too many.
bool add_packages(std::string_view names, std::set<std::string, std::less<>>& packages) {
  std::string_view last;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('\0'));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    const std::string_view package = escaped_package(name);
    // Functions of one package mostly stand together.
    if (package.empty() || package == last) continue;
    last = package;
    packages.insert(unescaped(package));
    if (packages.size() > kMaxLinkedGoPackages) return false;
  }
  return true;
}

// The names of the table in one part.
std::optional<std::string_view> find_names(const Executable& program, const ExecutablePart& part,
                                           SearchBudget& budget) {
  const Bytes all = program.bytes_of(part);
  const Bytes bytes = all.first(std::min(all.size(), budget.bytes));
  budget.bytes -= bytes.size();
  // In either byte order the middle bytes of the magic are 0xff; few other places have them.
  constexpr auto kFull = static_cast<std::byte>(0xff);
  const std::size_t first = (kTableAlignment - part.address % kTableAlignment) % kTableAlignment;
  for (std::size_t at = first; at < bytes.size() && bytes.size() - at >= kHeaderStart;
       at += kTableAlignment) {
    if (bytes[at + 1] != kFull || bytes[at + 2] != kFull) continue;
    const auto names = function_names(program, bytes.subspan(at));
    if (!names) continue;
    // Every program has the runtime; tools that read such tables have the magic among their
    // constants.
    if (names->find(std::string_view("\0runtime.", 9)) != std::string_view::npos) return *names;
    if (--budget.candidates == 0) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_names(const Executable& program) {
  SearchBudget budget{.bytes = 2 * program.image.size()};
  for (const std::string_view name : {".gopclntab", "__gopclntab", ".data.rel.ro.gopclntab"}) {
    const ExecutablePart* section = program.section(name);
    if (section == nullptr) continue;
    if (auto names = find_names(program, *section, budget)) return names;
  }
  for (const ExecutablePart& segment : program.segments) {
    if (budget.candidates == 0) break;
    if (auto names = find_names(program, segment, budget)) return names;
  }
  return std::nullopt;
}

}  // namespace

std::string go_package_of_function(std::string_view function) {
  return unescaped(escaped_package(function));
}

std::optional<std::vector<std::string>> linked_go_packages(Bytes content) {
  const auto programs = read_executables(content);
  if (!programs || programs->empty()) return std::nullopt;
  std::set<std::string, std::less<>> packages;
  for (const Executable& program : *programs) {
    const auto names = find_names(program);
    if (!names || !add_packages(*names, packages)) return std::nullopt;
  }
  return std::vector<std::string>(packages.begin(), packages.end());
}

}  // namespace corten::package
