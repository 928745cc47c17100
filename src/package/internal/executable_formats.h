// The formats of executables, each in a file of its own, and what their readers share.
#pragma once

#include <string_view>

#include "base/byte_cursor.h"
#include "package/executable.h"

namespace corten::package::internal {

inline constexpr std::string_view kElfMagic =
    "\x7f"
    "ELF";
inline constexpr std::string_view kPeMagic = "MZ";

// Integers in the byte order and the word size of one program.
class FieldReader {
 public:
  FieldReader(Bytes data, bool big_endian, bool wide)
      : in_(data), big_endian_(big_endian), wide_(wide) {}

  [[nodiscard]] Status seek(std::uint64_t offset) { return in_.seek(offset); }
  [[nodiscard]] Status skip(std::uint64_t count) { return in_.skip(count); }
  [[nodiscard]] std::size_t offset() const { return in_.offset(); }
  [[nodiscard]] Result<Bytes> take(std::uint64_t count) { return in_.take(count); }
  [[nodiscard]] Result<std::uint16_t> u16() { return big_endian_ ? in_.u16_be() : in_.u16_le(); }
  [[nodiscard]] Result<std::uint32_t> u32() { return big_endian_ ? in_.u32_be() : in_.u32_le(); }
  [[nodiscard]] Result<std::uint64_t> u64() { return big_endian_ ? in_.u64_be() : in_.u64_le(); }
  // Four bytes in a 32-bit program, eight in a 64-bit one.
  [[nodiscard]] Result<std::uint64_t> word() {
    if (wide_) return u64();
    CORTEN_TRY(const std::uint32_t value, u32());
    return value;
  }
  [[nodiscard]] bool wide() const { return wide_; }

 private:
  ByteCursor in_;
  bool big_endian_;
  bool wide_;
};

// The text up to the first NUL; names are short.
[[nodiscard]] std::string_view until_nul(Bytes bytes);

// LimitExceeded above kMaxExecutableParts.
[[nodiscard]] Status check_part_count(std::uint64_t count);

// One program that starts with the magic of its format.
[[nodiscard]] Result<Executable> read_elf(Bytes image);
[[nodiscard]] Result<Executable> read_pe(Bytes image);
[[nodiscard]] Result<Executable> read_macho(Bytes image);

// In either byte order and word size.
[[nodiscard]] bool is_macho(Bytes head);
// Several Mach-O programs in one file.
[[nodiscard]] bool is_universal(Bytes head);
[[nodiscard]] Result<std::vector<Executable>> read_universal(Bytes content);

}  // namespace corten::package::internal
