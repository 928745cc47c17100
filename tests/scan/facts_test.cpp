#include "scan/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corten::scan {
namespace {

LayerFacts full() {
  LayerFacts facts;
  facts.entries = 12;
  facts.bytes = std::uint64_t{5} << 32;
  package::Package p;
  p.type = package::Type::Deb;
  p.name = "zlib1g";
  p.version = "1:1.2.13.dfsg-1";
  p.licenses = {"Zlib"};
  facts.files.push_back(
      {"var/lib/dpkg/status",
       {{p}, {}, {{"zlib1g", {"Zlib"}}}, {{"zlib1g", {1, 2, 0xffffffffffffffff}}}}});
  facts.kept.push_back({"etc/passwd", std::string("root:x:0:0\0\n", 12)});
  facts.links.push_back({"etc/os-release", "../usr/lib/os-release"});
  facts.notes.push_back({NoteKind::StrayFile, "app/.git/HEAD", 0644, 1000, 1001, 23, false});
  facts.notes.push_back({NoteKind::WorldWritable, "srv", 0777, 0, 0, 0, true});
  facts.caches.push_back({"apt cache", 3, 4'000'000});
  facts.hides = {1, 0x8000000000000000};
  facts.opaque = {7};
  facts.has_hides = true;
  facts.problems = {"a: broken"};
  return facts;
}

TEST(LayerFacts, SurviveTheWire) {
  const std::string bytes = encode(full());

  const auto decoded = decode_layer_facts(as_bytes(bytes));

  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(encode(*decoded), bytes);
  EXPECT_EQ(decoded->files[0].catalog, full().files[0].catalog);
  EXPECT_EQ(decoded->notes[1].path, "srv");
  EXPECT_TRUE(decoded->notes[1].is_folder);
  EXPECT_EQ(decoded->hides, full().hides);
  EXPECT_EQ(decoded->kept[0].content.size(), 12U);
}

TEST(LayerFacts, CutOffAnywhereAreInvalid) {
  const std::string bytes = encode(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_layer_facts(as_bytes(bytes).first(size));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code, ErrorCode::InvalidInput) << size;
  }
}

TEST(LayerFacts, ChangedBytesNeverCrashAndMoreBytesAreInvalid) {
  const std::string bytes = encode(full());
  EXPECT_FALSE(decode_layer_facts(as_bytes(bytes + "x")));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0xff);
    if (const auto decoded = decode_layer_facts(as_bytes(changed))) {
      EXPECT_LE(encode(*decoded).size(), changed.size() + 16);
    }
  }
}

TEST(LayerFacts, OfAnotherFormatAreRefused) {
  wire::Encoder other;
  other.number(kFactsFormat + 1);

  const auto decoded = decode_layer_facts(as_bytes(other.bytes()));

  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, testing::HasSubstr("format"));
}

TEST(HashOfPath, TellsFolderFromFile) {
  EXPECT_NE(hash_of_path("a/b"), hash_of_folder("a/b"));
  EXPECT_NE(hash_of_path("a"), hash_of_path("b"));
}

}  // namespace
}  // namespace corten::scan
