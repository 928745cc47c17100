#include "package/executable.h"

#include <gtest/gtest.h>

#include "package/program_builder.h"

namespace corten::package {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders of this room's tests

const std::vector<Part> kParts = {{".text", 0x401000, "code", false},
                                  {".data", 0x402000, "some data", true}};

struct FormatCase {
  const char* name;
  std::string content;
  ExecutableFormat format;
  bool big_endian;
  int pointer_bytes;
};

std::vector<FormatCase> formats() {
  using enum ExecutableFormat;
  const auto kept = SectionHeaders::Kept;
  return {
      {"Elf64Little", build_elf(Words::Bits64, Order::Little, kept, kParts), Elf, false, 8},
      {"Elf64Big", build_elf(Words::Bits64, Order::Big, kept, kParts), Elf, true, 8},
      {"Elf32Little", build_elf(Words::Bits32, Order::Little, kept, kParts), Elf, false, 4},
      {"Elf32Big", build_elf(Words::Bits32, Order::Big, kept, kParts), Elf, true, 4},
      {"Pe32", build_pe(Words::Bits32, kParts), Pe, false, 4},
      {"Pe32Plus", build_pe(Words::Bits64, kParts), Pe, false, 8},
      {"MachO64Little", build_macho(Words::Bits64, Order::Little, kParts), MachO, false, 8},
      {"MachO32Little", build_macho(Words::Bits32, Order::Little, kParts), MachO, false, 4},
      {"MachO32Big", build_macho(Words::Bits32, Order::Big, kParts), MachO, true, 4},
  };
}

class EveryFormat : public ::testing::TestWithParam<FormatCase> {};

TEST_P(EveryFormat, HasItsPartsByNameAndAddress) {
  const FormatCase& c = GetParam();

  const auto programs = read_executables(as_bytes(c.content));

  ASSERT_TRUE(programs) << describe(programs.error());
  ASSERT_EQ(programs->size(), 1u);
  const Executable& program = programs->front();
  EXPECT_EQ(program.format, c.format);
  EXPECT_EQ(program.big_endian, c.big_endian);
  EXPECT_EQ(program.pointer_bytes, c.pointer_bytes);
  const ExecutablePart* data = program.section(".data");
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(as_text(program.bytes_of(*data)), "some data");
  EXPECT_EQ(data->address, 0x402000u);
  EXPECT_TRUE(data->writable);
  ASSERT_NE(program.section(".text"), nullptr);
  EXPECT_FALSE(program.section(".text")->writable);
  EXPECT_EQ(program.section(".bss"), nullptr);
  const auto bytes = program.at_address(0x402005, 4);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(as_text(*bytes), "data");
}

TEST_P(EveryFormat, RefusesAddressesOutsideOfItsSegments) {
  const std::string& content = GetParam().content;
  const auto programs = read_executables(as_bytes(content));
  ASSERT_TRUE(programs);
  const Executable& program = programs->front();

  EXPECT_FALSE(program.at_address(0x402005, 5));
  EXPECT_FALSE(program.at_address(0x402000, UINT64_MAX));
  EXPECT_FALSE(program.at_address(0x500000, 1));
  EXPECT_FALSE(program.at_address(0, 1));
  EXPECT_FALSE(program.at_address(UINT64_MAX, 1));
}

TEST_P(EveryFormat, SurvivesEveryTruncation) {
  const std::string& content = GetParam().content;
  for (std::size_t size = 0; size < content.size(); size += size < 1024 ? 1 : 97) {
    // A copy of just that size, so that a sanitizer sees reads past its end.
    const std::string cut = content.substr(0, size);
    const auto programs = read_executables(as_bytes(cut));
    if (!programs) continue;
    for (const Executable& program : *programs) {
      for (const ExecutablePart& part : program.sections) {
        EXPECT_LE(program.bytes_of(part).size(), cut.size());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Executable, EveryFormat, ::testing::ValuesIn(formats()),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(Executable, ElfWithoutSectionHeadersKeepsItsSegments) {
  const std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Stripped, kParts);

  const auto programs = read_executables(as_bytes(elf));

  ASSERT_TRUE(programs);
  EXPECT_TRUE(programs->front().sections.empty());
  EXPECT_EQ(programs->front().segments.size(), 2u);
}

TEST(Executable, ElfWithSectionTablePastTheEndCountsAsStripped) {
  std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, kParts);
  elf.resize(elf.size() - 32);

  const auto programs = read_executables(as_bytes(elf));

  ASSERT_TRUE(programs);
  EXPECT_TRUE(programs->front().sections.empty());
  EXPECT_EQ(programs->front().segments.size(), 2u);
}

TEST(Executable, ElfExtendedNumberingTakesTheCountsFromSectionZero) {
  std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, kParts);
  const std::size_t table = elf.size() - 4 * 64;  // null, two parts, names
  elf[60] = elf[61] = '\0';                       // e_shnum
  elf[62] = elf[63] = '\xff';                     // e_shstrndx
  elf[table + 32] = 4;                            // sh_size of section 0
  elf[table + 40] = 3;                            // sh_link of section 0

  const auto programs = read_executables(as_bytes(elf));

  ASSERT_TRUE(programs);
  EXPECT_NE(programs->front().section(".data"), nullptr);
}

TEST(Executable, ElfWithHugeSectionCountIsOverTheLimit) {
  std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, kParts);
  const std::size_t table = elf.size() - 4 * 64;
  elf[60] = elf[61] = '\0';
  elf.replace(table + 32, 8, std::string(8, '\xff'));

  const auto programs = read_executables(as_bytes(elf));

  ASSERT_FALSE(programs);
  EXPECT_EQ(programs.error().code, ErrorCode::LimitExceeded);
}

TEST(Executable, UniversalFileHasOneProgramPerSlice) {
  const std::string fat =
      build_universal({build_macho(Words::Bits64, Order::Little, kParts), "!<arch>\n no program",
                       build_macho(Words::Bits32, Order::Big, kParts)});

  const auto programs = read_executables(as_bytes(fat));

  ASSERT_TRUE(programs) << describe(programs.error());
  ASSERT_EQ(programs->size(), 2u);
  EXPECT_EQ(programs->at(0).pointer_bytes, 8);
  EXPECT_EQ(programs->at(1).pointer_bytes, 4);
  EXPECT_EQ(as_text(*programs->at(1).at_address(0x402000, 4)), "some");
}

struct BadCase {
  const char* name;
  std::string content;
};

std::vector<BadCase> bad_files() {
  std::string bad_class = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, kParts);
  bad_class[4] = 3;
  std::string segments_outside =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, kParts);
  segments_outside.replace(32, 8, std::string(8, '\xff'));
  std::string no_pe = build_pe(Words::Bits64, kParts);
  no_pe[0x80] = 'N';
  std::string odd_kind = build_pe(Words::Bits64, kParts);
  odd_kind[0x98] = 7;
  std::string no_size = build_macho(Words::Bits64, Order::Little, kParts);
  no_size.replace(36, 4, std::string(4, '\0'));
  std::string slice_outside = build_universal({build_macho(Words::Bits64, Order::Little, kParts)});
  slice_outside.replace(16, 4, std::string(4, '\xff'));
  return {{"Empty", ""},
          {"Text", "#!/bin/sh\necho no\n"},
          {"ElfMagicOnly",
           "\x7f"
           "ELF"},
          {"ElfOfOddClass", bad_class},
          {"ElfSegmentsOutside", segments_outside},
          {"MzOnly", "MZ"},
          {"MzWithoutPe", no_pe},
          {"PeOfOddKind", odd_kind},
          {"MachOCommandWithoutSize", no_size},
          {"UniversalSliceOutside", slice_outside},
          {"JavaClass", std::string("\xca\xfe\xba\xbe\0\0\0\x41"
                                    "rest",
                                    12)}};
}

class BadFile : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadFile, IsInvalidInput) {
  const auto programs = read_executables(as_bytes(GetParam().content));

  ASSERT_FALSE(programs);
  EXPECT_EQ(programs.error().code, ErrorCode::InvalidInput);
}

INSTANTIATE_TEST_SUITE_P(Executable, BadFile, ::testing::ValuesIn(bad_files()),
                         [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace corten::package
