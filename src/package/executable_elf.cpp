// ELF: System V gABI, chapters 4 and 5.
#include <fmt/format.h>

#include "package/internal/executable_formats.h"

namespace corten::package::internal {
namespace {

struct ElfHeader {
  std::uint64_t program_offset = 0;
  std::uint64_t section_offset = 0;
  std::uint64_t program_entry_size = 0;
  std::uint64_t program_count = 0;
  std::uint64_t section_entry_size = 0;
  std::uint64_t section_count = 0;
  std::uint64_t name_section = 0;
};

struct ElfSection {
  std::uint32_t name_offset = 0;
  std::uint32_t type = 0;
  std::uint64_t flags = 0;
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t link = 0;
  std::uint32_t info = 0;
};

constexpr std::uint32_t kSectionWithoutBytes = 8;  // SHT_NOBITS
constexpr std::uint64_t kSectionWritable = 1;      // SHF_WRITE
constexpr std::uint32_t kLoadedSegment = 1;        // PT_LOAD
constexpr std::uint32_t kSegmentWritable = 2;      // PF_W
constexpr std::uint64_t kNamesElsewhere = 0xffff;  // SHN_XINDEX, PN_XNUM

Result<ElfHeader> read_elf_header(FieldReader& in) {
  ElfHeader header;
  CORTEN_CHECK(in.seek(16 + 2 + 2 + 4));  // e_ident, e_type, e_machine, e_version
  CORTEN_CHECK(in.word());                // e_entry
  CORTEN_TRY(header.program_offset, in.word());
  CORTEN_TRY(header.section_offset, in.word());
  CORTEN_CHECK(in.skip(4 + 2));  // e_flags, e_ehsize
  CORTEN_TRY(header.program_entry_size, in.u16());
  CORTEN_TRY(header.program_count, in.u16());
  CORTEN_TRY(header.section_entry_size, in.u16());
  CORTEN_TRY(header.section_count, in.u16());
  CORTEN_TRY(header.name_section, in.u16());
  return header;
}

Result<ElfSection> read_elf_section(FieldReader& in) {
  ElfSection section;
  CORTEN_TRY(section.name_offset, in.u32());
  CORTEN_TRY(section.type, in.u32());
  CORTEN_TRY(section.flags, in.word());
  CORTEN_TRY(section.address, in.word());
  CORTEN_TRY(section.offset, in.word());
  CORTEN_TRY(section.size, in.word());
  CORTEN_TRY(section.link, in.u32());
  CORTEN_TRY(section.info, in.u32());
  return section;
}

// Seeks to entry `index` of a table, with the file's own entry size: later versions may append
// fields.
Status seek_entry(FieldReader& in, Bytes image, std::uint64_t table, std::uint64_t entry_size,
                  std::uint64_t index) {
  if (table > image.size() || index * entry_size > image.size() - table) {
    return fail(ErrorCode::InvalidInput, fmt::format("table entry {} is past the end", index));
  }
  return in.seek(table + index * entry_size);
}

// Counts that do not fit into the header's 16 bits stand in section 0 (gABI, "extended numbering").
Status resolve_extended_numbering(FieldReader& in, ElfHeader& header) {
  const bool needed = header.section_count == 0 || header.name_section == kNamesElsewhere ||
                      header.program_count == kNamesElsewhere;
  if (header.section_offset == 0 || !needed) return {};
  CORTEN_CHECK(in.seek(header.section_offset));
  CORTEN_TRY(const ElfSection first, read_elf_section(in));
  if (header.section_count == 0) header.section_count = first.size;
  if (header.name_section == kNamesElsewhere) header.name_section = first.link;
  if (header.program_count == kNamesElsewhere) header.program_count = first.info;
  return {};
}

Result<std::vector<ElfSection>> read_elf_section_table(FieldReader& in, Bytes image,
                                                       const ElfHeader& header) {
  std::vector<ElfSection> table;
  if (header.section_offset == 0) return table;
  for (std::uint64_t i = 0; i < header.section_count; ++i) {
    CORTEN_CHECK(seek_entry(in, image, header.section_offset, header.section_entry_size, i));
    CORTEN_TRY(const ElfSection section, read_elf_section(in));
    table.push_back(section);
  }
  if (!table.empty() && header.name_section >= table.size()) {
    return fail(ErrorCode::InvalidInput, "no section name table");
  }
  return table;
}

std::vector<ExecutablePart> name_elf_sections(Bytes image, const std::vector<ElfSection>& table,
                                              std::uint64_t name_section) {
  std::vector<ExecutablePart> sections;
  if (table.empty()) return sections;
  const ElfSection& names = table[name_section];
  if (names.offset > image.size() || names.size > image.size() - names.offset) return sections;
  const Bytes name_table = image.subspan(names.offset, names.size);
  for (const ElfSection& section : table) {
    if (section.name_offset >= name_table.size()) continue;
    sections.push_back({.name = until_nul(name_table.subspan(section.name_offset)),
                        .offset = section.offset,
                        .size = section.type == kSectionWithoutBytes ? 0 : section.size,
                        .address = section.address,
                        .writable = (section.flags & kSectionWritable) != 0});
  }
  return sections;
}

Result<std::vector<ExecutablePart>> read_elf_segments(FieldReader& in, Bytes image,
                                                      const ElfHeader& header) {
  std::vector<ExecutablePart> segments;
  for (std::uint64_t i = 0; i < header.program_count; ++i) {
    CORTEN_CHECK(seek_entry(in, image, header.program_offset, header.program_entry_size, i));
    ExecutablePart segment;
    std::uint32_t flags = 0;
    CORTEN_TRY(const std::uint32_t type, in.u32());
    if (in.wide()) {
      CORTEN_TRY(flags, in.u32());
    }
    CORTEN_TRY(segment.offset, in.word());
    CORTEN_TRY(segment.address, in.word());
    CORTEN_CHECK(in.word());  // p_paddr
    CORTEN_TRY(segment.size, in.word());
    CORTEN_CHECK(in.word());  // p_memsz
    if (!in.wide()) {
      CORTEN_TRY(flags, in.u32());
    }
    segment.writable = (flags & kSegmentWritable) != 0;
    if (type == kLoadedSegment) segments.push_back(segment);
  }
  return segments;
}

}  // namespace

Result<Executable> read_elf(Bytes image) {
  ByteCursor ident(image);
  CORTEN_CHECK(ident.skip(kElfMagic.size()));
  CORTEN_TRY(const std::uint8_t word_class, ident.u8());
  CORTEN_TRY(const std::uint8_t byte_order, ident.u8());
  if (word_class < 1 || word_class > 2 || byte_order < 1 || byte_order > 2) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("ELF class {} with byte order {}", word_class, byte_order));
  }
  const bool wide = word_class == 2;
  FieldReader in(image, byte_order == 2, wide);
  Executable program{.format = ExecutableFormat::Elf,
                     .big_endian = byte_order == 2,
                     .pointer_bytes = static_cast<std::uint8_t>(wide ? 8 : 4),
                     .image = image,
                     .sections = {},
                     .segments = {}};
  CORTEN_TRY(ElfHeader header, read_elf_header(in));
  // A program runs without its section table, which may be cut off: the segments are enough.
  if (!resolve_extended_numbering(in, header)) header.section_offset = 0;
  CORTEN_CHECK(check_part_count(header.section_count));
  CORTEN_CHECK(check_part_count(header.program_count));
  if (const auto table = read_elf_section_table(in, image, header)) {
    program.sections = name_elf_sections(image, *table, header.name_section);
  }
  CORTEN_TRY(program.segments, read_elf_segments(in, image, header));
  return program;
}

}  // namespace corten::package::internal
