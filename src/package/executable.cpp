#include "package/executable.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_cursor.h"

namespace corten::package {
namespace {

constexpr std::string_view kElfMagic =
    "\x7f"
    "ELF";
constexpr std::string_view kPeMagic = "MZ";
constexpr std::uint32_t kMachO32 = 0xfeedface;
constexpr std::uint32_t kMachO64 = 0xfeedfacf;
constexpr std::uint32_t kUniversal32 = 0xcafebabe;
constexpr std::uint32_t kUniversal64 = 0xcafebabf;
constexpr std::size_t kMaxNameBytes = 256;

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

// The text up to the first NUL.
std::string_view until_nul(Bytes bytes) {
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kMaxNameBytes)));
  return text.substr(0, text.find('\0'));
}

Status check_part_count(std::uint64_t count) {
  if (count <= kMaxExecutableParts) return {};
  return fail(ErrorCode::LimitExceeded,
              fmt::format("executable with {} sections or segments, the limit is {}", count,
                          kMaxExecutableParts));
}

// ---- ELF ----

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
  if (!resolve_extended_numbering(in, header)) header.section_offset = 0;
  CORTEN_CHECK(check_part_count(header.section_count));
  CORTEN_CHECK(check_part_count(header.program_count));
  if (const auto table = read_elf_section_table(in, image, header)) {
    program.sections = name_elf_sections(image, *table, header.name_section);
  }
  CORTEN_TRY(program.segments, read_elf_segments(in, image, header));
  return program;
}

// ---- PE ----

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

// ---- Mach-O ----

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

bool is_macho_magic(std::uint32_t magic_be) {
  constexpr std::uint32_t kSwapped32 = 0xcefaedfe;
  constexpr std::uint32_t kSwapped64 = 0xcffaedfe;
  return magic_be == kMachO32 || magic_be == kMachO64 || magic_be == kSwapped32 ||
         magic_be == kSwapped64;
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
    ByteCursor start(image);
    const auto slice_magic = start.u32_be();
    // Static libraries may be slices too.
    if (!slice_magic || !is_macho_magic(*slice_magic)) continue;
    CORTEN_TRY(Executable program, read_macho(image));
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace

const ExecutablePart* Executable::section(std::string_view name) const {
  const auto found = std::ranges::find(sections, name, &ExecutablePart::name);
  return found == sections.end() ? nullptr : &*found;
}

Bytes Executable::bytes_of(const ExecutablePart& part) const {
  if (part.offset >= image.size()) return {};
  return image.subspan(part.offset, std::min<std::uint64_t>(part.size, image.size() - part.offset));
}

std::optional<Bytes> Executable::at_address(std::uint64_t address, std::uint64_t count) const {
  for (const ExecutablePart& segment : segments) {
    const Bytes bytes = bytes_of(segment);
    if (address < segment.address || address - segment.address >= bytes.size()) continue;
    const Bytes rest = bytes.subspan(address - segment.address);
    if (count <= rest.size()) return rest.first(count);
  }
  return std::nullopt;
}

bool has_executable_magic(Bytes head) {
  const std::string_view text = as_text(head);
  if (text.starts_with(kElfMagic) || text.starts_with(kPeMagic)) return true;
  ByteCursor in(head);
  const auto magic = in.u32_be();
  return magic && (is_macho_magic(*magic) || is_universal(head));
}

Result<std::vector<Executable>> read_executables(Bytes content) {
  const std::string_view text = as_text(content);
  if (is_universal(content)) return read_universal(content);
  if (!has_executable_magic(content)) return fail(ErrorCode::InvalidInput, "not an executable");
  std::vector<Executable> programs;
  if (text.starts_with(kElfMagic)) {
    CORTEN_TRY(Executable program, read_elf(content));
    programs.push_back(std::move(program));
  } else if (text.starts_with(kPeMagic)) {
    CORTEN_TRY(Executable program, read_pe(content));
    programs.push_back(std::move(program));
  } else {
    CORTEN_TRY(Executable program, read_macho(content));
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace corten::package
