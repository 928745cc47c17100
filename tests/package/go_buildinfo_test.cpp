#include "package/go_buildinfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "package/program_builder.h"

namespace corten::package {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the builders of this room's tests
using ::testing::ElementsAre;

constexpr std::string_view kModules =
    "path\texample.org/app\nmod\texample.org/app\tv1.2.3\t\ndep\texample.org/lib\tv0.5.0\th1:x=\n";
const GoBuildInfo kExpected{.go_version = "go1.22.3", .module_text = std::string(kModules)};
constexpr std::uint64_t kAddress = 0x500000;

std::string inline_info() { return go_inline("go1.22.3", kModules); }

Part data(std::string name, std::string content) {
  return {std::move(name), kAddress, std::move(content), true};
}

// What find_go_build_info says about the first program of `content`.
Result<std::optional<GoBuildInfo>> find_in(const std::string& content) {
  CORTEN_TRY(const auto programs, read_executables(as_bytes(content)));
  return find_go_build_info(programs.front());
}

struct PlaceCase {
  const char* name;
  std::string content;
};

std::vector<PlaceCase> places() {
  using enum Order;
  using enum SectionHeaders;
  const auto pointers = [](Words words, Order order) {
    return go_pointers(words, order, kAddress, "go1.22.3", kModules);
  };
  const std::string far = std::string(4096, 'x') + inline_info();
  std::string read_only_part =
      build_elf(Words::Bits64, Little, Stripped, {{".rodata", kAddress, inline_info(), false}});
  return {
      {"ElfInline", build_elf(Words::Bits64, Little, Kept, {data(".go.buildinfo", inline_info())})},
      {"ElfInlineBigEndian",
       build_elf(Words::Bits64, Big, Kept, {data(".go.buildinfo", inline_info())})},
      {"ElfSectionOfAnotherName",
       build_elf(Words::Bits64, Little, Kept, {data(".data", inline_info())})},
      {"ElfStripped", build_elf(Words::Bits32, Little, Stripped, {data("", inline_info())})},
      {"ElfStrippedFarIntoTheSegment", build_elf(Words::Bits64, Little, Stripped, {data("", far)})},
      {"ElfStrippedReadOnly", read_only_part},
      {"ElfPointers64", build_elf(Words::Bits64, Little, Kept,
                                  {data(".go.buildinfo", pointers(Words::Bits64, Little))})},
      {"ElfPointers64Big",
       build_elf(Words::Bits64, Big, Kept, {data(".go.buildinfo", pointers(Words::Bits64, Big))})},
      {"ElfPointers32",
       build_elf(Words::Bits32, Little, Stripped, {data("", pointers(Words::Bits32, Little))})},
      {"ElfPointers32Big",
       build_elf(Words::Bits32, Big, Kept, {data(".go.buildinfo", pointers(Words::Bits32, Big))})},
      {"PeInline", build_pe(Words::Bits64, {data(".data", inline_info())})},
      {"PePointers32", build_pe(Words::Bits32, {data(".data", pointers(Words::Bits32, Little))})},
      {"MachOInline", build_macho(Words::Bits64, Little, {data("__go_buildinfo", inline_info())})},
      {"MachOPointers", build_macho(Words::Bits64, Little,
                                    {data("__go_buildinfo", pointers(Words::Bits64, Little))})},
      {"BehindMagicAmongConstants",
       build_elf(Words::Bits64, Little, Kept,
                 {data(".data", kGoMagic + "no" + std::string(16, '.') + inline_info())})},
      {"BehindTruncatedCandidate",
       build_elf(
           Words::Bits64, Little, Stripped,
           {data("", inline_info().substr(0, 32) + std::string(16, '\x7f') + inline_info())})},
      // The linker aligns addresses; this part begins 8 bytes before a multiple of 16.
      {"AlignedByAddress",
       build_elf(Words::Bits64, Little, Stripped,
                 {{"", kAddress + 8, std::string(8, 'x') + inline_info(), true}})},
  };
}

class Place : public ::testing::TestWithParam<PlaceCase> {};

TEST_P(Place, HasTheBuildInfo) {
  const auto found = find_in(GetParam().content);

  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(*found);
  EXPECT_EQ(**found, kExpected);
}

INSTANTIATE_TEST_SUITE_P(GoBuildInfo, Place, ::testing::ValuesIn(places()),
                         [](const auto& c) { return std::string(c.param.name); });

TEST(GoBuildInfo, ProgramWithoutModulesHasTheToolchainOnly) {
  const auto found = find_in(build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                                       {data(".go.buildinfo", go_inline("go1.20", ""))}));

  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (GoBuildInfo{.go_version = "go1.20", .module_text = ""}));
}

