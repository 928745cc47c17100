// Executables: where the parts of ELF, PE and Mach-O programs lie in the file and in memory.
//
// Input is hostile: only the header tables are read, every offset is checked where it is used, and
// nothing is copied. Formats: System V gABI chapters 4 and 5; Microsoft "PE Format"; Apple
// <mach-o/loader.h> and <mach-o/fat.h>.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace corten::package {

// Large C++ objects have tens of thousands of sections; programs have a few dozen.
inline constexpr std::uint64_t kMaxExecutableParts = 65'536;
inline constexpr std::uint32_t kMaxUniversalSlices = 32;  // real files have two or three

enum class ExecutableFormat { Elf, Pe, MachO };

// A section or a segment. The name borrows from the file; ELF segments have none.
struct ExecutablePart {
  std::string_view name;
  std::uint64_t offset = 0;   // in Executable::image; as the file claims, unchecked
  std::uint64_t size = 0;     // in the file: 0 for zero-filled parts; unchecked
  std::uint64_t address = 0;  // in memory; PE: with the image base
  bool writable = false;
};

// One program. Borrows from the bytes it was read from.
struct Executable {
  ExecutableFormat format = ExecutableFormat::Elf;
  bool big_endian = false;
  std::uint8_t pointer_bytes = 8;        // 4 or 8
  Bytes image;                           // the file, or one slice of a universal file
  std::vector<ExecutablePart> sections;  // empty when stripped away
  std::vector<ExecutablePart> segments;  // what is loaded; PE: the sections

  // The first section of that name, or nullptr.
  [[nodiscard]] const ExecutablePart* section(std::string_view name) const;
  // The bytes of a part, as far as the image has them.
  [[nodiscard]] Bytes bytes_of(const ExecutablePart& part) const;
  // `count` bytes at an address, or nullopt when no segment holds them all.
  [[nodiscard]] std::optional<Bytes> at_address(std::uint64_t address, std::uint64_t count) const;
};

// Whether `head`, the start of a file, has the magic of a format above. Eight bytes tell universal
// files from Java classes.
[[nodiscard]] bool has_executable_magic(Bytes head);

// The program in `content`; several in a universal file. An ELF section table that cannot be read
// counts as stripped away, because the system runs such programs. Errors: InvalidInput (no such
// format, or its headers are cut off), LimitExceeded (too many parts or slices).
[[nodiscard]] Result<std::vector<Executable>> read_executables(Bytes content);

}  // namespace corten::package
