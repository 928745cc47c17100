// Databases that no rpm would write.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

#include "base/closer.h"
#include "package/rpm.h"
#include "package/rpm_builder.h"
#include "package/rpm_store.h"

namespace corten::package {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ValuesIn;

// "package package ! problem ! problem", or the error.
std::string outcome(const std::string& content) {
  const auto found = read_rpm_database("var/lib/rpm/Packages", as_bytes(content));
  if (!found) {
    return std::string(name_of(found.error().code)) + ": " + describe(found.error());
  }
  std::string out;
  for (const Package& package : found->packages) out += package.name + " ";
  for (const std::string& problem : found->problems) out += "! " + problem + " ";
  return out;
}

// The bytes of a database file after the given SQL; `:header` stands for a package header.
std::string sqlite_file(const std::string& sql) {
  sqlite3* raw = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
  const std::unique_ptr<sqlite3, Closer<sqlite3_close>> db(raw);
  std::string hex;
  for (const char c : small_header("bash")) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  std::string filled = sql;
  for (std::size_t at; (at = filled.find(":header")) != std::string::npos;) {
    filled.replace(at, 7, "x'" + hex + "'");
  }
  EXPECT_EQ(sqlite3_exec(raw, filled.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(raw);
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, Closer<sqlite3_free>> image(
      sqlite3_serialize(raw, "main", &size, 0));
  return {reinterpret_cast<const char*>(image.get()), static_cast<std::size_t>(size)};
}

struct SqlCase {
  const char* name;
  const char* sql;
  const char* expected;
};

class HostileRpmSqlite : public ::testing::TestWithParam<SqlCase> {};

TEST_P(HostileRpmSqlite, RunsNothingOfTheSchema) {
  EXPECT_THAT(outcome(sqlite_file(GetParam().sql)), HasSubstr(GetParam().expected));
}

constexpr const char* kTable = "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);";

INSTANTIATE_TEST_SUITE_P(
    Rpm, HostileRpmSqlite,
    ValuesIn<SqlCase>({
        {"PlainTable",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);"
         "INSERT INTO Packages VALUES(1, :header);",
         "bash "},
        {"NoTable", "CREATE TABLE Other(a);", "invalid-input: rpmdb.sqlite: no table Packages"},
        {"View", "CREATE VIEW Packages AS SELECT 1 AS hnum, :header AS blob;",
         "invalid-input: rpmdb.sqlite: Packages is no plain table"},
        {"EndlessView",
         "CREATE VIEW packages AS WITH RECURSIVE c(hnum) AS (SELECT 1 UNION ALL SELECT hnum + 1 "
         "FROM c) SELECT hnum, randomblob(9) AS blob FROM c;",
         "no plain table"},
        {"VirtualTable", "CREATE VIRTUAL TABLE Packages USING fts4(hnum, blob);", "no plain table"},
        {"Index", "CREATE TABLE a(blob); CREATE INDEX Packages ON a(blob);", "no plain table"},
        {"ComputedColumn",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB AS (zeroblob(1000000000)));"
         "INSERT INTO Packages VALUES(1);",
         "invalid-input: rpmdb.sqlite: Packages has computed columns"},
        {"StoredComputedColumn",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB AS (hnum) STORED);",
         "computed columns"},
        {"OtherColumns", "CREATE TABLE Packages(a, b);", "no column blob"},
        {"TextInsteadOfABlob",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);"
         "INSERT INTO Packages VALUES(1, 'text'), (2, :header), (3, NULL), (4, x'');",
         "bash ! a row of Packages without a blob ! a row of Packages without a blob ! need"},
        {"SchemaThatLies",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);"
         "PRAGMA writable_schema=ON;"
         "UPDATE sqlite_master SET sql = 'CREATE VIEW Packages AS SELECT 1 AS blob';",
         "invalid-input: rpmdb.sqlite"},
        {"SchemaOfManyTables",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);"
         "PRAGMA writable_schema=ON;"
         "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) "
         "INSERT INTO sqlite_master SELECT 'table', 't' || n, 't' || n, 2, "
         "'CREATE TABLE t' || n || '(a)' FROM c;",
         "limit-exceeded: rpmdb.sqlite"},
        {"SchemaTooLong",
         "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB);"
         "PRAGMA writable_schema=ON;"
         "UPDATE sqlite_master SET sql = 'CREATE TABLE Packages(hnum, blob, c' || "
         "replace(hex(zeroblob(50000)), '0', 'c') || ')';",
         "rpmdb.sqlite"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(RpmSqlite, ReadsAFileThatHadAWriteAheadLog) {
  std::string content =
      sqlite_file(std::string(kTable) + "INSERT INTO Packages VALUES(1, :header);");
  content[18] = 2;
  content[19] = 2;

  EXPECT_EQ(outcome(content), "bash ");
}

std::size_t big_endian_16(const std::string& bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
}

TEST(RpmSqlite, HandsOverNoMoreBytesThanTheFileHas) {
  // A large row and many small ones; then every child of the root becomes the large one's page.
  std::string content =
      sqlite_file(std::string(kTable) + "INSERT INTO Packages VALUES (0, zeroblob(200000));" +
                  "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300) "
                  "INSERT INTO Packages SELECT n, zeroblob(3000) FROM c;");
  const std::size_t root = 4096;         // page 2
  constexpr std::size_t kPointers = 12;  // of an interior page: the offsets of its cells
  ASSERT_EQ(content[root], 5);           // an interior page of a table
  const std::size_t cells = big_endian_16(content, root + 3);
  ASSERT_GT(cells, 100U);
  const std::string large_child =
      content.substr(root + big_endian_16(content, root + kPointers), 4);
  for (std::size_t i = 0; i < cells; ++i) {
    content.replace(root + big_endian_16(content, root + kPointers + 2 * i), 4, large_child);
  }
  std::size_t bytes = 0;
  const RpmSink sink{[&](Bytes blob) { bytes += blob.size(); }, [](const std::string&) {}};

  const Status done = read_rpm_sqlite(as_bytes(content), sink);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::LimitExceeded);
  EXPECT_LE(bytes, content.size());
}