TEST(GoBuildInfo, OldProgramWithoutModulesPointsToMemoryThatTheFileDoesNotHave) {
  std::string info = go_pointers(Words::Bits64, Order::Little, kAddress, "go1.17.13", kModules);
  info[16 + 8 + 4] = 1;  // the module text's header is 4 GiB higher: in .bss

  const auto found = find_in(
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, {data(".go.buildinfo", info)}));

  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(*found, (GoBuildInfo{.go_version = "go1.17.13", .module_text = ""}));
}

TEST(GoBuildInfo, OtherProgramsHaveNone) {
  const std::string unaligned = "8 bytes." + inline_info();
  for (const std::string& content : {std::string("nothing to see"), unaligned, std::string()}) {
    const auto found = find_in(
        build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, {data(".data", content)}));
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
  }
}

TEST(GoBuildInfo, ReadOnlyConstantsAreNotSearchedWhenSectionsAreKnown) {
  const auto found = find_in(build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                                       {{".rodata", kAddress, inline_info(), false}}));

  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

// Thousands of segments that all claim the same bytes, full of headers with pointers that lead
// nowhere.
TEST(GoBuildInfo, HostileSegmentsCostLittle) {
  std::string headers;
  for (int i = 0; i < 4096; ++i)
    headers += kGoMagic + std::string("\x08\x00", 2) + std::string(16, '\x01');
  std::string elf = build_elf(Words::Bits64, Order::Little, SectionHeaders::Stripped,
                              std::vector<Part>(8, data("", headers)));
  // Moves the program headers behind the parts, where there is room for as many as there may be.
  const std::string entry = elf.substr(64, 56);
  Writer moved(Words::Bits64, Order::Little);
  moved.word(elf.size());
  elf.replace(32, 8, moved.str());
  elf.replace(56, 2, "\xfe\xff");
  for (int i = 0; i < 0xfffe; ++i) elf += entry;

  const auto found = find_in(elf);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
}

struct DamagedCase {
  const char* name;
  std::string info;
};

std::vector<DamagedCase> damaged() {
  const std::string header = inline_info().substr(0, 32);
  std::string outside = go_pointers(Words::Bits64, Order::Little, kAddress, "go1.17", kModules);
  outside[20] = 1;  // the version's header is 4 GiB higher
  std::string huge = go_pointers(Words::Bits64, Order::Little, kAddress, "go1.17", kModules);
  huge.replace(32 + 16 + 8, 8, std::string(8, '\xff'));
  const std::string version = with_varint_length("go1.22.3");
  return {{"ModulesCutOff", inline_info().substr(0, 80)},
          {"HugeModuleText", header + version + "\xff\xff\xff\xff\x7f"},
          {"ModulesWithoutMarks", header + version + with_varint_length("short")},
          {"UnframedModules", header + version + with_varint_length(std::string(100, 'x'))},
          {"HeaderOnly", header},
          {"PointerOutside", outside},
          {"HugePointedLength", huge},
          {"PointersCutOff", kGoMagic + std::string("\x08\x00", 2)}};
}

class Damaged : public ::testing::TestWithParam<DamagedCase> {};

TEST_P(Damaged, IsInvalidInput) {
  const auto found = find_in(build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                                       {data(".go.buildinfo", GetParam().info)}));

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::InvalidInput);
}

INSTANTIATE_TEST_SUITE_P(GoBuildInfo, Damaged, ::testing::ValuesIn(damaged()),
                         [](const auto& c) { return std::string(c.param.name); });

// ---- the finder ----

std::vector<std::string> names_of(const std::optional<Catalog>& catalog) {
  std::vector<std::string> names;
  if (!catalog) return names;
  for (const Package& package : catalog->packages)
    names.push_back(package.name + "@" + package.version);
  return names;
}

