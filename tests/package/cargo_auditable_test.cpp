#include "package/cargo_auditable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <tuple>

#include "package/program_builder.h"

namespace corten::package {
namespace {

using ::testing::ElementsAre;

std::string compressed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  out.resize(size);
  return out;
}

Result<Catalog> read(std::string_view json) {
  const std::string section = compressed(json);
  return read_crate_list("bin/app", as_bytes(section));
}

TEST(CrateList, RuntimeCratesBecomePackages) {
  const auto catalog = read(R"({"packages":[
      {"name":"autocfg","version":"1.1.0","source":"crates.io","kind":"build"},
      {"name":"itoa","version":"1.0.1","source":"crates.io"},
      {"name":"forked","version":"0.2.0","source":"git","kind":"runtime"},
      {"name":"private","version":"0.1.0","source":"registry"},
      {"name":"app","version":"0.3.1","source":"local","dependencies":[0,1],"root":true}],"format":1})");

  ASSERT_TRUE(catalog) << describe(catalog.error());
  using Row = std::tuple<std::string, std::string, std::string, bool, bool>;
  std::vector<Row> rows;
  for (const Package& package : catalog->packages) {
    EXPECT_EQ(package.type, Type::Cargo);
    EXPECT_EQ(package.path, "bin/app");
    rows.emplace_back(package.name, package.version, package.note, package.main_module,
                      package.unpublished);
  }
  EXPECT_THAT(rows, ElementsAre(Row{"itoa", "1.0.1", "", false, false},
                                Row{"forked", "0.2.0", "from git", false, true},
                                Row{"private", "0.1.0", "from registry", false, true},
                                Row{"app", "0.3.1", "built from a folder", true, false}));
}

TEST(CrateList, BytesBehindTheStreamAreIgnored) {
  const std::string section = compressed(R"({"packages":[]})") + std::string(64, '\0');

  const auto catalog = read_crate_list("bin/app", as_bytes(section));

  ASSERT_TRUE(catalog);
  EXPECT_EQ(*catalog, Catalog{});
}

struct BadCase {
  const char* name;
  const char* json;
};

TEST(CrateList, RefusesWhatIsNoCrateList) {
  for (const BadCase& c :
       std::vector<BadCase>{{"Empty", ""},
                            {"NotJson", "crates"},
                            {"NoPackages", "{}"},
                            {"PackagesNotAList", R"({"packages":{}})"},
                            {"CrateNotAnObject", R"({"packages":[1]})"},
                            {"NoName", R"({"packages":[{"version":"1.0.0"}]})"},
                            {"NoVersion", R"({"packages":[{"name":"x"}]})"},
                            {"NameNotText", R"({"packages":[{"name":1,"version":"1.0.0"}]})"},
                            {"CutOff", R"({"packages":[{"name":"x","ver)"}}) {
    const auto catalog = read(c.json);
    ASSERT_FALSE(catalog) << c.name;
    EXPECT_EQ(catalog.error().code, ErrorCode::InvalidInput) << c.name;
  }
}

TEST(CrateList, RefusesDamagedStreams) {
  const std::string good = compressed(R"({"packages":[{"name":"x","version":"1.0.0"}]})");
  std::string flipped = good;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);  // checksum
  for (const std::string& section :
       {std::string(), std::string("x"), good.substr(0, good.size() - 5), flipped}) {
    const auto catalog = read_crate_list("bin/app", as_bytes(section));
    ASSERT_FALSE(catalog);
    EXPECT_EQ(catalog.error().code, ErrorCode::InvalidInput);
  }
}

TEST(CrateList, StopsAtABomb) {
  const auto catalog = read(std::string(kMaxCrateListBytes + 1, ' '));

  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
}

TEST(CrateList, StopsAtTooManyCrates) {
  std::string json = R"({"packages":[{"name":"x","version":"1"})";
  for (std::size_t i = 0; i < kMaxCrates; ++i) json += R"(,{"name":"x","version":"1"})";

  const auto catalog = read(json + "]}");

  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::LimitExceeded);
}

TEST(CrateList, DeepNestingIsInvalid) {
  const auto catalog = read(R"({"packages":)" + std::string(100'000, '['));

  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, ErrorCode::InvalidInput);
}

TEST(CrateList, StandsInTheSectionOfEveryFormat) {
  using namespace testing;  // NOLINT(google-build-using-namespace): the builders of this room's
                            // tests
  const std::vector<Part> parts = {{".dep-v0", 0x401000, "compressed", false}};
  for (const std::string& content :
       {build_elf(Words::Bits64, Order::Little, SectionHeaders::Kept, parts),
        build_pe(Words::Bits64, parts), build_macho(Words::Bits64, Order::Little, parts)}) {
    const auto programs = read_executables(as_bytes(content));
    ASSERT_TRUE(programs);
    const auto section = find_crate_list(programs->front());
    ASSERT_TRUE(section);
    EXPECT_EQ(as_text(*section), "compressed");
  }
}

}  // namespace
}  // namespace corten::package