struct FileCase {
  const char* name;
  std::string content;
  const char* expected;
};

class HostileRpmNdb : public ::testing::TestWithParam<FileCase> {};

TEST_P(HostileRpmNdb, IsReadWithinItsBounds) {
  EXPECT_THAT(outcome(GetParam().content), HasSubstr(GetParam().expected));
}

std::vector<FileCase> ndb_cases() {
  const std::string blob = ndb_blob(1, small_header("bash"));
  const auto blocks = static_cast<std::uint32_t>(blob.size() / 16);
  std::string other_tail = blob;
  other_tail[blob.size() - 5] = 1;
  const std::vector<NdbSlot> shared(100, NdbSlot{1, 256, blocks});
  return {
      {"Plain", ndb_file({{1, 256, blocks}}, blob), "bash "},
      {"FreeSlotFirst", ndb_file({{9, 0, 0}, {1, 256, blocks}}, blob), "bash "},
      {"NoPackages", ndb_file({}, ""), ""},
      {"OtherPackage", ndb_file({{2, 256, blocks}}, blob), "! package 2: blob whose head"},
      {"OtherTail", ndb_file({{1, 256, blocks}}, other_tail), "! package 1: blob whose head"},
      {"FewerBlocks", ndb_file({{1, 256, blocks - 1}}, blob), "! package 1: blob whose head"},
      {"OneBlock", ndb_file({{1, 256, 1}}, blob), "! package 1: blob without blocks"},
      {"NoBlocks", ndb_file({{1, 256, 0}}, blob), "! package 1: blob without blocks"},
      {"BlocksPastTheEnd", ndb_file({{1, 256, blocks + 1}}, blob), "! package 1: need"},
      {"HugeSlot", ndb_file({{1, 0xffffffff, 0xffffffff}}, blob), "! package 1: offset"},
      {"SharedBlocks", ndb_file(shared, blob), "packages share their bytes"},
      {"NoSlotPages", ndb_file({}, "", 0), "invalid-input: rpm ndb: 0 slot pages"},
      {"HugeSlotPages", ndb_file({}, "", 0xffffffff), "invalid-input: rpm ndb: 4294967295 slot"},
      {"SlotPagesOverBlobs", ndb_file({{1, 256, blocks}}, blob + std::string(4096, 'x'), 2),
       "bash ! rpm ndb: no slot at offset 4096"},
      {"OtherVersion", "RpmP" + little_endian(1, 4) + std::string(4096, '\0'),
       "unsupported: rpm ndb database of version 1"},
      {"MagicAlone", "RpmP", "invalid-input: need 4 bytes"},
  };
}
INSTANTIATE_TEST_SUITE_P(Rpm, HostileRpmNdb, ValuesIn(ndb_cases()),
                         [](const auto& test) { return test.param.name; });