std::optional<Catalog> stream(std::string_view content, std::size_t chunk_bytes) {
  GoBuildInfoFinder finder("bin/app");
  for (std::size_t at = 0; at < content.size(); at += chunk_bytes) {
    const std::string chunk(
        content.substr(at, chunk_bytes));  // a copy: reads past its end are seen
    finder.feed(as_bytes(chunk));
  }
  return finder.finish();
}

class InChunks : public ::testing::TestWithParam<std::size_t> {};

TEST_P(InChunks, FindsTheSameAsTheWholeFile) {
  const std::string elf =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                {data(".text", std::string(3000, '\xff')), data(".go.buildinfo", inline_info())});

  EXPECT_THAT(names_of(stream(elf, GetParam())),
              ElementsAre("example.org/app@v1.2.3", "stdlib@v1.22.3", "example.org/lib@v0.5.0"));
}

TEST_P(InChunks, PassesOverCandidatesThatAreNone) {
  const std::string content = kGoMagic + "no" + std::string(16, '.') +  // constant of a reader
                              inline_info().substr(0, 32) + std::string(16, '\x01') + inline_info();

  EXPECT_THAT(names_of(stream(content, GetParam())),
              ElementsAre("example.org/app@v1.2.3", "stdlib@v1.22.3", "example.org/lib@v0.5.0"));
}

TEST_P(InChunks, AddsUpEmbeddedPrograms) {
  std::string content = inline_info();
  content.resize((content.size() + 15) / 16 * 16, '\0');
  content += go_inline("go1.22.3", "path\texample.org/agent\nmod\texample.org/agent\tv2.0.0\t\n");

  EXPECT_THAT(names_of(stream(content, GetParam())),
              ElementsAre("example.org/app@v1.2.3", "stdlib@v1.22.3", "example.org/lib@v0.5.0",
                          "example.org/agent@v2.0.0"));
}

INSTANTIATE_TEST_SUITE_P(GoBuildInfoFinder, InChunks,
                         ::testing::Values(1, 2, 7, 15, 16, 17, 33, 100, 4096, 1 << 20));

TEST(GoBuildInfoFinder, OtherFilesHaveNone) {
  EXPECT_FALSE(stream("", 16));
  EXPECT_FALSE(stream(std::string(100'000, '\xff'), 4096));
  EXPECT_FALSE(stream("8 bytes." + inline_info(), 64));
}

TEST(GoBuildInfoFinder, PointersNeedRandomAccess) {
  const std::string elf =
      build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept,
                {data(".go.buildinfo",
                      go_pointers(Words::Bits64, Order::Little, kAddress, "go1.17", kModules))});
  GoBuildInfoFinder finder("bin/app");

  finder.feed(as_bytes(elf));

  EXPECT_TRUE(finder.needs_random_access());
  EXPECT_FALSE(finder.finish());
}

TEST(GoBuildInfoFinder, InlineStringsNeedNoRandomAccess) {
  GoBuildInfoFinder finder("bin/app");
  const std::string content = inline_info();

  finder.feed(as_bytes(content));

  EXPECT_FALSE(finder.needs_random_access());
}

TEST(GoBuildInfoFinder, TruncatedModuleTextIsAProblem) {
  const auto catalog = stream(inline_info().substr(0, 90), 16);

  ASSERT_TRUE(catalog);
  EXPECT_TRUE(catalog->packages.empty());
  EXPECT_THAT(catalog->problems, ElementsAre("bin/app: damaged build info of Go"));
}

TEST(GoBuildInfoFinder, EndlessModuleTextIsAProblemAndIsNotCollected) {
  const std::string content = inline_info().substr(0, 32) + with_varint_length("go1.22.3") +
                              "\xff\xff\xff\xff\x7f" + std::string(64, 'x') + inline_info();

  const auto catalog = stream(content, 16);

  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->problems, ElementsAre("bin/app: damaged build info of Go"));
}

TEST(GoBuildInfoFinder, ReadsOnlySoManyProgramsInOneFile) {
  std::string content;
  for (int i = 0; i < 100; ++i) {
    content += go_inline("go1.22." + std::to_string(i), kModules);
    content.resize((content.size() + 15) / 16 * 16, '\0');
  }

  const auto catalog = stream(content, 1000);

  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->problems, ElementsAre("bin/app: 84 more Go programs inside were not read"));
}

}  // namespace
}  // namespace corten::package
