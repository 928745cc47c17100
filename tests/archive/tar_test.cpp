#include "archive/tar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/case_name.h"
#include "support/sources.h"
#include "support/tar_writer.h"

namespace corten::archive {
namespace {

using test::outcome;
using test::TarFields;
using test::TarWriter;
using testing::ElementsAre;

struct Seen {
  std::vector<TarEntry> entries;
  std::vector<std::string> contents;  // of files, in order
};

// Reads a whole archive, its files by content().
Result<Seen> read_all(ByteSource& source, const TarLimits& limits = {}) {
  TarReader reader(source, limits);
  Seen seen;
  for (;;) {
    CORTEN_TRY(const TarEntry* entry, reader.next());
    if (entry == nullptr) return seen;
    seen.entries.push_back(*entry);
    if (entry->type != EntryType::File) continue;
    CORTEN_TRY(const Bytes content, reader.content(8 << 20));
    seen.contents.emplace_back(as_text(content));
  }
}

Result<Seen> read_all(const std::string& tar, const TarLimits& limits = {}) {
  return read_all(*memory_source(as_bytes(tar)), limits);
}

TarEntry only_entry(const TarWriter& tar) {
  const auto seen = read_all(tar.finish());
  EXPECT_TRUE(seen) << describe(seen.error());
  if (!seen || seen->entries.size() != 1) {
    ADD_FAILURE() << "not one entry";
    return {};
  }
  return seen->entries.front();
}

Result<std::string> by_chunks(const std::string& tar, const TarLimits& limits = {}) {
  const auto source = memory_source(as_bytes(tar));
  TarReader reader(*source, limits);
  CORTEN_TRY(const TarEntry* entry, reader.next());
  if (entry == nullptr) return "no entry";
  std::string out;
  for (;;) {
    CORTEN_TRY(const Bytes piece, reader.chunk());
    if (piece.empty()) return out;
    out += as_text(piece);
  }
}

TEST(Tar, GivesEntriesInOrderWithTheirFields) {
  const auto seen = read_all(TarWriter()
                                 .folder("etc")
                                 .file("etc/passwd", "root", 04755)
                                 .symlink("etc/link", "../usr/./x")
                                 .hard_link("hard", "./etc/passwd")
                                 .add({.path = "dev/null", .type = '3'})
                                 .add({.path = "dev/sda", .type = '4'})
                                 .add({.path = "pipe", .type = '6'})
                                 .finish());
  ASSERT_TRUE(seen) << describe(seen.error());
  ASSERT_EQ(seen->entries.size(), 7U);
  const auto& e = seen->entries;
  EXPECT_EQ(e[0].path, "etc");
  EXPECT_EQ(e[0].type, EntryType::Folder);
  EXPECT_EQ(e[1].mode, 04755U);
  EXPECT_EQ(e[1].size, 4U);
  EXPECT_EQ(e[1].data_offset, 1024U);
  EXPECT_EQ(e[2].type, EntryType::Symlink);
  EXPECT_EQ(e[2].link_target, "../usr/./x");
  EXPECT_EQ(e[3].type, EntryType::HardLink);
  EXPECT_EQ(e[3].link_target, "etc/passwd");
  EXPECT_EQ(e[4].type, EntryType::CharacterDevice);
  EXPECT_EQ(e[5].type, EntryType::BlockDevice);
  EXPECT_EQ(e[6].type, EntryType::Fifo);
  EXPECT_THAT(seen->contents, ElementsAre("root"));
}

struct PathCase {
  const char* name;
  std::string stored;
  std::string expected;
};
class NormalisedPath : public testing::TestWithParam<PathCase> {};
TEST_P(NormalisedPath, IsAsTheHeaderSays) {
  EXPECT_EQ(only_entry(TarWriter().file(GetParam().stored, "")).path, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Tar, NormalisedPath,
                         testing::ValuesIn(std::vector<PathCase>{
                             {"Plain", "a/b", "a/b"},
                             {"LeadingDot", "./a/b", "a/b"},
                             {"LeadingDots", "././/a", "a"},
                             {"Absolute", "/etc/passwd", "etc/passwd"},
                             {"DoubleSlash", "a//b///c", "a/b/c"},
                             {"InnerDot", "a/./b", "a/b"},
                             {"TrailingSlash", "a/b/", "a/b"},
                             {"Root", "./", ""},
                             {"DotDotIsKept", "../a/../../b", "../a/../../b"},
                             {"DotFile", "./.wh..wh..opq", ".wh..wh..opq"},
                             {"EndsAtNul", std::string("a\0b", 3), "a"},
                             {"HundredBytes", std::string(100, 'n'), std::string(100, 'n')},
                             {"Long", std::string(300, 'n'), std::string(300, 'n')},
                         }),
                         test::case_name<PathCase>);

TEST(Tar, JoinsTheUstarPrefix) {
  EXPECT_EQ(only_entry(TarWriter().add({.path = "name", .prefix = "some/prefix/"})).path,
            "some/prefix/name");
}

TEST(Tar, ReadsStarsShorterPrefix) {
  const TarFields star{.path = "name",
                       .prefix = "p" + std::string(130, '\0') + "00000000000 00000000000 ",
                       .patches = {{508, std::string("tar\0", 4)}}};
  EXPECT_EQ(only_entry(TarWriter().add(star)).path, "p/name");
}

TEST(Tar, IgnoresWhatGnuAndV7KeepWhereUstarHasItsPrefix) {
  EXPECT_EQ(only_entry(TarWriter().add(
                           {.path = "n", .magic = TarWriter::gnu_magic(), .prefix = "14000000000"}))
                .path,
            "n");
  EXPECT_EQ(only_entry(TarWriter().add({.path = "n", .magic = "", .prefix = "junk"})).path, "n");
}

TEST(Tar, TakesAV7NameWithSlashAsFolder) {
  EXPECT_EQ(only_entry(TarWriter().add({.path = "d/", .type = '\0', .magic = ""})).type,
            EntryType::Folder);
  EXPECT_EQ(only_entry(TarWriter().add({.path = "d", .type = '\0', .magic = ""})).type,
            EntryType::File);
}

TEST(Tar, ReadsGnuLongNames) {
  const std::string name = "long/" + std::string(400, 'n');
  const std::string target = "../" + std::string(500, 't');
  const TarEntry entry =
      only_entry(TarWriter().gnu_long('K', target).gnu_long('L', name).symlink("short", "short"));
  EXPECT_EQ(entry.path, name);
  EXPECT_EQ(entry.link_target, target);
}

TEST(Tar, ReadsPaxRecords) {
  const auto seen = read_all(TarWriter()
                                 .pax({{"path", "päth/with=equals"},
                                       {"uid", "4294967296"},
                                       {"gid", "77"},
                                       {"mtime", "1.5"},
                                       {"SCHILY.xattr.security.capability", "\x01\x02"}})
                                 .file("x", "abc")
                                 .pax({{"linkpath", "./far/away"}})
                                 .hard_link("h", "x")
                                 .file("plain", "")
                                 .finish());
  ASSERT_TRUE(seen) << describe(seen.error());
  EXPECT_EQ(seen->entries[0].path, "päth/with=equals");
  EXPECT_EQ(seen->entries[0].uid, 4294967296U);
  EXPECT_EQ(seen->entries[0].gid, 77U);
  EXPECT_TRUE(seen->entries[0].has_capability);
  EXPECT_EQ(seen->entries[1].link_target, "far/away");
  EXPECT_EQ(seen->entries[2].path, "plain");
  EXPECT_FALSE(seen->entries[2].has_capability);
}

TEST(Tar, TakesThePaxSizeInPlaceOfTheHeaders) {
  const auto seen = read_all(TarWriter()
                                 .pax({{"size", "3"}})
                                 .add({.path = "f", .size = "00000000000", .content = "abc"})
                                 .file("g", "g")
                                 .finish());
  ASSERT_TRUE(seen) << describe(seen.error());
  EXPECT_THAT(seen->contents, ElementsAre("abc", "g"));
}

TEST(Tar, LetsGlobalPaxHeadersChangeNothing) {
  EXPECT_EQ(only_entry(TarWriter().pax({{"path", "evil"}}, 'g').file("good", "")).path, "good");
}

TEST(Tar, ReadsBase256Numbers) {
  const TarEntry entry = only_entry(TarWriter().add({.path = "f",
                                                     .uid = TarWriter::base256(3'000'000, 8),
                                                     .size = TarWriter::base256(3, 12),
                                                     .content = "abc"}));
  EXPECT_EQ(entry.uid, 3'000'000U);
  EXPECT_EQ(entry.size, 3U);
}

TEST(Tar, GivesLinksAndFoldersNoContent) {
  const auto seen =
      read_all(TarWriter()
                   .add({.path = "h", .type = '1', .link = "x", .size = "00000001000"})
                   .add({.path = "d", .type = '5', .size = "00000001000"})
                   .file("next", "n")
                   .finish());
  ASSERT_TRUE(seen) << describe(seen.error());
  EXPECT_THAT(seen->contents, ElementsAre("n"));
  EXPECT_EQ(seen->entries[0].size, 0U);
}

TEST(Tar, PassesOverTypesThatItDoesNotKnow) {
  const auto seen = read_all(
      TarWriter().add({.path = "label", .type = 'V', .content = "v"}).file("f", "x").finish());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->entries[0].type, EntryType::Other);
  EXPECT_THAT(seen->contents, ElementsAre("x"));
}

TEST(Tar, AcceptsTheSignedChecksumOfOldPrograms) {
  std::string tar = TarWriter().file("caf\xe9", "").finish();
  std::string block = tar.substr(0, 512);
  block.replace(148, 8, 8, ' ');
  int sum = 0;
  for (const char c : block) sum += static_cast<signed char>(c);
  block.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  EXPECT_EQ(outcome(read_all(tar.replace(0, 512, block))), "ok");
}

TEST(Tar, EndsAtTwoZeroBlocksOrWithTheStream) {
  const TarWriter one = TarWriter().file("f", "x");
  for (const std::string& tar :
       {one.finish(), one.finish() + "anything", one.open_end(),
        one.open_end() + std::string(512, '\0'), one.finish() + std::string(10240, '\0')}) {
    const auto seen = read_all(tar);
    ASSERT_TRUE(seen) << describe(seen.error());
    EXPECT_EQ(seen->entries.size(), 1U);
  }
  EXPECT_EQ(read_all(std::string())->entries.size(), 0U);
  EXPECT_EQ(read_all(std::string(1024, '\0'))->entries.size(), 0U);
}

TEST(Tar, StaysAtTheEnd) {
  const std::string tar = TarWriter().file("f", "x").finish();
  const auto source = memory_source(as_bytes(tar));
  TarReader reader(*source);
  ASSERT_NE(*reader.next(), nullptr);
  EXPECT_EQ(*reader.next(), nullptr);
  EXPECT_EQ(*reader.next(), nullptr);
  EXPECT_TRUE(reader.chunk()->empty());
}

TEST(Tar, RefusesTruncationInEveryHeaderAndContent) {
  const std::string tar =
      TarWriter().pax({{"path", "p"}}).file("f", std::string(600, 'x')).file("g", "y").open_end();
  const std::size_t last_content_end = tar.size() - 511;
  for (std::size_t size = 1; size < tar.size(); ++size) {
    // Whole entries, or a cut in the padding of the last content, lose nothing.
    const bool whole = size == 2560 + 512 - 512 || size >= last_content_end ||
                       (size >= 512 * 3 + 600 && size <= 512 * 5);
    EXPECT_EQ(outcome(read_all(tar.substr(0, size))), whole ? "ok" : "invalid-input") << size;
  }
}

struct BadCase {
  const char* name;
  std::string tar;
  const char* expected;
};
class HostileTar : public testing::TestWithParam<BadCase> {};
TEST_P(HostileTar, EndsInAClearError) {
  TarLimits limits;
  limits.entries = 100;
  limits.path_bytes = 1000;
  limits.extended_header_bytes = 4096;
  limits.sparse_runs = 50;
  EXPECT_EQ(outcome(read_all(GetParam().tar, limits)), GetParam().expected);
}

std::string with_size(const std::string& size, char type = '0') {
  return TarWriter().add({.path = "f", .type = type, .size = size}).finish();
}

std::string corrupted(std::string tar, std::size_t at) {
  tar[at] = static_cast<char>(tar[at] + 1);
  return tar;
}

std::string many_entries(int count) {
  TarWriter tar;
  for (int i = 0; i < count; ++i) tar.file("f", "");
  return tar.finish();
}

std::string extension_chain(int count) {
  TarWriter tar;
  for (int i = 0; i < count; ++i) tar.pax({{"path", "x"}});
  return tar.file("f", "").finish();
}

// Extension blocks of an old GNU sparse map that go on and on.
std::string endless_sparse_map() {
  TarWriter tar;
  tar.add({.path = "s",
           .type = 'S',
           .magic = TarWriter::gnu_magic(),
           .patches = {{482, "\1"}, {483, "00000000000"}}});
  std::string block(512, '\0');
  for (std::size_t i = 0; i < 21; ++i) {
    block.replace(i * 24, 24,
                  std::string("00000000000\0"
                              "00000000000\0",
                              24));
  }
  block[504] = 1;
  for (int i = 0; i < 50; ++i) tar.raw(block);
  return tar.finish();
}

INSTANTIATE_TEST_SUITE_P(
    Tar, HostileTar,
    testing::ValuesIn(std::vector<BadCase>{
        {"WrongChecksum", corrupted(TarWriter().file("f", "").finish(), 0), "invalid-input"},
        {"NoChecksum", std::string(512, 'x'), "invalid-input"},
        {"ZeroBlockThenEntry", std::string(512, '\0') + TarWriter().file("f", "").finish(),
         "invalid-input"},
        {"NegativeSize", with_size(TarWriter::base256(-1, 12)), "invalid-input"},
        {"SizeIsText", with_size("abc"), "invalid-input"},
        {"SizeOfNineOnly", with_size("99999999999"), "invalid-input"},
        {"HugeSize", with_size(TarWriter::base256(std::numeric_limits<std::int64_t>::max(), 12)),
         "invalid-input"},
        {"SizeOverflows", with_size("\x80" + std::string(11, '\xff')), "invalid-input"},
        {"EightGigabytes", with_size("77777777777"), "limit-exceeded"},
        {"NegativePaxHeader", with_size(TarWriter::base256(-1, 12), 'x'), "invalid-input"},
        {"HugePaxHeader", with_size("77777777777", 'x'), "limit-exceeded"},
        {"HugeLongName", with_size("77777777777", 'L'), "limit-exceeded"},
        {"HugeGlobalHeader", with_size("77777777777", 'g'), "invalid-input"},
        {"UidIsText", TarWriter().add({.path = "f", .uid = "root"}).finish(), "invalid-input"},
        {"PathTooLong", TarWriter().gnu_long('L', std::string(1001, 'p')).file("f", "").finish(),
         "limit-exceeded"},
        {"LinkTooLong", TarWriter().gnu_long('K', std::string(1001, 'p')).symlink("f", "").finish(),
         "limit-exceeded"},
        {"TooManyEntries", many_entries(101), "limit-exceeded"},
        {"JustEnoughEntries", many_entries(100), "ok"},
        {"ExtensionsWithoutEnd", extension_chain(101), "limit-exceeded"},
        {"PaxNegativeSize", TarWriter().pax({{"size", "-1"}}).file("f", "").finish(),
         "invalid-input"},
        {"PaxHugeSize", TarWriter().pax({{"size", "18446744073709551615"}}).file("f", "").finish(),
         "invalid-input"},
        {"PaxSizeOverflows",
         TarWriter().pax({{"size", "18446744073709551616"}}).file("f", "").finish(),
         "invalid-input"},
        {"PaxLengthTooLong",
         TarWriter().add({.path = "x", .type = 'x', .content = "99 path=a\n"}).finish(),
         "invalid-input"},
        {"PaxLengthTooShort",
         TarWriter().add({.path = "x", .type = 'x', .content = "2 path=a\n"}).finish(),
         "invalid-input"},
        {"PaxLengthOverflows",
         TarWriter()
             .add({.path = "x", .type = 'x', .content = "18446744073709551615 path=a\n"})
             .finish(),
         "invalid-input"},
        {"PaxWithoutEquals",
         TarWriter().add({.path = "x", .type = 'x', .content = "8 path\n\n"}).finish(),
         "invalid-input"},
        {"PaxWithoutLineEnd",
         TarWriter().add({.path = "x", .type = 'x', .content = "9 path=ab"}).finish(),
         "invalid-input"},
        {"PaxEndsArchive", TarWriter().pax({{"path", "p"}}).open_end(), "invalid-input"},
        {"SparseMapWithoutEnd", endless_sparse_map(), "limit-exceeded"},
        {"SparseInUstar", TarWriter().add({.path = "s", .type = 'S'}).finish(), "invalid-input"},
        {"SparseNegativeRealSize",
         TarWriter()
             .add({.path = "s",
                   .type = 'S',
                   .magic = TarWriter::gnu_magic(),
                   .patches = {{483, TarWriter::base256(-5, 12)}}})
             .finish(),
         "invalid-input"},
        {"SparseFourGigabyteHole",
         TarWriter()
             .add({.path = "s",
                   .type = 'S',
                   .magic = TarWriter::gnu_magic(),
                   .patches = {{483, "40000000000"}}})
             .finish(),
         "limit-exceeded"},
        {"SparseRunPastEnd",
         TarWriter()
             .pax({{"GNU.sparse.map", "5,3"}, {"GNU.sparse.size", "7"}})
             .file("f", "abc")
             .finish(),
         "invalid-input"},
        {"SparseRunsOverlap",
         TarWriter()
             .pax({{"GNU.sparse.map", "0,2,1,2"}, {"GNU.sparse.size", "9"}})
             .file("f", "abcd")
             .finish(),
         "invalid-input"},
        {"SparseRunOverflows",
         TarWriter()
             .pax({{"GNU.sparse.map", "1,18446744073709551615"}, {"GNU.sparse.size", "9"}})
             .file("f", "abcd")
             .finish(),
         "invalid-input"},
        {"SparseMapOddNumbers",
         TarWriter()
             .pax({{"GNU.sparse.map", "0,4,5"}, {"GNU.sparse.size", "9"}})
             .file("f", "abcd")
             .finish(),
         "invalid-input"},
        {"SparseMapOfText", TarWriter().pax({{"GNU.sparse.map", "0,x"}}).file("f", "abcd").finish(),
         "invalid-input"},
        {"SparseStoredMore",
         TarWriter()
             .pax({{"GNU.sparse.map", "0,1"}, {"GNU.sparse.size", "9"}})
             .file("f", "abcd")
             .finish(),
         "invalid-input"},
        {"SparseNumbytesFirst",
         TarWriter().pax({{"GNU.sparse.numbytes", "1"}}).file("f", "a").finish(), "invalid-input"},
        {"SparseMapCountHuge",
         TarWriter()
             .pax({{"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}})
             .file("f", "18446744073709551615\n")
             .finish(),
         "limit-exceeded"},
        {"SparseMapEndsEarly",
         TarWriter()
             .pax({{"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}})
             .file("f", "2\n0\n1\n")
             .finish(),
         "invalid-input"},
        {"SparseMapEmpty",
         TarWriter()
             .pax({{"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}})
             .file("f", "")
             .finish(),
         "invalid-input"},
    }),
    test::case_name<BadCase>);

TEST(SparseTar, ReadsTheOldGnuForm) {
  const std::string map(
      "00000000002\0"
      "00000000003\0"
      "00000000010\0"
      "00000000002\0"
      "00000000014\0"
      "00000000000\0",
      72);
  const std::string tar = TarWriter()
                              .add({.path = "s",
                                    .type = 'S',
                                    .magic = TarWriter::gnu_magic(),
                                    .content = "abcde",
                                    .patches = {{386, map}, {483, "00000000014"}}})
                              .file("next", "n")
                              .finish();
  const std::string expected("\0\0abc\0\0\0de\0\0", 12);
  const auto seen = read_all(tar);
  ASSERT_TRUE(seen) << describe(seen.error());
  EXPECT_TRUE(seen->entries[0].sparse);
  EXPECT_EQ(seen->entries[0].size, 12U);
  EXPECT_THAT(seen->contents, ElementsAre(expected, "n"));
  EXPECT_EQ(by_chunks(tar), expected);
}

TEST(SparseTar, ReadsThePaxForms) {
  const std::string expected("\0abc\0d\0", 7);
  const std::string v00 = TarWriter()
                              .pax({{"GNU.sparse.size", "7"},
                                    {"GNU.sparse.numblocks", "2"},
                                    {"GNU.sparse.offset", "1"},
                                    {"GNU.sparse.numbytes", "3"},
                                    {"GNU.sparse.offset", "5"},
                                    {"GNU.sparse.numbytes", "1"}})
                              .file("f", "abcd")
                              .finish();
  const std::string v01 = TarWriter()
                              .pax({{"GNU.sparse.size", "7"},
                                    {"GNU.sparse.name", "real"},
                                    {"GNU.sparse.map", "1,3,5,1"}})
                              .file("GNUSparseFile.0/f", "abcd")
                              .finish();
  std::string map = "2\n1\n3\n5\n1\n";
  map.resize(512, '\0');
  const std::string v10 = TarWriter()
                              .pax({{"GNU.sparse.major", "1"},
                                    {"GNU.sparse.minor", "0"},
                                    {"GNU.sparse.name", "real"},
                                    {"GNU.sparse.realsize", "7"}})
                              .file("GNUSparseFile.0/f", map + "abcd")
                              .finish();
  for (const std::string& tar : {v00, v01, v10}) {
    EXPECT_EQ(by_chunks(tar), expected);
    const auto seen = read_all(tar);
    ASSERT_TRUE(seen) << describe(seen.error());
    EXPECT_THAT(seen->contents, ElementsAre(expected));
    EXPECT_EQ(seen->entries[0].path, tar == v00 ? "f" : "real");
  }
}

TEST(SparseTar, HolesAreLimitedAndTheNextEntryIsStillRead) {
  const std::string tar =
      TarWriter()
          .add({.path = "s",
                .type = 'S',
                .magic = TarWriter::gnu_magic(),
                .patches = {{483, TarWriter::base256(std::int64_t{1} << 61, 12)}}})
          .file("next", "n")
          .finish();
  TarLimits limits;
  limits.hole_bytes = 1 << 20;
  EXPECT_EQ(outcome(by_chunks(tar, limits)), "limit-exceeded");
  const auto source = memory_source(as_bytes(tar));
  TarReader reader(*source, limits);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(outcome(reader.content(1 << 20)), "limit-exceeded");
  const auto next = reader.next();
  ASSERT_TRUE(next && *next != nullptr);
  EXPECT_EQ((*next)->path, "next");
}

TEST(TarContent, ComesInChunksOrWholeOrMixed) {
  std::string big(5'000'000, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 7 + i / 1000);
  const std::string tar = TarWriter().file("big", big).file("next", "n").finish();

  EXPECT_EQ(by_chunks(tar), big);
  test::TrickleSource source(tar, 1000);
  TarReader reader(source);
  ASSERT_TRUE(reader.next());
  const std::string first(as_text(*reader.chunk()));
  const auto rest = reader.content(big.size());
  ASSERT_TRUE(rest);
  EXPECT_TRUE(first + std::string(as_text(*rest)) == big);
  ASSERT_NE(*reader.next(), nullptr);
  EXPECT_EQ(as_text(*reader.content(1)), "n");
}

TEST(TarContent, HasALimitAfterWhichReadingGoesOn) {
  const std::string tar = TarWriter().file("f", "12345").file("g", "g").finish();
  const auto source = memory_source(as_bytes(tar));
  TarReader reader(*source);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(outcome(reader.content(4)), "limit-exceeded");
  EXPECT_EQ(as_text(*reader.content(5)), "12345");
  EXPECT_EQ((*reader.next())->path, "g");
}

TEST(Tar, DoesNotCareHowTheStreamIsSplit) {
  const std::string tar = TarWriter()
                              .pax({{"path", std::string(200, 'p')}})
                              .file("f", std::string(2000, 'x'))
                              .gnu_long('L', std::string(300, 'g'))
                              .file("h", "y")
                              .finish();
  for (const std::size_t step : {1UZ, 100UZ, 511UZ, 513UZ, 4096UZ}) {
    test::TrickleSource source(tar, step);
    const auto seen = read_all(source);
    ASSERT_TRUE(seen) << describe(seen.error());
    EXPECT_THAT(seen->contents, ElementsAre(std::string(2000, 'x'), "y"));
  }
}

// Makes a million small entries without holding them in memory.
class ManyEntries final : public ByteSource {
 public:
  explicit ManyEntries(std::uint64_t count)
      : left_(count), block_(TarWriter().file("usr/f", "").open_end()) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    std::size_t done = 0;
    while (left_ > 0 && into.size() - done >= block_.size()) {
      std::ranges::copy(as_bytes(block_), into.subspan(done).begin());
      done += block_.size();
      --left_;
    }
    return done;
  }

 private:
  std::uint64_t left_;
  std::string block_;
};

TEST(Tar, ReadsAMillionEntriesInOnePass) {
  ManyEntries source(1'000'000);
  TarReader reader(source);
  std::uint64_t count = 0;
  for (;;) {
    const auto entry = reader.next();
    ASSERT_TRUE(entry);
    if (*entry == nullptr) break;
    ++count;
  }
  EXPECT_EQ(count, 1'000'000U);
}

}  // namespace
}  // namespace corten::archive
