// Mach-O and universal files: Apple, <mach-o/loader.h> and <mach-o/fat.h>.
#include <fmt/format.h>

#include "package/internal/executable_formats.h"

namespace corten::package::internal {
namespace {

constexpr std::uint32_t kMachO32 = 0xfeedface;
constexpr std::uint32_t kMachO64 = 0xfeedfacf;
constexpr std::uint32_t kUniversal32 = 0xcafebabe;
constexpr std::uint32_t kUniversal64 = 0xcafebabf;
constexpr std::uint32_t kMachOSegment32 = 0x1;   // LC_SEGMENT
constexpr std::uint32_t kMachOSegment64 = 0x19;  // LC_SEGMENT_64
constexpr std::uint32_t kMachOWritable = 2;      // VM_PROT_WRITE

// S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL
bool is_zero_filled(std::uint32_t section_flags) {
  const std::uint32_t type = section_flags & 0xff;
  return type == 0x1 || type == 0xc || type == 0x12;
}

Result<ExecutablePart> read_macho_section(FieldReader& in, bool writable) {
  ExecutablePart section{.name = {}, .writable = writable};
  CORTEN_TRY(const Bytes name, in.take(16));
  CORTEN_CHECK(in.skip(16));  // the segment's name
  CORTEN_TRY(section.address, in.word());
  CORTEN_TRY(section.size, in.word());
  CORTEN_TRY(section.offset, in.u32());
  CORTEN_CHECK(in.skip(4 + 4 + 4));  // alignment and relocations
  CORTEN_TRY(const std::uint32_t flags, in.u32());
  CORTEN_CHECK(in.skip(in.wide() ? 12 : 8));  // reserved
  section.name = until_nul(name);
  if (is_zero_filled(flags)) section.size = 0;
  return section;
}

Status read_macho_segment(FieldReader& in, Executable& program) {
  ExecutablePart segment;
  CORTEN_TRY(const Bytes name, in.take(16));
  segment.name = until_nul(name);
  CORTEN_TRY(segment.address, in.word());
  CORTEN_CHECK(in.word());  // vmsize
  CORTEN_TRY(segment.offset, in.word());
  CORTEN_TRY(segment.size, in.word());
  CORTEN_CHECK(in.u32());  // maxprot
  CORTEN_TRY(const std::uint32_t protection, in.u32());
  CORTEN_TRY(const std::uint32_t section_count, in.u32());
  CORTEN_CHECK(in.u32());  // flags
  segment.writable = (protection & kMachOWritable) != 0;
  CORTEN_CHECK(check_part_count(program.segments.size() + 1));
  program.segments.push_back(segment);
  for (std::uint32_t i = 0; i < section_count; ++i) {
    CORTEN_CHECK(check_part_count(program.sections.size() + 1));
    CORTEN_TRY(ExecutablePart section, read_macho_section(in, segment.writable));
    program.sections.push_back(section);
  }
  return {};
}

bool is_macho_magic(std::uint32_t magic_be) {
  constexpr std::uint32_t kSwapped32 = 0xcefaedfe;
  constexpr std::uint32_t kSwapped64 = 0xcffaedfe;
  return magic_be == kMachO32 || magic_be == kMachO64 || magic_be == kSwapped32 ||
         magic_be == kSwapped64;
}

}  // namespace

Result<Executable> read_macho(Bytes image) {
  ByteCursor start(image);
  CORTEN_TRY(const std::uint32_t magic, start.u32_be());
  const bool big_endian = magic == kMachO32 || magic == kMachO64;
  const bool wide = (big_endian ? magic & 0xff : magic >> 24) == (kMachO64 & 0xff);
  Executable program{.format = ExecutableFormat::MachO,
                     .big_endian = big_endian,
                     .pointer_bytes = static_cast<std::uint8_t>(wide ? 8 : 4),
                     .image = image,
                     .sections = {},
                     .segments = {}};
  FieldReader in(image, big_endian, wide);
  CORTEN_CHECK(in.seek(16));
  CORTEN_TRY(const std::uint32_t command_count, in.u32());
  CORTEN_CHECK(in.skip(wide ? 12 : 8));  // sizeofcmds, flags, reserved
  for (std::uint32_t i = 0; i < command_count; ++i) {
    const std::uint64_t command_start = in.offset();
    CORTEN_TRY(const std::uint32_t command, in.u32());
    CORTEN_TRY(const std::uint32_t command_size, in.u32());
    if (command_size < 8)
      return fail(ErrorCode::InvalidInput, "Mach-O load command without a size");
    if (command == (wide ? kMachOSegment64 : kMachOSegment32)) {
      CORTEN_CHECK(read_macho_segment(in, program));
    }
    CORTEN_CHECK(in.seek(command_start + command_size));
  }
  return program;
}

bool is_macho(Bytes head) {
  const auto magic = ByteCursor(head).u32_be();
  return magic && is_macho_magic(*magic);
}

// A Java class file has the magic of a universal file; where the slice count stands, it has its
// version, 45 and up.
bool is_universal(Bytes head) {
  ByteCursor in(head);
  const auto magic = in.u32_be();
  const auto slices = in.u32_be();
  return magic && slices && (*magic == kUniversal32 || *magic == kUniversal64) &&
         *slices <= kMaxUniversalSlices;
}

Result<std::vector<Executable>> read_universal(Bytes content) {
  ByteCursor probe(content);
  CORTEN_TRY(const std::uint32_t magic, probe.u32_be());
  FieldReader in(content, true, magic == kUniversal64);
  CORTEN_CHECK(in.seek(4));
  CORTEN_TRY(const std::uint32_t slice_count, in.u32());
  std::vector<Executable> programs;
  for (std::uint32_t i = 0; i < slice_count; ++i) {
    CORTEN_CHECK(in.skip(4 + 4));  // CPU type and subtype
    CORTEN_TRY(const std::uint64_t offset, in.word());
    CORTEN_TRY(const std::uint64_t size, in.word());
    CORTEN_CHECK(in.skip(in.wide() ? 8 : 4));  // alignment, reserved
    ByteCursor slice(content);
    CORTEN_CHECK(slice.seek(offset));
    CORTEN_TRY(const Bytes image, slice.take(size));
    if (!is_macho(image)) continue;  // static libraries may be slices too
    CORTEN_TRY(Executable program, read_macho(image));
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace corten::package::internal
