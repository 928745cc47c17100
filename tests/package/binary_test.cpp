#include "package/binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "package/program_builder.h"

namespace corten::package {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders of this room's tests
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kModules = "path\texample.org/app\nmod\texample.org/app\tv1.2.3\t\n";

std::vector<std::string> names_of(const Result<Catalog>& catalog) {
  std::vector<std::string> names;
  if (!catalog) return {describe(catalog.error())};
  for (const Package& package : catalog->packages)
    names.push_back(package.name + "@" + package.version);
  return names;
}

// A crate list as a zlib stream (RFC 1950) of one block that is stored, not compressed (RFC 1951).
std::string stored_crate_list() {
  const std::string json =
      R"({"packages":[{"name":"itoa","version":"1.0.1","source":"crates.io"}]})";
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : json) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  Writer lengths(Words::Bits32, Order::Little);
  lengths.u16(json.size()).u16(~json.size() & 0xffff);
  Writer checksum(Words::Bits32, Order::Big);
  checksum.u32(std::uint64_t{b} << 16 | a);
  return "\x78\x01\x01" + lengths.str() + json + checksum.str();
}

TEST(Binary, MagicTellsProgramsApart) {
  for (const std::string& head :
       {std::string("\x7f"
                    "ELF\2\1\1"),
        std::string("MZ\x90"), std::string("\xcf\xfa\xed\xfe\x07\0\0\1", 8),
        std::string("\xfe\xed\xfa\xce\0\0\0\x12", 8), std::string("\xca\xfe\xba\xbe\0\0\0\2", 8)}) {
    EXPECT_TRUE(looks_like_binary(as_bytes(head)));
  }
  for (const std::string& head :
       {std::string(), std::string("M"), std::string("#!/bin/sh"), std::string("PK\3\4"),
        std::string("\xca\xfe\xba\xbe\0\0\0\x34", 8), std::string("\xca\xfe\xba\xbe")}) {
    EXPECT_FALSE(looks_like_binary(as_bytes(head)));
  }
}

TEST(Binary, GoProgramGivesItsModules) {
  const std::string elf =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                {{".go.buildinfo", 0x500000, go_inline("go1.22.3", kModules), true}});

  EXPECT_THAT(names_of(read_binary("bin/app", as_bytes(elf))),
              ElementsAre("example.org/app@v1.2.3", "stdlib@v1.22.3"));
}

TEST(Binary, RustProgramGivesItsCrates) {
  const std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                                    {{".dep-v0", 0, stored_crate_list(), false}});

  EXPECT_THAT(names_of(read_binary("bin/app", as_bytes(elf))), ElementsAre("itoa@1.0.1"));
}

TEST(Binary, UniversalFileCountsOnce) {
  const std::string slice =
      build_macho(Words::Bits64, Order::Little,
                  {{"__go_buildinfo", 0x500000, go_inline("go1.22.3", kModules), true}});

  EXPECT_THAT(names_of(read_binary("bin/app", as_bytes(build_universal({slice, slice})))),
              ElementsAre("example.org/app@v1.2.3", "stdlib@v1.22.3"));
}

TEST(Binary, OtherFilesGiveNothing) {
  const std::string c_program = build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                                          {{".data", 0x500000, "int main", true}});
  for (const std::string& content : {c_program, std::string(), std::string("text"),
                                     std::string("\x7f"
                                                 "ELF"),
                                     std::string("MZ, a letter"), c_program.substr(0, 100)}) {
    const auto catalog = read_binary("bin/app", as_bytes(content));
    ASSERT_TRUE(catalog);
    EXPECT_EQ(*catalog, Catalog{});
  }
}

TEST(Binary, APackedProgramIsAProblem) {
  const auto problems_of = [](const std::string& program) {
    return read_binary("bin/app", as_bytes(program))->problems;
  };
  const auto elf = [](SectionHeaders headers, const std::string& content) {
    return build_elf(Words::Bits64, Order::Little, headers, {{".text", 0x400000, content, false}});
  };
  // Where UPX 4 writes it: behind the headers of an ELF file of three segments.
  std::string packed = elf(SectionHeaders::Stripped, "x");
  packed.replace(0xec, 4, "UPX!");
  EXPECT_THAT(problems_of(packed),
              ElementsAre("bin/app: packed by UPX: its modules cannot be seen"));
  EXPECT_THAT(problems_of(build_pe(Words::Bits64,
                                   {{"UPX0", 0x1000, "x", true}, {"UPX1", 0x2000, "x", false}})),
              ElementsAre(::testing::HasSubstr("UPX")));
  // A program that only speaks of it.
  EXPECT_THAT(problems_of(elf(SectionHeaders::Kept, "UPX!")), IsEmpty());
  EXPECT_THAT(problems_of(elf(SectionHeaders::Stripped, std::string(2000, ' ') + "UPX!")),
              IsEmpty());
}

TEST(Binary, DamagedInformationIsAProblem) {
  const std::string elf =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                {{".go.buildinfo", 0x500000, go_inline("go1.22.3", kModules).substr(0, 60), true},
                 {".dep-v0", 0, "no zlib", false}});

  const auto catalog = read_binary("bin/app", as_bytes(elf));

  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->packages, IsEmpty());
  EXPECT_THAT(catalog->problems, ElementsAre("bin/app: damaged build info of Go",
                                             "bin/app: damaged crate list: not a zlib stream"));
}

TEST(Binary, TooManySectionsAreAnError) {
  std::string elf =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, {{".data", 0, "x", true}});
  const std::size_t table = elf.size() - 3 * 64;
  elf[60] = elf[61] = '\0';
  elf.replace(table + 32, 8, std::string(8, '\x7f'));

  const auto catalog = read_binary("bin/app", as_bytes(elf));

  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace corten::package
