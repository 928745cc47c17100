#include "package/go_packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "package/program_builder.h"

namespace corten::package {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders of this room's tests
using namespace std::string_literals;  // NOLINT(google-build-using-namespace): texts with NUL
using ::testing::ElementsAre;
using ::testing::Optional;

TEST(GoPackageOfFunction, IsTheImportPath) {
  struct Case {
    const char* function;
    const char* package;
  };
  for (const Case& c : std::vector<Case>{
           {"main.main", "main"},
           {"runtime.mallocgc", "runtime"},
           {"golang.org/x/text/language.Parse", "golang.org/x/text/language"},
           {"example.org/lib.(*Reader).Read", "example.org/lib"},
           {"example.org/lib.Reader.Read-fm", "example.org/lib"},
           {"example.org/lib.init.0.func1", "example.org/lib"},
           {"example.org/lib.Map[go.shape.struct { other.org/x.Y }]", "example.org/lib"},
           {"example.org/lib.(*Of[other.org/x.Y]).Get", "example.org/lib"},
           {"gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"},
           {"go.uber.org/zap.New", "go.uber.org/zap"},
           {"go/ast.Walk", "go/ast"},
           {"vendor/golang.org/x/net/idna.ToASCII", "vendor/golang.org/x/net/idna"},
           {"type:.eq.example.org/lib.T", ""},
           {"type..eq.example.org/lib.T", ""},
           {"go:buildid", ""},
           {"go.(*struct { sync/atomic.x }).Load", ""},
           {"aeshashbody", ""},
           {"x_cgo_init", ""},
           {"example.org/%zz.F", "example.org/%zz"},
           {"example.org/lib%2", ""},
           {"example.org/lib%2.F", "example.org/lib%2"},
           {"", ""},
       }) {
    EXPECT_EQ(go_package_of_function(c.function), c.package) << c.function;
  }
}

constexpr std::uint64_t kAddress = 0x500000;
const std::string kNames = "go:buildid\0runtime.main\0main.main\0runtime.gc\0example.org/lib.F\0"s;

// runtime.pcHeader of Go 1.16 (magic …fa) or later, followed by the names.
std::string table(Words words, Order order, std::uint32_t magic, const std::string& names) {
  const bool first_layout = magic == 0xfffffffa;
  const std::size_t size = words == Words::Bits64 ? 8 : 4;
  const std::size_t start = 8 + (first_layout ? 7 : 8) * size;
  Writer out(words, order);
  out.u32(magic).u16(0).integer(1, 1).integer(size, 1).word(4).word(1);
  if (!first_layout) out.word(0x401000);
  out.word(start).word(start + names.size());
  return out.pad_to(start).text(names).text("line tables").str();
}

std::string elf(const std::string& content, std::string name = ".gopclntab") {
  return build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                   {{std::move(name), kAddress, content, false}});
}

struct TableCase {
  const char* name;
  std::string content;
};

std::vector<TableCase> tables() {
  const auto little = table(Words::Bits64, Order::Little, 0xfffffff1, kNames);
  const auto stripped = SectionHeaders::Stripped;
  return {
      {"Go120", elf(little)},
      {"Go118", elf(table(Words::Bits64, Order::Little, 0xfffffff0, kNames))},
      {"Go116", elf(table(Words::Bits64, Order::Little, 0xfffffffa, kNames))},
      {"BigEndian",
       build_elf(Words::Bits64, Order::Big, stripped,
                 {{"", kAddress, table(Words::Bits64, Order::Big, 0xfffffff1, kNames), false}})},
      {"Bits32",
       build_elf(Words::Bits32, Order::Little, stripped,
                 {{"", kAddress, table(Words::Bits32, Order::Little, 0xfffffffa, kNames), false}})},
      {"InsideOfASection", elf(std::string(4096, '\xff') + little, ".rodata")},
      {"BehindATableWithoutRuntime", elf(table(Words::Bits64, Order::Little, 0xfffffff1, "a.b\0"s) +
                                         std::string(1, '\0') + little)},
      {"Pe", build_pe(Words::Bits64, {{".rdata", kAddress, little, false}})},
      {"MachO",
       build_macho(Words::Bits64, Order::Little, {{"__gopclntab", kAddress, little, false}})},
      {"Universal", build_universal({build_macho(Words::Bits64, Order::Little,
                                                 {{"__gopclntab", kAddress, little, false}})})},
  };
}

class LinkedGoPackages : public ::testing::TestWithParam<TableCase> {};

TEST_P(LinkedGoPackages, AreThoseOfTheFunctions) {
  EXPECT_THAT(linked_go_packages(as_bytes(GetParam().content)),
              Optional(ElementsAre("example.org/lib", "main", "runtime")));
}

INSTANTIATE_TEST_SUITE_P(GoPackages, LinkedGoPackages, ::testing::ValuesIn(tables()),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(GoPackages, WhatCannotBeReadIsUnknown) {
  const auto good = table(Words::Bits64, Order::Little, 0xfffffff1, kNames);
  std::string outside = good;
  outside.replace(40, 8, std::string(8, '\x7f'));
  std::string backwards = good;
  backwards[32] = '\x70';
  std::string other_pointers = good;
  other_pointers[7] = 4;
  const std::string slice =
      build_macho(Words::Bits64, Order::Little, {{"__gopclntab", kAddress, good, false}});
  const std::string bare_slice =
      build_macho(Words::Bits64, Order::Little, {{"__text", kAddress, "code", false}});
  for (const TableCase& c : std::vector<TableCase>{
           {"Text", "#!/bin/sh"},
           {"CProgram", elf("int main", ".text")},
           {"Go115", elf(table(Words::Bits64, Order::Little, 0xfffffffb, kNames))},
           {"CutOff", elf(good.substr(0, 40))},
           {"NamesOutside", elf(outside)},
           {"NamesEndBeforeTheyBegin", elf(backwards)},
           {"OtherPointers", elf(other_pointers)},
           {"NoRuntime", elf(table(Words::Bits64, Order::Little, 0xfffffff1, "a.b\0c.d\0"s))},
           {"OneSliceWithout", build_universal({slice, bare_slice})},
       }) {
    EXPECT_EQ(linked_go_packages(as_bytes(c.content)), std::nullopt) << c.name;
  }
}

TEST(GoPackages, EndlessListsAreUnknown) {
  std::string names = "go:buildid\0runtime.main\0"s;
  for (std::size_t i = 0; i <= kMaxLinkedGoPackages; ++i)
    names += "p" + std::to_string(i) + ".F" + '\0';

  EXPECT_EQ(
      linked_go_packages(as_bytes(elf(table(Words::Bits64, Order::Little, 0xfffffff1, names)))),
      std::nullopt);
}

}  // namespace
}  // namespace corten::package