class HostileRpmBdb : public ::testing::TestWithParam<FileCase> {};

TEST_P(HostileRpmBdb, IsReadWithinItsBounds) {
  EXPECT_THAT(outcome(GetParam().content), HasSubstr(GetParam().expected));
}

// One hash page with one package whose value is `item`, and the pages behind it.
std::string bdb_file(const std::string& item, const std::string& pages = {}) {
  const auto last = static_cast<std::uint32_t>(1 + pages.size() / kTestPageBytes);
  return bdb_meta(last) + bdb_hash_page({bdb_key(7), item}) + pages;
}

std::string many_off_page_items() {
  std::vector<std::string> items;
  for (std::uint32_t i = 1; i <= 15; ++i) {
    items.push_back(bdb_key(i));
    items.push_back(bdb_off_page(2, 400));
  }
  return bdb_meta(2) + bdb_hash_page(items) +
         bdb_overflow_page(0, small_header("bash") + std::string(332, '\0'));
}

std::vector<FileCase> bdb_cases() {
  const std::string header = small_header("bash");
  const auto size = static_cast<std::uint32_t>(header.size());
  const std::string whole = bdb_overflow_page(0, header);
  std::string many_entries = bdb_file('\1' + header);
  many_entries.replace(kTestPageBytes + 20, 2, "\xff\xff");
  std::string bad_offset = bdb_file('\1' + header);
  bad_offset.replace(kTestPageBytes + 28, 2, "\xff\xff");
  return {
      {"Inline", bdb_file('\1' + header), "bash "},
      {"OffPage", bdb_file(bdb_off_page(2, size), whole), "bash "},
      {"Chain",
       bdb_file(bdb_off_page(3, size), bdb_overflow_page(0, header.substr(50)) +
                                           bdb_overflow_page(2, header.substr(0, 50))),
       "bash "},
      {"NumberZero", bdb_meta(1) + bdb_hash_page({bdb_key(0), std::string("\1\0\0\0\5", 5)}), ""},
      {"LoopingChain", bdb_file(bdb_off_page(2, 1000), bdb_overflow_page(2, "a")),
       "! rpm header of 1633771873 entries"},
      {"LoopingChainOfAnotherSize",
       bdb_file(bdb_off_page(2, 1000), bdb_overflow_page(2, std::string(300, 'a'))),
       "! page 1: page 2 is no part of its value"},
      {"ChainPastTheEnd", bdb_file(bdb_off_page(9, size), whole), "continues on page 9 of 3"},
      {"ChainToTheMetaPage", bdb_file(bdb_off_page(0, size), whole), "continues on page 0"},
      {"ChainToAHashPage", bdb_file(bdb_off_page(1, size)), "page 1 is no part of its value"},
      {"ChainTooShort", bdb_file(bdb_off_page(2, size + 1), whole), "continues on page 0"},
      {"ChainTooLong", bdb_file(bdb_off_page(2, size - 1), whole), "page 2 is no part"},
      {"EmptyOverflowPage", bdb_file(bdb_off_page(2, size), bdb_overflow_page(2, "")),
       "page 2 is no part"},
      {"HugeValue", bdb_file(bdb_off_page(2, 0xffffffff), whole), "share their bytes"},
      {"SharedChains", many_off_page_items(), "share their bytes"},
      {"ManyItems", many_entries, "! page 1: 65535 items"},
      {"ItemPastThePage", bad_offset, "! page 1: item 1 from 65535"},
      {"Duplicates", bdb_file('\2' + header), "! page 1: value of kind 2"},
      {"OffPageItemCutOff", bdb_file("\3"), "! page 1: need"},
      {"KeyOfAnotherSize", bdb_meta(1) + bdb_hash_page({"\1key", '\1' + header}),
       "! page 1: a key that is no package number"},
      {"KeyWithoutValue", bdb_meta(1) + bdb_hash_page({bdb_key(1)}), ""},
      {"PagesMissing", bdb_meta(9), "! the file is cut off: 1 pages of 10"},
      {"BTree", bdb_meta(0, 0x053162), "invalid-input: not an rpm database"},
      {"OldVersion", bdb_meta(0, 0x061561, 6), "unsupported: Berkeley DB hash of version 6"},
      {"PageSizeZero", bdb_meta(0, 0x061561, 9, 0), "invalid-input: Berkeley DB hash with pages"},
      {"PageSizeOdd", bdb_meta(0, 0x061561, 9, 1000), "pages of 1000 bytes"},
      {"PageSizeHuge", bdb_meta(0, 0x061561, 9, 1 << 17), "pages of 131072 bytes"},
      {"Encrypted", bdb_meta(0, 0x061561, 9, 512, 1), "unsupported"},
      {"Checksums", bdb_meta(0, 0x061561, 9, 512, 0, 1), "unsupported"},
      {"MetaCutOff", bdb_meta(0).substr(0, 60), "invalid-input: rpm Packages of 60 bytes"},
  };
}
INSTANTIATE_TEST_SUITE_P(Rpm, HostileRpmBdb, ValuesIn(bdb_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(RpmDatabaseContent, OfNoStoreIsAnError) {
  for (const std::string& content : {std::string(), std::string("x"), std::string(8192, '\0'),
                                     std::string("SQLite format 3"), std::string(40, '\xff')}) {
    EXPECT_THAT(outcome(content), HasSubstr("invalid-input: not an rpm database"));
  }
  EXPECT_THAT(outcome(std::string("SQLite format 3\0", 16)), HasSubstr("invalid-input"));
  EXPECT_THAT(outcome(std::string("SQLite format 3\0", 16) + std::string(8192, '\xff')),
              HasSubstr("invalid-input"));
}

TEST(RpmDatabaseContent, WithEndlessProblemsKeepsFew) {
  std::string blocks;
  std::vector<NdbSlot> slots;
  for (std::uint32_t i = 1; i <= 100; ++i) slots.push_back({i, 256, 1});
  blocks = ndb_blob(1, small_header("bash"));

  const std::string content = ndb_file(slots, blocks);
  const auto found = read_rpm_database("var/lib/rpm/Packages.db", as_bytes(content));

  ASSERT_TRUE(found);
  EXPECT_THAT(found->problems, SizeIs(21));
  EXPECT_EQ(found->problems.back(), "80 more problems");
}

TEST(RpmDatabaseContent, KeepsAPackageWhoseFilesAreBroken) {
  const std::string header =
      HeaderBuilder{}.text(1000, "bash").text(1001, "1").texts(1117, {"a-file"}).blob();
  const std::string blob = ndb_blob(1, header);

  EXPECT_EQ(outcome(ndb_file({{1, 256, static_cast<std::uint32_t>(blob.size() / 16)}}, blob)),
            "bash ! bash: rpm header: tag 1116 has 0 elements for 1 files ");
}

TEST(RpmDatabasePath, IsWantedInTheFoldersOfDistributions) {
  for (const char* path :
       {"var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages", "var/lib/rpm/Packages.db",
        "usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db",
        "usr/share/rpm/rpmdb.sqlite", "usr/share/rpm/Packages"}) {
    EXPECT_TRUE(wants_rpm_database(path)) << path;
  }
  for (const char* path :
       {"var/lib/rpm/Name", "var/lib/rpm/", "var/lib/rpm", "Packages", "x/var/lib/rpm/Packages",
        "var/lib/rpm/x/Packages", "/var/lib/rpm/Packages", "var/lib/rpm/rpmdb.sqlite-wal", ""}) {
    EXPECT_FALSE(wants_rpm_database(path)) << path;
  }
}

}  // namespace
}  // namespace corten::package
