// PE: Microsoft, "PE Format".
#include <fmt/format.h>

#include "package/internal/executable_formats.h"

namespace corten::package::internal {
namespace {

constexpr std::uint32_t kPeSignature = 0x4550;
constexpr std::uint32_t kPeWritable = 0x80000000;

Result<ExecutablePart> read_pe_section(FieldReader& in, std::uint64_t image_base) {
  ExecutablePart section;
  CORTEN_TRY(const Bytes name, in.take(8));
  CORTEN_CHECK(in.u32());  // VirtualSize
  CORTEN_TRY(const std::uint32_t address, in.u32());
  CORTEN_TRY(section.size, in.u32());
  CORTEN_TRY(section.offset, in.u32());
  CORTEN_CHECK(in.skip(4 + 4 + 2 + 2));  // relocations and line numbers
  CORTEN_TRY(const std::uint32_t flags, in.u32());
  section.name = until_nul(name);
  section.address = image_base + address;
  section.writable = (flags & kPeWritable) != 0;
  return section;
}

}  // namespace

Result<Executable> read_pe(Bytes image) {
  FieldReader in(image, false, false);
  CORTEN_CHECK(in.seek(0x3c));
  CORTEN_TRY(const std::uint32_t header, in.u32());
  CORTEN_CHECK(in.seek(header));
  CORTEN_TRY(const std::uint32_t signature, in.u32());
  if (signature != kPeSignature)
    return fail(ErrorCode::InvalidInput, "MZ program without a PE header");
  CORTEN_CHECK(in.u16());  // Machine
  CORTEN_TRY(const std::uint16_t section_count, in.u16());
  CORTEN_CHECK(in.skip(4 + 4 + 4));  // time stamp and symbol table
  CORTEN_TRY(const std::uint16_t optional_size, in.u16());
  CORTEN_CHECK(in.u16());  // Characteristics
  const std::uint64_t optional_header = in.offset();
  CORTEN_TRY(const std::uint16_t magic, in.u16());
  if (magic != 0x10b && magic != 0x20b) {
    return fail(ErrorCode::InvalidInput, fmt::format("PE header of kind {:#x}", magic));
  }
  const bool wide = magic == 0x20b;
  std::uint64_t image_base = 0;
  CORTEN_CHECK(in.seek(optional_header + (wide ? 24 : 28)));
  if (wide) {
    CORTEN_TRY(image_base, in.u64());
  } else {
    CORTEN_TRY(image_base, in.u32());
  }
  Executable program{.format = ExecutableFormat::Pe,
                     .big_endian = false,
                     .pointer_bytes = static_cast<std::uint8_t>(wide ? 8 : 4),
                     .image = image,
                     .sections = {},
                     .segments = {}};
  CORTEN_CHECK(in.seek(optional_header + optional_size));
  for (std::uint16_t i = 0; i < section_count; ++i) {
    CORTEN_TRY(ExecutablePart section, read_pe_section(in, image_base));
    program.sections.push_back(section);
  }
  program.segments = program.sections;
  return program;
}

}  // namespace corten::package::internal
